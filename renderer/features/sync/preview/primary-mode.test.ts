import { expect, test } from 'vitest';
import { modesOf, primaryMode } from './primary-mode.ts';

const plan = (apply: number, pull: number, firstContact = false) => ({
  ready: { apply, pull, sync: apply + pull, both: 0, leave: 0 },
  firstContact,
  runMode: null,
});

test('sync is the main button of a shared class', () => {
  expect(primaryMode(plan(3, 4), 'two-way')).toBe('sync');
  expect(primaryMode(plan(0, 4), 'two-way')).toBe('sync');
});

test('a device that just joined gets', () => {
  expect(primaryMode(plan(0, 4, true), 'two-way')).toBe('pull');
});

test('a connection that works one way offers that way only', () => {
  expect(primaryMode(plan(3, 4), 'push-only')).toBe('apply');
  expect(primaryMode(plan(3, 4), 'pull-only')).toBe('pull');
  expect(modesOf(plan(3, 4), 'push-only')).toEqual(['apply']);
});

test('P9: a list that takes a run back is carried out in its one way, whatever the connection allows', () => {
  const undo = { ...plan(0, 0), runMode: 'sync' as const };
  expect(primaryMode(undo, 'two-way')).toBe('sync');
  expect(modesOf(undo, 'two-way')).toEqual(['sync']);
});
