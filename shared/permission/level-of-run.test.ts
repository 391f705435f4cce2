import { expect, it } from 'vitest';
import { levelOfRun } from './level-of-run.ts';

const plain = { deletions: 0, decided: 0, overruled: false, purpose: 'sync' } as const;

it('who may give points may also sync what needs no deletion, decision or guard', () => {
  expect(levelOfRun(plain)).toBe('points');
});

it.each([
  ['a deletion', { deletions: 1 }],
  ['a decision', { decided: 1 }],
  ['a guard that was overruled', { overruled: true }],
  ['taking a run back', { purpose: 'undo' as const }],
  ['pull and replace', { purpose: 'replace' as const }],
])('%s needs the admin', (_what, weight) => {
  expect(levelOfRun({ ...plain, ...weight })).toBe('admin');
});
