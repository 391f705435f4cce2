import { expect, it } from 'vitest';
import { pinProblem, tidyPin } from './pin-problem.ts';

it.each([
  ['', 'short'],
  ['123', 'short'],
  ['1234', null],
  ['123456789012', null],
  ['1234567890123', 'long'],
  ['12a4', 'digits'],
  ['１２３４', 'digits'],
] as const)('“%s” as a PIN: %s', (pin, problem) => {
  expect(pinProblem(pin)).toBe(problem);
});

it('digits typed with a Chinese keyboard are the same digits', () => {
  expect(tidyPin(' １２３４ ')).toBe('1234');
});
