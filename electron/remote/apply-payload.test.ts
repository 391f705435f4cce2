import { describe, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { tableOf } from '../../shared/catalog/catalog.ts';
import { rowOf, write } from '../../tests/support/remote-runs.ts';
import { claimOf, payloadJson, payloadLines, PayloadShape } from './apply-payload.ts';
import { parseCopyLine } from './copy-text.ts';

const student = (id: string, number: string | null, more: Record<string, string | null> = {}) =>
  rowOf('student', { id, name: id, number, ...more });

describe('a payload', () => {
  it('puts updates of the same columns into one group, and those that delete into one of their own', () => {
    const effects = [
      write('student', student('a', '1'), student('a', '1', { note: 'x' })),
      write('student', student('b', '2'), student('b', '2', { note: 'y' })),
      write('student', student('c', '3'), student('c', '3', { note: 'y', name: 'C' })),
      write('student', student('d', '4'), student('d', '4', { deleted_at: '2026-11-20T08:00:00.000Z' })),
      write('student', null, student('e', '5')),
      write('student', student('f', '6'), null),
    ];
    const shape = new PayloadShape(classroomCatalog, effects.length);
    expect(effects.map((effect) => shape.take(effect)).map(({ op, group }) => [op, group])).toEqual([
      ['update', 0],
      ['update', 0],
      ['update', 1],
      ['update', 2],
      ['add', null],
      ['delete', null],
    ]);
    expect(shape.groups.map(({ columns, leaving }) => [columns, leaving])).toEqual([
      [['note'], false],
      [['name', 'note'], false],
      [['deleted_at'], true],
    ]);
  });

  it('travels as JSON and as lines of a COPY alike', () => {
    const effects = [write('student', null, student('a', '1', { name: 'x\t\\ "李"\n' }), { serverVer: '7' })];
    const [json] = JSON.parse(payloadJson(new PayloadShape(classroomCatalog, 1), effects)) as readonly unknown[];
    const [{ line } = { line: '' }] = [...payloadLines(new PayloadShape(classroomCatalog, 1), effects)];
    const cells = parseCopyLine(line.slice(0, -1));
    expect(cells.slice(0, 6)).toEqual(['0', 'student', '["a"]', 'add', null, '7']);
    expect(cells).toEqual(json);
  });
});

it('holds a unique value only while it is alive and the value is there', () => {
  const table = tableOf(classroomCatalog, 'student');
  const [unique] = table.unique;
  if (unique === undefined) throw new Error('students have a unique number');
  expect(claimOf(table, unique, student('a', '7'))).toBe('["7"]');
  expect(claimOf(table, unique, student('a', null))).toBeNull();
  expect(claimOf(table, unique, student('a', '7', { deleted_at: '2026-11-20T08:00:00.000Z' }))).toBeNull();
  expect(claimOf(table, unique, null)).toBeNull();
});
