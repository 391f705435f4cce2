import { expect, it } from 'vitest';
import { levelWithoutPin, permissionLevels, reaches } from './permission-level.ts';

it('each level may do what those before it may, and nothing more', () => {
  for (const [have, level] of permissionLevels.entries())
    for (const [needs, needed] of permissionLevels.entries()) expect(reaches(level, needed)).toBe(have >= needs);
});

it('without a PIN everything may be done until one is set, then what lies below the lowest one', () => {
  expect(levelWithoutPin({ admin: false, points: false })).toBe('admin');
  expect(levelWithoutPin({ admin: true, points: false })).toBe('points');
  expect(levelWithoutPin({ admin: true, points: true })).toBe('view');
});
