import { expect, test } from 'vitest';
import { planRow } from '../../../../shared/contract/test-row.ts';
import { createTexts } from '../../../../shared/text/text.ts';
import { formatFor } from '../../../format.ts';
import type { Words } from './field-words.ts';
import { planLine } from './plan-lines.ts';

const words: Words = { t: createTexts('en').t, format: formatFor('en') };
const outcome = (row: Parameters<typeof planRow>[0]) => planLine(planRow(row), words).at(-1);

test('on paper and in a file a decision that is not carried out is not said to be', () => {
  const decided = { kind: 'conflict', conflict: 'both-updated', choice: 'local' } as const;
  expect(outcome(decided)).toBe('this PC');
  expect(outcome({ ...decided, included: false, left: 'unticked' })).toBe('left out');
  expect(outcome({ ...decided, included: false, left: 'blocked', blockedBy: 'group Blue' })).toBe('waits');
  expect(outcome({ ...decided, choice: 'skip', included: false })).toBe('later');
  expect(outcome({ ...decided, choice: null, included: false })).toBe('decide');
});
