import { describe, expect, it } from 'vitest';
import { tableOf, type CatalogTable } from '../catalog/catalog.ts';
import { classroomCatalog } from '../catalog/classroom.ts';
import type { Row } from './plan.ts';
import { resolveRow } from './resolve.ts';

const student = tableOf(classroomCatalog, 'student');
const plain: Row = Object.fromEntries(student.columns.map(({ name }) => [name, null]));
const before: Row = { ...plain, id: 'a', name: 'Li W' };

function merged(table: CatalogTable, local: Row, server: Row, fields: Readonly<Record<string, 'local' | 'server'>>) {
  const row = { trees: { base: before, local, server }, conflict: 'both-updated' as const };
  return resolveRow(table, row, { choice: 'merge', fields });
}

describe('a row merged by hand', () => {
  const deleted: Row = { ...before, deleted_at: '2026-11-20T08:00:00.000Z', deleted_by: 'Office PC' };
  const renamed: Row = { ...before, name: 'Li Wei' };

  it.each(['local', 'server'] as const)(
    'says of a deletion all that one side says, whichever is named for the rest (%s)',
    (other) => {
      const fields = { name: 'local', deleted_at: 'server', deleted_by: other } as const;
      expect(merged(student, renamed, deleted, fields)).toMatchObject({
        kind: 'decided',
        result: { name: 'Li Wei', deleted_at: deleted['deleted_at'], deleted_by: 'Office PC' },
      });
      expect(merged(student, renamed, deleted, { ...fields, deleted_at: 'local' })).toMatchObject({
        kind: 'decided',
        result: { name: 'Li Wei', deleted_at: null, deleted_by: null },
      });
    },
  );

  it('takes columns that travel together from one side, or is refused', () => {
    const table = { ...student, atomicGroups: [['name', 'number']] };
    const sides = [
      { ...before, name: 'Li Wei', number: '1' },
      { ...before, name: 'Li Wen', number: '2' },
    ] as const;
    expect(merged(table, ...sides, { name: 'local', number: 'server' })).toEqual({
      kind: 'invalid',
      reason: 'columns-together',
    });
    expect(merged(table, ...sides, { name: 'server', number: 'server' })).toMatchObject({
      kind: 'decided',
      result: { name: 'Li Wen', number: '2' },
    });
  });
});
