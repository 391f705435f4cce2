import { crc32, deflateSync } from 'node:zlib';
import type { IconOutline } from './icon-outlines.ts';
import { flattenPath, type Point } from './flatten-path.ts';

/** Points of a pixel, in each direction, that are looked at: enough for smooth edges at the size of a tray. */
const samples = 4;

/** How a symbol is drawn. */
export type IconLook =
  /** Black and what shines through: the system gives it the colour that reads. */
  | 'template'
  /** White on a rounded square of the app's colour: it reads on light and on dark alike. */
  | 'tile';

/** The app's colour, as its page has it. */
const tile = [0x0b, 0x6b, 0x66] as const;

/** Draws an icon as a square PNG of `size` pixels. */
export function drawIcon({ box: [left, top, extent], paths }: IconOutline, size: number, look: IconLook): Buffer {
  // A tile needs an edge around its icon; a template fills its place.
  const margin = look === 'tile' ? size * 0.16 : 0;
  const scale = (size - 2 * margin) / extent;
  const place = ([x, y]: Point): Point => [(x - left) * scale + margin, (y - top) * scale + margin];
  const icon = coverage(
    paths.flatMap((path) => flattenPath(path).map((ring) => ring.map(place))),
    size,
  );
  const square = look === 'tile' ? coverage([roundedSquare(size)], size) : null;
  const pixels = Buffer.alloc(size * size * 4);
  for (let at = 0; at < size * size; at += 1) {
    const mark = icon[at] ?? 0;
    const ground = square?.[at] ?? 0;
    const colour = square === null ? [0, 0, 0] : tile.map((part) => Math.round(part + (255 - part) * mark));
    pixels.set([...colour, Math.round((square === null ? mark : ground) * 255)], at * 4);
  }
  return png(pixels, size);
}

function roundedSquare(size: number): readonly Point[] {
  const [r, e] = [size * 0.22, size];
  const arc = `a${r} ${r} 0 0 1`;
  const path = `M${r} 0H${e - r}${arc} ${r} ${r}V${e - r}${arc} ${-r} ${r}H${r}${arc} ${-r} ${-r}V${r}${arc} ${r} ${-r}z`;
  return flattenPath(path)[0] ?? [];
}

/** How much of each pixel lies inside the rings, by the non-zero rule; 0 to 1. */
function coverage(rings: readonly (readonly Point[])[], size: number): Float64Array {
  const found = new Float64Array(size * size);
  for (let line = 0; line < size * samples; line += 1) {
    const crossings = crossingsAt(rings, (line + 0.5) / samples);
    let winding = 0;
    let next = 0;
    for (let column = 0; column < size * samples; column += 1) {
      const x = (column + 0.5) / samples;
      for (let crossing = crossings[next]; crossing !== undefined && crossing.x <= x; crossing = crossings[next]) {
        winding += crossing.turn;
        next += 1;
      }
      const at = Math.floor(line / samples) * size + Math.floor(column / samples);
      if (winding !== 0) found[at] = (found[at] ?? 0) + 1 / samples ** 2;
    }
  }
  return found;
}

/** Where the rings cross a horizontal line, from left to right, and whether upwards or downwards. */
function crossingsAt(
  rings: readonly (readonly Point[])[],
  y: number,
): readonly { readonly x: number; readonly turn: 1 | -1 }[] {
  const found: { readonly x: number; readonly turn: 1 | -1 }[] = [];
  for (const ring of rings) {
    for (const [index, [x1, y1]] of ring.entries()) {
      const [x2, y2] = ring[(index + 1) % ring.length] ?? [x1, y1];
      if (y1 <= y === y2 <= y) continue;
      found.push({ x: x1 + ((y - y1) / (y2 - y1)) * (x2 - x1), turn: y2 > y1 ? 1 : -1 });
    }
  }
  return found.toSorted((a, b) => a.x - b.x);
}

/** A PNG of 8 bits per channel with transparency (ISO/IEC 15948). */
function png(pixels: Buffer, size: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6], 8);
  const lines = Buffer.alloc(size * (size * 4 + 1));
  for (let line = 0; line < size; line += 1)
    pixels.copy(lines, line * (size * 4 + 1) + 1, line * size * 4, (line + 1) * size * 4);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}
