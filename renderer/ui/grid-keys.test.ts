import { expect, test } from 'vitest';
import { gridStep, type GridKey } from './grid-keys.ts';

const size = { rows: 100, columns: 4, rowsPerPage: 10 };
const press = (key: string, more: Partial<GridKey> = {}): GridKey => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  isComposing: false,
  ...more,
});

test('arrows, pages, Home and End move and stop at the ends', () => {
  const to = (key: string, row: number) => {
    const step = gridStep(press(key), { row, column: -1 }, size);
    return step?.kind === 'move' ? step.to.row : null;
  };
  expect(to('ArrowDown', 3)).toBe(4);
  expect(to('ArrowDown', 99)).toBe(99);
  expect(to('ArrowUp', 0)).toBe(-1);
  expect(to('PageDown', 95)).toBe(99);
  expect(to('PageUp', 4)).toBe(0);
  expect(to('Home', 50)).toBe(0);
  expect(to('End', 50)).toBe(99);
});

test('the right arrow goes from the row into its cells and the left arrow back', () => {
  expect(gridStep(press('ArrowRight'), { row: 2, column: -1 }, size)).toMatchObject({ to: { row: 2, column: 0 } });
  expect(gridStep(press('ArrowLeft'), { row: 2, column: 0 }, size)).toMatchObject({ to: { row: 2, column: -1 } });
});

test('the head has cells only', () => {
  expect(gridStep(press('ArrowLeft'), { row: -1, column: 0 }, size)).toMatchObject({ to: { row: -1, column: 0 } });
});

test('Shift with an arrow extends the selection', () => {
  expect(gridStep(press('ArrowDown', { shiftKey: true }), { row: 2, column: -1 }, size)).toMatchObject({
    extend: true,
  });
});

test('a key pressed while a Chinese input method composes is not the grid’s', () => {
  expect(gridStep(press('ArrowDown', { isComposing: true }), { row: 2, column: -1 }, size)).toBeNull();
});

test('Control with A means all, A alone means nothing here', () => {
  expect(gridStep(press('a', { ctrlKey: true }), { row: 2, column: -1 }, size)).toEqual({ kind: 'all' });
  expect(gridStep(press('a'), { row: 2, column: -1 }, size)).toBeNull();
});

test('a key that is held down goes on moving, but ticks and opens once', () => {
  const at = { row: 2, column: -1 };
  const held = (key: string) => gridStep(press(key, { repeat: true }), at, size)?.kind;
  expect(['ArrowDown', 'PageUp', ' ', 'Enter'].map(held)).toEqual(['move', 'move', 'held', 'held']);
  expect([' ', 'Enter'].map((key) => gridStep(press(key), at, size)?.kind)).toEqual(['toggle', 'open']);
});
