import { expect, test } from 'vitest';
import { boardStep } from './board-keys.ts';

const plain = { shiftKey: false, ctrlKey: false, metaKey: false, repeat: false, isComposing: false };
const to = (key: string, at: number): number | null => {
  const step = boardStep({ ...plain, key }, { at, count: 10, columns: 4 });
  return step?.kind === 'move' ? step.to : null;
};

test('arrows move by card and by row and stop at the ends', () => {
  expect(to('ArrowRight', 3)).toBe(4);
  expect(to('ArrowLeft', 0)).toBe(0);
  expect(to('ArrowDown', 1)).toBe(5);
  expect(to('ArrowUp', 2)).toBe(2);
  expect(to('End', 0)).toBe(9);
});

test('down into a shorter last row goes to its last card', () => {
  expect(to('ArrowDown', 7)).toBe(9);
  expect(to('ArrowDown', 9)).toBe(9);
});

test('Space selects, Enter goes on, Escape lets go, Control with A takes all', () => {
  const board = { at: 0, count: 10, columns: 4 };
  expect(boardStep({ ...plain, key: ' ' }, board)).toEqual({ kind: 'toggle' });
  expect(boardStep({ ...plain, key: 'Enter' }, board)).toEqual({ kind: 'done' });
  expect(boardStep({ ...plain, key: 'Escape' }, board)).toEqual({ kind: 'clear' });
  expect(boardStep({ ...plain, key: 'a', ctrlKey: true }, board)).toEqual({ kind: 'all' });
});

test('a key that is held down moves on, but chooses and goes on to the points once', () => {
  const held = (key: string) => boardStep({ ...plain, key, repeat: true }, { at: 0, count: 10, columns: 4 })?.kind;
  expect([' ', 'Enter', 'ArrowRight'].map(held)).toEqual(['held', 'held', 'move']);
});
