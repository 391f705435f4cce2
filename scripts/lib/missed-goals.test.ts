import { expect, test } from 'vitest';
import { missedGoals } from './missed-goals.ts';

const limit = { of: 'median', value: 100 } as const;

test('a measurement fails by a firm goal that was missed, and by no other', () => {
  const figures = [
    { id: 'kept', limit: { ...limit, firm: true }, holds: true },
    { id: 'missed', limit: { ...limit, firm: true }, holds: false },
    { id: 'hoped for', limit, holds: false },
    { id: 'without a goal', limit: null, holds: null },
  ] as const;
  expect(missedGoals(figures)).toEqual(['missed']);
  expect(missedGoals([])).toEqual([]);
});
