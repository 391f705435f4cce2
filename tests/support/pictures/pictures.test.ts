import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differences } from './compare.ts';
import { blank, painted, type Box, type Color, type Picture } from './picture.ts';
import { readPng, writePng } from './png.ts';

const load = (name: string): Picture => readPng(readFileSync(new URL(name, import.meta.url)));
// The same list of changes as two builds of Chromium draw it: number 153 of npm and number 156 of Debian.
const [npm, debian] = [load('list-npm.png'), load('list-debian.png')];
const white: Color = [255, 255, 255];

/** The same picture with a part of it further down; above it is what was at its upper edge. */
function movedDown(picture: Picture, box: Box, by: number): Picture {
  const pixels = picture.pixels.slice();
  for (let y = box.y + box.height - 1; y >= box.y; y--) {
    const from = Math.max(box.y, y - by);
    const start = (from * picture.width + box.x) * 3;
    pixels.set(picture.pixels.subarray(start, start + box.width * 3), (y * picture.width + box.x) * 3);
  }
  return { ...picture, pixels };
}

/** The same picture with every pixel of a part that is not white in another colour. */
function recolored(picture: Picture, box: Box, color: Color): Picture {
  const pixels = picture.pixels.slice();
  for (let y = box.y; y < box.y + box.height; y++)
    for (let x = box.x; x < box.x + box.width; x++) {
      const at = (y * picture.width + x) * 3;
      if (pixels.subarray(at, at + 3).some((value) => value < 235)) pixels.set(color, at);
    }
  return { ...picture, pixels };
}

test('what two builds of Chromium draw looks the same, though thousands of pixels differ', () => {
  let pixels = 0;
  for (let at = 0; at < npm.pixels.length; at += 3)
    if ([0, 1, 2].some((channel) => npm.pixels[at + channel] !== debian.pixels[at + channel])) pixels += 1;
  expect(pixels).toBeGreaterThan(10_000);
  expect(differences(npm, debian)).toEqual([]);
  expect(differences(debian, npm)).toEqual([]);
});

const faults: readonly (readonly [what: string, box: Box, spoil: (picture: Picture, box: Box) => Picture])[] = [
  [
    'the main button is gone',
    { x: 1190, y: 705, width: 155, height: 50 },
    (picture, box) => painted(picture, box, [245, 246, 248]),
  ],
  [
    'the main button has the colour of an error',
    { x: 1196, y: 710, width: 30, height: 40 },
    (picture, box) => painted(picture, box, [207, 60, 23]),
  ],
  [
    'a line of the list is 8 pixels lower',
    { x: 215, y: 400, width: 760, height: 36 },
    (picture, box) => movedDown(picture, box, 8),
  ],
  [
    'a line of small grey words is 8 pixels lower',
    { x: 1040, y: 428, width: 280, height: 20 },
    (picture, box) => movedDown(picture, box, 8),
  ],
  [
    'the mark of an addition is gone',
    { x: 260, y: 586, width: 17, height: 17 },
    (picture, box) => painted(picture, box, white),
  ],
  [
    'the mark of an addition has the colour of a deletion',
    { x: 260, y: 586, width: 17, height: 17 },
    (picture, box) => recolored(picture, box, [207, 60, 23]),
  ],
  [
    'the dashed edge of a change is gone',
    { x: 209, y: 485, width: 6, height: 43 },
    (picture, box) => painted(picture, box, white),
  ],
  [
    'a tick is gone from its box',
    { x: 226, y: 499, width: 16, height: 14 },
    (picture, box) => painted(picture, box, [11, 107, 102]),
  ],
  [
    'the circle of an answer is gone',
    { x: 1024, y: 408, width: 20, height: 20 },
    (picture, box) => painted(picture, box, white),
  ],
  [
    'the chosen line is no longer marked',
    { x: 560, y: 354, width: 120, height: 8 },
    (picture, box) => painted(picture, box, white),
  ],
];

test.each(faults)('it is noticed when %s, whichever of them drew it', (_what, box, spoil) => {
  for (const drawn of [npm, debian]) {
    const found = differences(npm, spoil(drawn, box));
    expect(found).not.toEqual([]);
    // And it is said where.
    for (const { x, y, width, height } of found) {
      expect(x + width > box.x && x < box.x + box.width).toBe(true);
      expect(y + height > box.y && y < box.y + box.height).toBe(true);
    }
  }
});

test('a picture of another size is no match, and says both sizes', () => {
  expect(() => differences(blank(20, 10), blank(20, 11))).toThrow('20 × 10 pixels, the one that was seen 20 × 11');
});

test('every pixel belongs to a square, also of pictures smaller than one', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }));
  fc.assert(
    fc.property(
      sizes,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      ([width, height], a, b) => {
        const dot = { x: Math.floor(a * width), y: Math.floor(b * height), width: 1, height: 1 };
        const seen = painted(blank(width, height), dot, [0, 0, 0]);
        expect(differences(blank(width, height), seen, { steps: 0.5, part: 0 })).not.toEqual([]);
      },
    ),
  );
});

test('what is written is read as it was, with 256 colours and fewer', () => {
  const color = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));
  const boxes = fc.array(fc.tuple(fc.nat(30), fc.nat(30), fc.integer({ min: 1, max: 30 }), color), { maxLength: 40 });
  fc.assert(
    fc.property(boxes, (parts) => {
      let picture = blank(40, 33, [1, 2, 3]);
      for (const [x, y, size, paint] of parts) picture = painted(picture, { x, y, width: size, height: size }, paint);
      expect(readPng(writePng(picture))).toEqual(picture);
    }),
  );
});

test('a picture with thousands of colours is written with 256 and looks the same', () => {
  const picture = blank(256, 64);
  for (let at = 0; at < picture.pixels.length; at += 3)
    picture.pixels.set([(at / 3) % 256, Math.floor(at / 768) * 4, 128], at);
  const written = readPng(writePng(picture));
  const colors = new Set(
    Array.from({ length: 256 * 64 }, (_, at) => written.pixels.subarray(at * 3, at * 3 + 3).join()),
  );
  expect(colors.size).toBeGreaterThan(128);
  expect(colors.size).toBeLessThanOrEqual(256);
  expect(differences(picture, written, { steps: 16, part: 0 })).toEqual([]);
});

test.each([
  ['is no PNG', Buffer.from('GIF89a…')],
  ['is cut off', writePng(blank(9, 9)).subarray(0, 60)],
  ['has no header', writePng(blank(9, 9)).subarray(0, 8)],
])('a file that %s is refused in words', (words, file) => {
  expect(() => readPng(file)).toThrow(words);
});
