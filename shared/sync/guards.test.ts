import { describe, expect, it } from 'vitest';
import { tableOf } from '../catalog/catalog.ts';
import { classroomCatalog } from '../catalog/classroom.ts';
import { guardsOf, isMassChange, lossOf, ownLoss } from './guards.ts';
import type { Side } from './lookup.ts';

const student = tableOf(classroomCatalog, 'student');

describe('P7: a mass change', () => {
  it('is more than fifty rows, or more than a fifth of a table and at least five rows', () => {
    expect(isMassChange(4, 4)).toBe(false);
    expect(isMassChange(5, 25)).toBe(false);
    expect(isMassChange(5, 24)).toBe(true);
    expect(isMassChange(50, 1_000)).toBe(false);
    expect(isMassChange(51, 1_000)).toBe(true);
  });
});

describe('P7: the guards', () => {
  const guards = (side: Side, deletes: number, overwrites: number, live: number, table = 'student', confirmed = 0) =>
    guardsOf(tableOf(classroomCatalog, table), side, { deletes, overwrites, confirmed }, live).map(({ id }) => id);

  it('ask about many deletions and many replaced rows, on either side', () => {
    for (const side of ['local', 'server'] as const) {
      expect(guards(side, 10, 0, 30)).toEqual(['mass-delete']);
      expect(guards(side, 0, 10, 30)).toEqual(['mass-overwrite']);
      expect(guards(side, 2, 2, 30)).toEqual([]);
      expect(guards(side, 51, 0, 400, 'student_tag')).toEqual(['mass-delete']);
    }
  });

  it('do not ask again about what was edited on this PC and can be taken back, unless nothing would be left', () => {
    expect(ownLoss(student, 'overwrites')).toBeNull();
    expect(ownLoss(student, 'deletes')).toBe('confirmed');
    expect(ownLoss(tableOf(classroomCatalog, 'student_tag'), 'deletes')).toBe('deletes');
    expect(guards('server', 0, 0, 30, 'student', 20)).toEqual([]);
    expect(guards('server', 0, 0, 30, 'student', 30)).toEqual(['empty-side']);
  });

  it('always ask when a side would be left without any record', () => {
    expect(guards('server', 30, 0, 30)).toEqual(['empty-side']);
    expect(guards('local', 3, 0, 3)).toEqual(['empty-side']);
    expect(guards('local', 3, 0, 3, 'student_tag')).toEqual([]);
  });

  it('count nothing that is added, restored or was deleted before', () => {
    const row = Object.fromEntries(student.columns.map(({ name }) => [name, null]));
    const deleted = { ...row, deleted_at: '2026-11-20T08:00:00.000Z' };
    expect(lossOf(student, null, row)).toBeNull();
    expect(lossOf(student, deleted, row)).toBeNull();
    expect(lossOf(student, deleted, { ...deleted, note: 'x' })).toBeNull();
    expect(lossOf(student, row, deleted)).toBe('deletes');
    expect(lossOf(student, row, { ...row, note: 'x' })).toBe('overwrites');
  });
});
