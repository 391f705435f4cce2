import { expect, test } from 'vitest';
import { computerStart, whoseStart } from './computer-start.ts';

test.each([
  ['the same start', 'b1 pid:[1]', false, 'this'],
  ['an earlier start, on a disk nobody else can have', 'b0 pid:[1]', true, 'over'],
  ['another start, on a disk others may have', 'b0 pid:[1]', false, 'other'],
  ['another container of the same start', 'b1 pid:[2]', true, 'other'],
  ['a computer that only tells when it was started', 'at 5', true, 'over'],
] as const)('tells whose a start is: %s', (_what, written, isOwnDisk, whose) => {
  expect(whoseStart(written, isOwnDisk, 'b1 pid:[1]')).toBe(whose);
});

test('takes a start for the same one although the clock was set a little, and no more than a little', () => {
  expect(whoseStart('at 1000000', false, 'at 1030000')).toBe('this');
  expect(whoseStart('at 1000000', true, 'at 1090000')).toBe('other');
});

test('names its own start the same way each time', () => {
  expect(whoseStart(computerStart(), false)).toBe('this');
});
