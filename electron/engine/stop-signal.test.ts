import { expect, test } from 'vitest';
import { isImpatience } from './stop-signal.ts';

test('only a Ctrl+C well after an earlier signal is impatience; the first one is not, also where the program is ending already', () => {
  expect(isImpatience('SIGINT', null, 60_000)).toBe(false);
  expect(isImpatience('SIGINT', 60_000, 61_000)).toBe(false);
  expect(isImpatience('SIGINT', 60_000, 63_000)).toBe(true);
  expect(isImpatience('SIGTERM', 60_000, 63_000)).toBe(false);
});
