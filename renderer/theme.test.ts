import { expect, test } from 'vitest';
import { groupColors, groupFill, palettes, steadyFill, type Appearance, type ColorRole } from './theme.ts';

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

const times = (m: Matrix, [x, y, z]: Triple): Triple => {
  const row = ([a, b, c]: Triple): number => a * x + b * y + c * z;
  return [row(m[0]), row(m[1]), row(m[2])];
};

function linear(hex: string): Triple {
  const part = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

function contrast(a: string, b: string): number {
  const [low, high] = [a, b]
    .map(
      (hex) =>
        times(
          [
            [0.2126, 0.7152, 0.0722],
            [0, 0, 0],
            [0, 0, 0],
          ],
          linear(hex),
        )[0],
    )
    .toSorted((x, y) => x - y);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

/** CIE L*a*b* under D65, the space of the CIE76 distance. */
function lab(rgb: Triple): Triple {
  const clipped = rgb.map((value) => Math.min(1, Math.max(0, value)));
  const [x, y, z] = times(
    [
      [0.4124564, 0.3575761, 0.1804375],
      [0.2126729, 0.7151522, 0.072175],
      [0.0193339, 0.119192, 0.9503041],
    ],
    [clipped[0] ?? 0, clipped[1] ?? 0, clipped[2] ?? 0],
  );
  const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const [fx, fy, fz] = [f(x / 0.95047), f(y), f(z / 1.08883)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

const toCones: Matrix = [
  [17.8824, 43.5161, 4.11935],
  [3.45565, 27.1554, 3.86714],
  [0.0299566, 0.184309, 1.46709],
];
const fromCones: Matrix = [
  [0.0809444479, -0.130504409, 0.116721066],
  [-0.0102485335, 0.0540193266, -0.113614708],
  [-0.000365296938, -0.00412161469, 0.693511405],
];

/**
 * Cone responses with one kind missing: Viénot, Brettel and Mollon, "Digital video colourmaps for checking the legibility of displays by dichromats" (Color Research and
 * Application 24, 1999) for protan and deutan, and the same construction for tritan. Of the simulations in use it is the one the prescribed colours were picked with: Brettel,
 * Viénot and Mollon (1997) and Machado, Oliveira and Fernandes (2009) call this blue and this grey closer than 30 for tritan eyes.
 */
const missing: Readonly<Record<string, Matrix>> = {
  none: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0, 2.02344, -2.52581],
    [0, 1, 0],
    [0, 0, 1],
  ],
  deutan: [
    [1, 0, 0],
    [0.494207, 0, 1.24827],
    [0, 0, 1],
  ],
  tritan: [
    [1, 0, 0],
    [0, 1, 0],
    [-0.395913, 0.801109, 0],
  ],
};

const appearances: readonly Appearance[] = ['light', 'dark'];
const kinds = ['add', 'update', 'delete', 'conflict'] as const;
const pairs = kinds.flatMap((a, index) => kinds.slice(index + 1).map((b) => [a, b] as const));

test('the change colours of the light theme are those that were prescribed, the purple a shade darker (Colour)', () => {
  const { add, update, delete: gone, conflict } = palettes.light;
  // The prescribed #3e0e4e is 40.6 away from the grey for deutan and 40.7 from the blue for protan eyes; no change of another colour alone mends both.
  expect([add, update, gone, conflict]).toEqual(['#0a57c2', '#6d7378', '#cf3c17', '#3c0c4c']);
});

/** How far apart two colours are (CIE76) for eyes with this vision. */
function distance(vision: string, one: string, other: string): number {
  const see = (hex: string): Triple =>
    lab(times(fromCones, times(missing[vision] ?? toCones, times(toCones, linear(hex)))));
  const [a, b] = [see(one), see(other)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

test.each(appearances.flatMap((appearance) => Object.keys(missing).map((vision) => [appearance, vision] as const)))(
  'in the %s theme the four change colours are 41 or more apart with %s vision (Colour)',
  (appearance, vision) => {
    const close = pairs
      .map(([a, b]) => ({ a, b, apart: distance(vision, palettes[appearance][a], palettes[appearance][b]) }))
      .filter(({ apart }) => apart < 41);
    expect(close).toEqual([]);
  },
);

const texts: readonly (readonly [ColorRole, ColorRole])[] = [
  ['text', 'bg'],
  ['text', 'panel'],
  ['quiet', 'bg'],
  ['quiet', 'panel'],
  ['quiet', 'accent-soft'],
  ['accent', 'panel'],
  ['accent', 'hover'],
  ['accent', 'accent-soft'],
  ['on-accent', 'accent'],
  ['plus', 'panel'],
  ['minus', 'panel'],
  ['ok', 'panel'],
  ['warn', 'panel'],
  ['error-strong', 'error-soft'],
  ['text', 'error-soft'],
  ['add', 'panel'],
  ['add', 'add-soft'],
  ['update', 'panel'],
  ['update-strong', 'update-soft'],
  ['delete', 'panel'],
  ['conflict', 'conflict-soft'],
  ['on-conflict', 'conflict'],
  ['toast-text', 'toast'],
  ['toast-link', 'toast'],
];

test.each(appearances)('in the %s theme every text reads at 4.5 to 1 or better (Colour)', (appearance) => {
  const color = palettes[appearance];
  const weak = texts
    .map(([on, under]) => ({ on, under, ratio: contrast(color[on], color[under]) }))
    .filter(({ ratio }) => ratio < 4.5);
  expect(weak).toEqual([]);
});

/** What the colour of a kind is drawn on: the edge and the icon of a line that is plain, under the pointer, or the one the keyboard is on. */
const beneath = ['panel', 'hover', 'accent-soft', 'conflict-soft'] as const;

test.each(appearances)(
  'in the %s theme every mark of a change stands out at 3 to 1 or better (Colour)',
  (appearance) => {
    const color = palettes[appearance];
    const weak = kinds
      .flatMap((kind) => beneath.map((under) => ({ kind, under, ratio: contrast(color[kind], color[under]) })))
      .filter(({ ratio }) => ratio < 3);
    expect(weak).toEqual([]);
  },
);

test.each(appearances)(
  'in the %s theme initials read on every group colour and fields have a visible edge (Colour)',
  (appearance) => {
    const color = palettes[appearance];
    for (const { name } of groupColors)
      expect(contrast(color['on-group'], color[`group-${name}`])).toBeGreaterThan(4.5);
    expect(contrast(color['line-strong'], color.panel)).toBeGreaterThanOrEqual(2.95);
  },
);

test('a group colour from elsewhere is taken as it is, and what is no colour never reaches a style', () => {
  expect(groupFill('#FFEE00').fill).toBe('#FFEE00');
  expect(groupFill('red;} body{display:none').fill).toBe('var(--tb-group-slate)');
  expect(groupFill(null).fill).toBe('var(--tb-group-slate)');
  expect(groupFill('#3b6fb6').fill).toBe('var(--tb-group-blue)');
});

test('text on a light colour from elsewhere is dark and on a dark one white', () => {
  expect(groupFill('#ffee00').on).toBe(palettes.light.text);
  expect(groupFill('#102030').on).toBe('#ffffff');
});

test('something without a colour always gets the same one', () => {
  expect(steadyFill('abc')).toEqual(steadyFill('abc'));
});
