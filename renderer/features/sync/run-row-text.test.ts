import { expect, test } from 'vitest';
import type { RunRowItem } from '../../../shared/contract/run.ts';
import { createTexts } from '../../../shared/text/text.ts';
import { formatFor } from '../../format.ts';
import { decidedBy, insteadOfOp, notTaken, takenBackText } from './run-row-text.ts';

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

test('a question that was answered before, on another device, is not told as answered by whoever carried it out', () => {
  const run = { device: 'Room 302', startedAt: '2026-03-02T09:00:00.000Z' };
  const before = { who: 'Room 301', at: '2026-03-02T08:00:00.000Z' };
  expect(decidedBy({ choice: 'server', decidedBefore: before }, run, words)).toMatch(/^Room 301, /);
  expect(decidedBy({ choice: 'server', decidedBefore: null }, run, words)).toMatch(/^Room 302, /);
  expect(decidedBy({ choice: null, decidedBefore: null }, run, words)).toBe('');
});

test('a row of a sync that was taken back says when, and one that was only kept and written nowhere does not', () => {
  const at = '2026-03-02T09:41:00.000Z';
  expect(takenBackText(row({}), at, words)).toContain(words.format.when(at));
  expect(takenBackText(row({ side: 'none' }), at, words)).toBeNull();
  expect(takenBackText(row({}), null, words)).toBeNull();
});
