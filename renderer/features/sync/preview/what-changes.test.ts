import { expect, test } from 'vitest';
import { createTexts } from '../../../../shared/text/text.ts';
import { formatFor } from '../../../format.ts';
import type { Words } from './field-words.ts';
import { field, planRow } from '../../../../shared/contract/test-row.ts';
import { detailSentence, recommendation } from './detail-words.ts';
import { nameText, recordText, whatChanges } from './what-changes.ts';

const words: Words = { t: createTexts('en').t, format: formatFor('en') };

function said(row: Parameters<typeof whatChanges>[0], with_: Words = words): string {
  return whatChanges(row, with_)
    .map((piece) =>
      piece.kind === 'old' ? `~${piece.text}~` : piece.kind === 'strong' ? `*${piece.text}*` : piece.text,
    )
    .join('');
}

const zh: Words = { t: createTexts('zh-CN').t, format: formatFor('zh-CN') };

test('a change is told as before and after, references by their names', () => {
  const names = { group_id: { base: null, local: 'Blue', server: null, result: 'Blue' } };
  const row = planRow({ fields: [field('group_id', { local: 'b1', result: 'b1' })], names });
  expect(said(row)).toBe('group ~none~ → Blue');
});

test('a new record that is probably one of the server says which, in the list and in the panel', () => {
  const row = planRow({ kind: 'add', direction: 'up', label: 'Anna · a1', alike: ['Ana · A1'] });
  expect(said(row)).toBe('new (probably the same as Ana · A1)');
  expect(said(row, zh)).toBe('新增（可能与 Ana · A1 是同一个）');
  const group = { ...row, fields: [field('note', { local: 'x', result: 'x' })], alike: ['Ana · A1', 'Ann · A1'] };
  expect(said(group)).toBe('note “x” (probably the same as Ana · A1, Ann · A1)');
});

test('what comes from the server is told against what stands here', () => {
  const row = planRow({
    direction: 'down',
    fields: [field('note', { base: 'a', local: 'a', server: 'b', result: 'b' })],
  });
  expect(said(row)).toBe('note ~“a”~ → “b”');
});

test('what both sides changed says so, with the value that gives way, wherever the newer one goes', () => {
  const note = field('note', { base: 'a', local: 'b', server: 'c', result: 'c', newer: true });
  const down = planRow({ direction: 'down', fields: [note] });
  expect(said(down)).toBe('note ~“b”~ → “c” (both sides changed it, the newer one counts)');
  expect(detailSentence(down, words)).toBe(
    "Changed on both sides: note. The server's is newer and counts; this PC's goes to the recovery bin.",
  );
  const up = planRow({ direction: 'up', fields: [{ ...note, result: 'b' }] });
  expect(said(up)).toBe('note ~“c”~ → “b” (both sides changed it, the newer one counts)');
  expect(detailSentence(up, words)).toBe(
    "Changed on both sides: note. This PC's is newer and counts; the server's goes to the recovery bin.",
  );
});

test('an answer given on another PC is told as such, also where it has no side', () => {
  const advice = (recommended: 'server' | null): string | null =>
    recommendation(
      planRow({ kind: 'conflict', conflict: 'both-updated', reason: 'decided-before', recommended }),
      words,
    );
  expect(advice('server')).toBe('Suggested: Server (already answered so on another PC)');
  expect(advice(null)).toBe('Already answered on another PC: the two were made one.');
});

test('more than two fields are counted', () => {
  const fields = ['name', 'number', 'note', 'category'].map((name) => field(name, { local: 'x', result: 'x' }));
  expect(said(planRow({ fields }))).toContain('and 2 more');
});

test('points show their amount with a true minus sign', () => {
  const fields = [field('delta', { local: '-1', result: '-1' }), field('text', { local: 'Late', result: 'Late' })];
  const row = planRow({ table: 'score_event', kind: 'add', label: 'Li Wei · 12 · Late', fields });
  expect(said(row)).toBe('*−1* Late');
});

test('a reason of the app has its category in the language of the reader, one of a person the words of that person', () => {
  const fields = (builtIn: string) => [
    field('delta', { result: '2' }),
    field('category', { result: 'Study' }),
    field('built_in', { result: builtIn }),
  ];
  expect(said(planRow({ table: 'reason', kind: 'add', fields: fields('true') }), zh)).toBe('*+2* 学习');
  expect(said(planRow({ table: 'reason', kind: 'add', fields: fields('false') }), zh)).toBe('*+2* Study');
});

test('an undone point says so and names whose it was', () => {
  const names = { event_id: { base: null, local: null, server: 'Li Wei · 12 · Late', result: 'Li Wei · 12 · Late' } };
  const row = planRow({ table: 'score_void', kind: 'add', direction: 'down', label: 'Li Wei · 12 · Late', names });
  expect(said(row)).toBe('these points are undone');
  // Not struck out beside words that say it again: what is taken back is told as it was given.
  expect(said({ ...row, voids: { delta: '2' } })).toBe('*+2* is taken back');
  expect(said({ ...row, voids: { delta: '-1' } }, zh)).toBe('*−1* 不再计入');
  expect(nameText(row, words)).toBe('Li Wei · 12 · Late');
  expect(recordText(row, words)).toBe('Undo · Li Wei · 12 · Late');
  expect(recordText(row, zh)).toMatch(/Li Wei · 12 · 迟到$/);
});

test('a deletion says what stays', () => {
  expect(said(planRow({ kind: 'delete', direction: 'down' }))).toBe('hidden with all points, restorable');
  expect(said(planRow({ kind: 'delete', table: 'reason' }))).toBe('hidden; points keep its text');
});

const clash = planRow({
  kind: 'conflict',
  conflict: 'both-updated',
  direction: 'both',
  fields: [field('name', { base: 'Li W', local: 'Li Wei', server: 'Li Wen', clash: true })],
});

test('a clash is a question with both values and the one before', () => {
  expect(said(clash)).toBe('“Li Wei” or “Li Wen”? ~“Li W”~');
});

test('a settled clash says what comes of it; decide later leaves the question', () => {
  const [name] = clash.fields;
  const fields = name === undefined ? [] : [{ ...name, result: 'Li Wen' }];
  expect(said({ ...clash, choice: 'merge', fields })).toBe('name → *“Li Wen”*');
  expect(said({ ...clash, choice: 'skip' })).toContain('?');
});

test('a deleted student with new points tells which side did what', () => {
  const deletion = field('deleted_at', { local: '2026-11-20T10:00:00.000Z', clash: true });
  const here = planRow({ kind: 'conflict', conflict: 'parent-deleted', newChildren: 3, fields: [deletion] });
  expect(said(here)).toBe('deleted here, 3 new point entries there');
  const there = { ...here, fields: [field('deleted_at', { server: '2026-11-20T10:00:00.000Z', clash: true })] };
  expect(said(there)).toBe('deleted there, 3 new point entries here');
  expect(said({ ...here, choice: 'local' })).toBe('stays deleted');
  expect(said({ ...here, choice: 'server' })).toBe('restored');
});

test('a number two students use names the number', () => {
  const fields = [field('number', { local: '77', clash: true })];
  expect(said(planRow({ kind: 'conflict', conflict: 'same-identity', fields }))).toBe('number 77 is used twice');
});

test('the same is said in Chinese', () => {
  expect(said(clash, zh)).toBe('“Li Wei” 还是 “Li Wen”？~“Li W”~');
});
