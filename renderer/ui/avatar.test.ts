import { expect, test } from 'vitest';
import { initialsOf } from './avatar.tsx';

test('a Chinese name shows its surname, others their first and last initial', () => {
  expect(initialsOf('张三')).toBe('张');
  expect(initialsOf('Ada Maria Park')).toBe('AP');
  expect(initialsOf('Fatima N.')).toBe('FN');
  expect(initialsOf('Prince')).toBe('P');
});

test('a name of signs only shows its first sign, and emoji are not cut', () => {
  expect(initialsOf('😀😀')).toBe('😀');
  expect(initialsOf('  ')).toBe('');
});
