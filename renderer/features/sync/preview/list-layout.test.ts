import { expect, test } from 'vitest';
import { layOut } from './list-layout.ts';

const ordinals = Array.from({ length: 14 }, (_none, place) => 100 - place);
const sections = [
  { key: 'conflict', from: 0 },
  { key: 'student', from: 3 },
  { key: 'score_event', from: 4 },
];

test('a long list has a head before every part, and every row keeps its line', () => {
  const layout = layOut({ ordinals, sections });
  expect(layout.lines).toBe(17);
  expect([0, 4, 6].map((line) => layout.partAt(line))).toEqual([
    { key: 'conflict', rows: 3 },
    { key: 'student', rows: 1 },
    { key: 'score_event', rows: 10 },
  ]);
  expect([0, 4, 6].map((line) => layout.ordinalAt(line))).toEqual([undefined, undefined, undefined]);
  for (const ordinal of ordinals) expect(layout.ordinalAt(layout.lineOf(ordinal))).toBe(ordinal);
  expect(layout.between(0, 16)).toEqual(ordinals);
  expect(layout.lineOf(7)).toBe(-1);
});

test('a short list, or one in another order, has none', () => {
  expect(layOut({ ordinals: ordinals.slice(0, 5), sections }).lines).toBe(5);
  expect(layOut({ ordinals, sections: [] }).lines).toBe(14);
  expect(layOut(null).lines).toBe(0);
});

test('what cannot be stored stands under a head of its own, however short the list', () => {
  const layout = layOut({
    ordinals: [1, 2],
    sections: [
      { key: 'student', from: 0 },
      { key: 'refused', from: 1 },
    ],
  });
  expect(layout.lines).toBe(4);
  expect(layout.partAt(2)).toEqual({ key: 'refused', rows: 1 });
});
