import { expect, test } from 'vitest';
import { field, planRow } from '../../../../shared/contract/test-row.ts';
import { csvText } from '../../../../shared/model/csv.ts';
import { createTexts } from '../../../../shared/text/text.ts';
import { formatFor } from '../../../format.ts';
import type { Words } from './field-words.ts';
import { planHeads, planLine } from './plan-lines.ts';

const words: Words = { t: createTexts('en').t, format: formatFor('en') };
const cell = (name: string, result: string) => field(name, { local: result, result });
const outcome = (row: Parameters<typeof planRow>[0]) => planLine(planRow(row), words).at(-1);

test('N19: on paper and in a file a time has its day and no "ago", and points are a number', () => {
  const at = new Date(Date.now() - 8 * 60_000).toISOString();
  const given = planRow({
    table: 'score_event',
    kind: 'add',
    direction: 'up',
    fields: [cell('delta', '1'), cell('text', 'Homework')],
    times: { base: null, local: at, server: null },
    by: { local: 'Room 5', server: null },
  });
  const line = planLine(given, words);
  expect(line).toContain('1');
  expect(line).toContain('Homework');
  expect(line).toContain(`you, Room 5 · ${words.format.full(at)}`);
  const taken = planLine({ ...given, fields: [cell('delta', '-2'), cell('text', 'Late')] }, words);
  expect(taken).toContain('-2');
  // Undone points leave the sum, in the same column.
  const undone = planRow({ table: 'score_void', kind: 'add', direction: 'up', voids: { delta: '3' } });
  expect(planLine(undone, words)).toContain('-3');
  expect(planLine(planRow({ table: 'student' }), words)[planHeads(words).indexOf('Points')]).toBe('');
  expect(csvText([line, taken])).not.toContain("'");
});

test('on paper and in a file a list that takes a sync back does not say who changed what before, and each line fits its heads', () => {
  const row = planRow({ table: 'student', kind: 'update', direction: 'up', by: { local: null, server: 'Office' } });
  for (const purpose of ['sync', 'replace', 'undo'] as const) {
    const heads = planHeads(words, purpose);
    expect(planLine(row, words, purpose)).toHaveLength(heads.length);
    expect(heads.includes('Server')).toBe(purpose !== 'undo');
  }
  expect(planLine(row, words, 'undo').join()).not.toContain('not changed here');
});

test('on paper and in a file a decision that is not carried out is not said to be', () => {
  const decided = { kind: 'conflict', conflict: 'both-updated', choice: 'local' } as const;
  expect(outcome(decided)).toBe('this PC');
  expect(outcome({ ...decided, included: false, left: 'unticked' })).toBe('left out');
  expect(outcome({ ...decided, included: false, left: 'blocked', blockedBy: 'group Blue' })).toBe('waits for Blue');
  // N5: answered field by field, it says whose value was taken.
  const name = { ...cell('name', 'Chen Yuki'), local: 'Chen Yu-Ting', server: 'Chen Yuki', clash: true };
  const merge = { ...decided, choice: 'merge' } as const;
  expect(outcome({ ...merge, fields: [name] })).toBe("server's name");
  expect(outcome({ ...merge, fields: [{ ...name, result: 'Chen Yu-Ting' }] })).toBe("this PC's name");
  expect(outcome({ ...merge, fields: [{ ...name, result: 'Yuki' }] })).toBe('own name');
  expect(outcome({ ...merge, fields: [name, { ...name, name: 'note' }] })).toBe("server's values");
  expect(outcome({ ...merge, fields: [name, { ...name, result: 'Yuki' }] })).toBe('merged');
  expect(outcome({ ...decided, choice: 'skip', included: false })).toBe('later');
  expect(outcome({ ...decided, choice: null, included: false })).toBe('decide');
});
