import type { Color, Picture } from './picture.ts';

/** A picture whose pixels are numbers of a table of colours. */
export interface FewColors {
  readonly table: readonly Color[];
  readonly numbers: Uint8Array;
}

/** The colours of areas and of most letters always have a number of their own, however near they are to each other. */
const own = 32;

/** Colours that are this near to a more frequent one, as the square of their distance, are not given a number of their own where there are too many. */
const nearEnough = [0, 12, 24, 48, 96, 192, 384, 768, 1536] as const;

/**
 * Draws a picture with 256 colours at the most: the frequent ones, none of them near to another, so that there is one for the small coloured mark too. Any other
 * becomes the nearest of them. With 256 or fewer nothing is lost.
 */
export function fewColors({ pixels }: Picture): FewColors {
  const counts = new Map<number, number>();
  for (let at = 0; at < pixels.length; at += 3) {
    const color = colorAt(pixels, at);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  // The same picture always gives the same file: what occurs equally often goes by its value.
  const frequent = [...counts].toSorted(([a, many], [b, more]) => more - many || a - b).map(([color]) => parts(color));
  const table = tableOf(frequent);
  const numberOf = new Map([...counts.keys()].map((color) => [color, nearest(table, parts(color)).number]));
  const numbers = new Uint8Array(pixels.length / 3);
  for (let at = 0; at < numbers.length; at++) numbers[at] = numberOf.get(colorAt(pixels, at * 3)) ?? 0;
  return { table, numbers };
}

/** The first of the colours, most frequent first, that are far enough from each other for all of them to find room. */
function tableOf(frequent: readonly Color[]): readonly Color[] {
  let table: Color[] = [];
  for (const near of nearEnough) {
    table = [];
    for (const color of frequent) {
      if (table.length > 256) break;
      if (table.length < own || nearest(table, color).apart > near) table.push(color);
    }
    if (table.length <= 256) return table;
  }
  return table.slice(0, 256);
}

const colorAt = (pixels: Uint8Array, at: number): number =>
  ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0);

const parts = (color: number): Color => [color >> 16, (color >> 8) & 255, color & 255];

/** The colour of the table that is nearest, and the square of its distance. */
function nearest(
  table: readonly Color[],
  [red, green, blue]: Color,
): { readonly number: number; readonly apart: number } {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (const [number, [r, g, b]] of table.entries()) {
    const apart = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    if (apart < least) [best, least] = [number, apart];
  }
  return { number: best, apart: least };
}
