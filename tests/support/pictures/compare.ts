import type { Box, Picture } from './picture.ts';

/*
 * Two browsers draw the same letters a little differently, and a share of all pixels that may differ is either exceeded by that or large enough for a button to
 * vanish in. So pictures are compared the way they look from afar: by the mean colour of squares that overlap by half. A letter drawn a little thicker changes the
 * mean of its square by a small part of how much is drawn there; a mark that is gone, moved by half a square or in another colour changes it by about all of that.
 */

/** The side of a square in pixels. The next one begins half a square further. */
const side = 16;
const channels = [0, 1, 2] as const;

/** How far the mean of a square may be from the kept one: in steps of 255, and beside it as a part of how far the colours in the square are from their mean. */
export interface Tolerance {
  readonly steps: number;
  readonly part: number;
}

/**
 * Chromium 153 of npm and Chromium 156 of Debian differ by 3.8 steps beyond this part in the pictures of the list of changes, most of it in bold Chinese letters;
 * a thin exclamation mark that vanishes by 5.
 */
export const tolerance: Tolerance = { steps: 4.5, part: 0.25 };

/** A square that looks different. */
export interface Difference extends Box {
  /** How far the means are apart beyond what is tolerated, in steps of 255 of the channel that is furthest. */
  readonly beyond: number;
}

/** The squares in which two pictures look different, from the top left. Throws where they are not of one size. */
export function differences(
  kept: Picture,
  seen: Picture,
  { steps, part }: Tolerance = tolerance,
): readonly Difference[] {
  if (kept.width !== seen.width || kept.height !== seen.height) {
    const [was, is] = [kept, seen].map(({ width, height }) => `${width} × ${height}`);
    throw new Error(`The picture that is kept has ${was} pixels, the one that was seen ${is}.`);
  }
  const found: Difference[] = [];
  for (const box of squares(kept)) {
    const beyond = channels.map((channel) => {
      const [a, b] = [mean(kept, box, channel), mean(seen, box, channel)];
      const apart = Math.abs(a - b) - steps;
      return apart <= 0 ? 0 : apart - part * Math.max(around(kept, box, channel, a), around(seen, box, channel, b));
    });
    const most = Math.max(...beyond);
    if (most > 0) found.push({ ...box, beyond: most });
  }
  return found;
}

/** Squares over all of a picture; what is left at its right and its lower edge belongs to a square that begins earlier. */
function* squares({ width, height }: Picture): Generator<Box> {
  for (const y of starts(height))
    for (const x of starts(width)) yield { x, y, width: Math.min(side, width), height: Math.min(side, height) };
}

function starts(length: number): readonly number[] {
  const last = Math.max(0, length - side);
  const regular = Array.from({ length: Math.ceil(last / (side / 2)) }, (_, index) => index * (side / 2));
  return [...regular, last];
}

/** The mean of a channel in a part of a picture. */
function mean({ width, pixels }: Picture, box: Box, channel: number): number {
  let sum = 0;
  for (let y = box.y; y < box.y + box.height; y++) {
    const end = (y * width + box.x + box.width) * 3;
    for (let at = (y * width + box.x) * 3 + channel; at < end; at += 3) sum += pixels[at] ?? 0;
  }
  return sum / (box.width * box.height);
}

/** How far the pixels of a part of a picture are from their mean, on average. */
function around({ width, pixels }: Picture, box: Box, channel: number, from: number): number {
  let sum = 0;
  for (let y = box.y; y < box.y + box.height; y++) {
    const end = (y * width + box.x + box.width) * 3;
    for (let at = (y * width + box.x) * 3 + channel; at < end; at += 3) sum += Math.abs((pixels[at] ?? 0) - from);
  }
  return sum / (box.width * box.height);
}
