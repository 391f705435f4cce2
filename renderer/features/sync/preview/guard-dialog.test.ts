import { expect, test } from 'vitest';
import { guardsOf } from './guard-dialog.tsx';

test('every guard a run was refused for is named, each once (P7)', () => {
  const first = { guard: 'mass-delete', table: 'student', count: 12 };
  expect(guardsOf({ ...first, all: 'mass-delete student 12, empty-side reason 3, mass-delete student 12' })).toEqual([
    { kind: 'mass-delete', table: 'student', count: 12 },
    { kind: 'empty-side', table: 'reason', count: 3 },
  ]);
  expect(guardsOf(first)).toEqual([{ kind: 'mass-delete', table: 'student', count: 12 }]);
});
