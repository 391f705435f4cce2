import { expect, test } from 'vitest';
import { field, planRow } from '../../../../shared/contract/test-row.ts';
import { refusingSide } from './refusing-side.ts';

test('P4: a row that goes one way stops where it goes', () => {
  expect(refusingSide(planRow({ direction: 'up', refused: 'name' }))).toBe('server');
  expect(refusingSide(planRow({ direction: 'down', refused: 'name' }))).toBe('local');
  // A tag of the server that is too long for this PC is a part of its key.
  const tag = planRow({ table: 'student_tag', direction: 'down', key: { tag: 'x' }, refused: 'tag' });
  expect(refusingSide(tag)).toBe('local');
});

test('P4: a row of both sides stops at the server where that has no place for it', () => {
  const both = { direction: 'both', kind: 'update' } as const;
  const note = field('note', { local: 'here', server: null });
  // Its table, a column nobody changed, a column of a row the server lost.
  expect(refusingSide(planRow({ ...both, refused: 'id', fields: [note] }))).toBe('server');
  expect(refusingSide(planRow({ ...both, refused: 'color', fields: [note] }))).toBe('server');
  expect(refusingSide(planRow({ ...both, refused: 'note', fields: [note] }))).toBe('server');
  const gone = field('deleted_at', { local: null, server: '2026-03-01T10:00:00.000Z' });
  expect(refusingSide(planRow({ ...both, kind: 'delete', refused: 'id', fields: [gone] }))).toBe('server');
});

test('P4: a row of both sides stops here where the server holds what this PC cannot', () => {
  const name = field('name', { local: 'Li Wei', server: 'Li\u0000' });
  const number = field('number', { local: '1', server: '2' });
  const empty = field('name', { local: 'Li Wei', server: null });
  const refused = { direction: 'both', refused: 'name' } as const;
  expect(refusingSide(planRow({ ...refused, fields: [name] }))).toBe('local');
  expect(refusingSide(planRow({ ...refused, fields: [empty, number] }))).toBe('local');
  expect(refusingSide(planRow({ ...refused, kind: 'conflict', conflict: 'both-updated', fields: [empty] }))).toBe(
    'local',
  );
});
