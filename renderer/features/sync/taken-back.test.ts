import { expect, test } from 'vitest';
import { takenBackBy } from './taken-back.ts';

const run = (runId: string, undoes: string | null, outcome: 'completed' | 'undecided' | 'failed' = 'completed') => ({
  runId,
  undoes,
  outcome,
});
const taking = (...runs: readonly ReturnType<typeof run>[]): string | undefined => takenBackBy(runs, 'a')?.runId;

test('P9: a sync is taken back by the undo that succeeded, in force again once that is undone, and can then be taken back anew', () => {
  expect(taking(run('a', null))).toBeUndefined();
  expect(taking(run('b', 'a', 'failed'), run('a', null))).toBeUndefined();
  expect(taking(run('b', 'a'), run('a', null))).toBe('b');
  expect(taking(run('c', 'b'), run('b', 'a'), run('a', null))).toBeUndefined();
  expect(taking(run('d', 'a'), run('c', 'b'), run('b', 'a'), run('a', null))).toBe('d');
  expect(taking(run('d', 'c'), run('c', 'b'), run('b', 'a'), run('a', null))).toBe('b');
});

test('P9: an undo that left something, and one of which not all was undone, stands', () => {
  expect(takenBackBy([run('b', 'a', 'undecided'), run('a', null)], 'a')).toMatchObject({ outcome: 'undecided' });
  expect(taking(run('c', 'b', 'undecided'), run('b', 'a'), run('a', null))).toBe('b');
});
