import { expect, test } from 'vitest';
import type { RunRowItem } from '../../../shared/contract/run.ts';
import { createTexts } from '../../../shared/text/text.ts';
import { formatFor } from '../../format.ts';
import { insteadOfOp, notTaken } from './run-row-text.ts';

const words = { t: createTexts('en').t, format: formatFor('en') };

function row(change: Partial<RunRowItem>): Pick<RunRowItem, 'choice' | 'fields' | 'sideNames' | 'side' | 'table'> {
  return { table: 'student', side: 'up', choice: null, fields: [], sideNames: {}, ...change };
}

const note = { name: 'note', base: 'glasses', local: 'new glasses', server: 'lenses', clash: true };

test('what somebody decided against is told with its value, on the side that was written', () => {
  const fields = [{ ...note, result: 'new glasses' }];
  expect(notTaken(row({ choice: 'local', fields }), words)).toEqual(['note “lenses”']);
  const down = [{ ...note, result: 'lenses' }];
  expect(notTaken(row({ choice: 'server', side: 'down', fields: down }), words)).toEqual(['note “new glasses”']);
});

test('so is what gave way to a newer change, which nobody had to decide and waits in the recovery bin as well', () => {
  expect(notTaken(row({ fields: [{ ...note, result: 'new glasses' }] }), words)).toEqual(['note “lenses”']);
  expect(notTaken(row({ side: 'down', fields: [{ ...note, result: 'lenses' }] }), words)).toEqual([
    'note “new glasses”',
  ]);
});

test('where both changes were taken nothing is told', () => {
  const fields = [
    { name: 'name', base: 'Li W', local: 'Li Wei', server: 'Li W', result: 'Li Wei', clash: false },
    { name: 'note', base: null, local: null, server: 'lenses', result: 'lenses', clash: false },
  ];
  expect(notTaken(row({ fields }), words)).toEqual([]);
  expect(notTaken(row({ side: 'down', fields }), words)).toEqual([]);
  expect(notTaken(row({ choice: 'both', fields: [{ ...note, result: 'lenses' }] }), words)).toEqual([]);
});

test('what a run that took another one back ended is undone, as its list said, and nothing else is', () => {
  const ended = { table: 'score_void', op: 'add', before: null } as const;
  expect(insteadOfOp(ended, 'undo')).toBe('undone');
  expect(insteadOfOp(ended, 'sync')).toBeNull();
  expect(insteadOfOp({ ...ended, table: 'student' }, 'undo')).toBeNull();
  expect(insteadOfOp({ ...ended, before: { id: '1' } }, 'undo')).toBeNull();
});
