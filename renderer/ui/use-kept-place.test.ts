import { expect, test } from 'vitest';
import { placeNow, type KeptPlace } from './use-kept-place.ts';

const rows = (...keys: readonly (string | undefined)[]) => ({
  count: keys.length,
  keyAt: (row: number): string | undefined => keys[row],
});
const on = (key: KeptPlace['key'], row: number, column = -1): KeptPlace => ({ row, column, key });

test('the keyboard stays on its row, in its cell, when rows come before it or go', () => {
  expect(placeNow(on('b', 1, 4), rows('new', 'newer', 'a', 'b', 'c'))).toEqual(on('b', 3, 4));
  expect(placeNow(on('b', 1, 4), rows('b', 'c'))).toEqual(on('b', 0, 4));
});

test('the keyboard stays on its row when the list is turned around', () => {
  expect(placeNow(on('a', 0), rows('d', 'c', 'b', 'a'))).toEqual(on('a', 3));
});

test('a row that is gone hands over to what took its place, but not its cell: a button there is another row’s', () => {
  expect(placeNow(on('b', 1, 4), rows('a', 'c'))).toEqual(on('c', 1));
  expect(placeNow(on('c', 2, 4), rows('a', 'b'))).toEqual(on('b', 1));
});

test('a row that is being read is waited for before another one takes over', () => {
  const waiting = on('b', 1, 4);
  expect(placeNow(waiting, rows('a', undefined, undefined))).toBe(waiting);
  expect(placeNow(waiting, rows('a', 'x', 'b'))).toEqual(on('b', 2, 4));
});

test('where nobody came to the grid the keyboard is at its head; the row somebody came to is kept as soon as it is read', () => {
  const untouched = on(null, 0);
  expect(placeNow(untouched, rows('a', 'b'))).toBe(untouched);
  expect(placeNow(on(undefined, 0), rows(undefined, 'b'))).toEqual(on(undefined, 0));
  expect(placeNow(on(undefined, 0), rows('a', 'b'))).toEqual(on('a', 0));
});

test('nothing changes where nothing moved, nor on the head or in an empty list', () => {
  const at = on('b', 1);
  expect(placeNow(at, rows('a', 'b', 'c'))).toBe(at);
  const head = on(undefined, -1, 2);
  expect(placeNow(head, rows('a', 'b'))).toBe(head);
  expect(placeNow(at, rows())).toBe(at);
});
