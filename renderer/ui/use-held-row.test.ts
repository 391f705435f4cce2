import { expect, test } from 'vitest';
import { heldOffset } from './use-held-row.ts';

test('a list is scrolled from where it was left only as far as a row needs to be wholly in it', () => {
  const row = { top: 220, height: 44 };
  expect(heldOffset(0, row, 343)).toBe(0);
  expect(heldOffset(0, row, 145)).toBe(119);
  expect(heldOffset(0, row, 144.6)).toBe(120);
  expect(heldOffset(100, row, 343)).toBe(100);
  // Lower than a row: its top is what is in sight.
  expect(heldOffset(0, row, 30)).toBe(220);
});
