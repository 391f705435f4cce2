import { expect, test } from 'vitest';
import { createTexts } from '../../../shared/text/text.ts';
import { formatFor } from '../../format.ts';
import { runRowPieces } from './run-row-words.ts';

const words = { t: createTexts('en').t, format: formatFor('en') };
const said = (row: Parameters<typeof runRowPieces>[0]): string =>
  runRowPieces(row, words)
    .map((piece) => (piece.kind === 'old' ? `~${piece.text}~` : piece.text))
    .join('');

test('a changed row names its fields before and after', () => {
  const row = {
    table: 'student',
    op: 'update',
    key: { id: 'x' },
    before: { id: 'x', name: 'Li W', group_id: 'a' },
    after: { id: 'x', name: 'Li Wei', group_id: 'b' },
    names: {},
  } as const;
  expect(said(row)).toBe('name ~“Li W”~ → “Li Wei”');
  const names = { group_id: { before: null, after: 'Blue' } };
  const moved = { ...row, before: { id: 'x', group_id: null }, after: { id: 'x', group_id: 'b' }, names };
  expect(said(moved)).toBe('group ~none~ → Blue');
});

test('an added row names what it holds, without ids', () => {
  const after = { id: 'x', student_id: 's', delta: '2', text: 'Homework' };
  expect(said({ table: 'score_event', op: 'add', key: { id: 'x' }, before: null, after, names: {} })).toBe(
    '+2 Homework',
  );
});

test('points that were undone are told as that, not by the time and the device it was done with', () => {
  const after = { id: 'x', event_id: 'e', at: '2026-11-21T09:41:00.000Z', device_name: 'Room 301' };
  expect(said({ table: 'score_void', op: 'add', key: { id: 'x' }, before: null, after, names: {} })).toBe(
    'these points are undone',
  );
});

test('points without a reason are told in the language of the reader', () => {
  const after = { id: 'x', student_id: 's', delta: '2', text: '快速加减分', reason_id: null };
  expect(said({ table: 'score_event', op: 'add', key: { id: 'x' }, before: null, after, names: {} })).toBe(
    '+2 Quick points',
  );
});

test('a deleted row says what became of it, not which fields changed', () => {
  const before = { id: 'x', name: 'Li W', deleted_at: null };
  const after = { ...before, deleted_at: '2026-11-20T08:00:00.000Z' };
  expect(said({ table: 'student', op: 'delete', key: { id: 'x' }, before, after, names: {} })).toBe(
    'hidden with all points, restorable',
  );
  const tag = { id: 'x', tag: 'a' };
  expect(said({ table: 'student_tag', op: 'delete', key: { id: 'x' }, before: tag, after: null, names: {} })).toBe(
    'loses this tag',
  );
});
