import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tableOf } from '../../shared/catalog/catalog.ts';
import type { CatalogColumn } from '../../shared/catalog/catalog.ts';
import { isWithinLimits } from '../../shared/catalog/limits.ts';
import { cellTexts } from '../../tests/support/cell-arbitraries.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { pkOf } from '../../shared/catalog/key.ts';
import { canonicalCell, canonicalValue } from '../../shared/catalog/value.ts';
import type { Cell, Row } from '../../shared/sync/plan.ts';
import { childrenOf, countRows, eachRow, findByColumns, readRow, readRows, writeRow } from './catalog-rows.ts';
import { createClassStore } from './class-store.ts';
import type { ClassStore } from './class-store.ts';
import { uuidv7 } from './uuid.ts';

let folder: string;
let store: ClassStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallybook-rows-'));
  store = createClassStore(join(folder, 'class.db'), {
    id: uuidv7(),
    name: '5B',
    sample: false,
    createdAt: '2026-11-20T08:00:00.000Z',
  });
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const student = tableOf(classroomCatalog, 'student');
const tag = tableOf(classroomCatalog, 'student_tag');

function studentRow(change: Partial<Row> = {}): Row {
  const cells = {
    name: 'Li Wei',
    number: null,
    group_id: null,
    note: null,
    avatar_hash: null,
    deleted_at: null,
    deleted_by: null,
  };
  return { id: uuidv7(), created_at: '2026-11-20T08:00:00.000Z', ...cells, ...(change as Row) };
}

function fits(column: CatalogColumn, cell: Cell): boolean {
  return cell === null || isWithinLimits(column, canonicalValue(column.type, cell));
}

describe('rows in canonical text', () => {
  it('come back from the store as they were written, in every table', () => {
    store.db.pragma('foreign_keys = OFF');
    for (const table of classroomCatalog.tables) {
      const rows = fc.record(
        Object.fromEntries(
          table.columns.map((column) => {
            const cell: fc.Arbitrary<Cell> = column.nullable ? fc.option(cellTexts(column)) : cellTexts(column);
            return [
              column.name,
              cell.filter((value) => fits(column, value)).map((value) => canonicalCell(table, column, value)),
            ];
          }),
        ),
      );
      fc.assert(
        fc.property(rows, (row) => {
          const pk = pkOf(table, row);
          store.transaction(() => {
            writeRow(store, table, pk, row);
            expect(readRow(store, table, pk)).toEqual(row);
            expect([...eachRow(store, table)]).toEqual([{ pk, row }]);
            writeRow(store, table, pk, null);
            expect(readRow(store, table, pk)).toBeNull();
          });
        }),
        { numRuns: 50 },
      );
    }
  });

  it('are found many at once as they are one by one, whatever their keys are made of', () => {
    store.db.pragma('foreign_keys = OFF');
    const id = uuidv7();
    const words = Array.from({ length: 150 }, (_, n) => `tag ${n} "\\\u007f\u2028 班长\n`);
    const rows = {
      student: words.map((name) => studentRow({ name })),
      student_tag: words.map((word) => ({ student_id: id, tag: word })),
    };
    for (const table of [student, tag]) {
      const [first, ...others] = rows[table.name as keyof typeof rows].map((row) => ({ pk: pkOf(table, row), row }));
      for (const { pk, row } of others) writeRow(store, table, pk, row);
      const pks = [first?.pk ?? '', ...others.map(({ pk }) => pk)];
      expect(new Map(readRows(store, table, pks))).toEqual(new Map(others.map(({ pk, row }) => [pk, row])));
      expect(readRows(store, table, [])).toEqual(new Map());
      expect([...readRows(store, table, pks.slice(0, 2))]).toEqual([[pks[1], readRow(store, table, pks[1] ?? '')]]);
    }
  });

  it('are updated in the columns that differ and in no other', () => {
    const row = studentRow({ note: 'left-handed' });
    const pk = pkOf(student, row);
    writeRow(store, student, pk, row);
    store.db.exec(`
      CREATE TEMP TABLE touched (what TEXT);
      CREATE TEMP TRIGGER on_name UPDATE OF name ON student BEGIN INSERT INTO touched VALUES ('name'); END;
      CREATE TEMP TRIGGER on_note UPDATE OF note ON student BEGIN INSERT INTO touched VALUES ('note'); END;
    `);
    expect(writeRow(store, student, pk, row)).toBe(false);
    expect(writeRow(store, student, pk, { ...row, name: 'Li Wen' })).toBe(true);
    expect(store.db.prepare('SELECT what FROM touched').pluck().all()).toEqual(['name']);
  });

  it('are marked by the triggers under the same key text', () => {
    store.db.exec(
      `INSERT INTO peer (id, system, database_oid, schema, scope, epoch, device, owner) VALUES ('p', 's', 'o', 'tallybook', 'c', 'e', 'd', 'd')`,
    );
    const row = studentRow();
    writeRow(store, student, pkOf(student, row), row);
    const strange = { student_id: row['id'] ?? '', tag: 'a "quoted" \\ \u007f \u2028 班长\n' };
    writeRow(store, tag, pkOf(tag, strange), strange);
    const marks = store.db.prepare('SELECT tbl, pk FROM dirty ORDER BY seq').all();
    expect(marks).toEqual([
      { tbl: 'student', pk: pkOf(student, row) },
      { tbl: 'student_tag', pk: pkOf(tag, strange) },
    ]);
  });

  it('refuse to be written under the key of another row', () => {
    expect(() => writeRow(store, student, pkOf(student, studentRow()), studentRow())).toThrow();
  });

  it('are found by their columns, NULL included, and as children of a parent', () => {
    const [one, two] = [studentRow({ number: '7' }), studentRow()];
    for (const row of [one, two]) writeRow(store, student, pkOf(student, row), row);
    const tagged = { student_id: one['id'] ?? '', tag: 'monitor' };
    writeRow(store, tag, pkOf(tag, tagged), tagged);
    expect(findByColumns(store, student, ['number'], ['7'])).toEqual([{ pk: pkOf(student, one), row: one }]);
    expect(findByColumns(store, student, ['number', 'deleted_at'], [null, null])).toEqual([
      { pk: pkOf(student, two), row: two },
    ]);
    const [toStudent] = tag.foreignKeys;
    if (toStudent === undefined) throw new Error('the catalog has changed');
    expect(childrenOf(store, tag, toStudent, student, pkOf(student, one))).toEqual([
      { pk: pkOf(tag, tagged), row: tagged },
    ]);
    expect(childrenOf(store, tag, toStudent, student, pkOf(student, two))).toEqual([]);
  });

  it('are all seen once in key order, while others write between two of them', () => {
    store.transaction(() => {
      for (let index = 0; index < 2_500; index += 1) {
        const row = studentRow({ number: String(index) });
        writeRow(store, student, pkOf(student, row), row);
      }
    });
    const seen: string[] = [];
    for (const { pk, row } of eachRow(store, student)) {
      seen.push(pk);
      if (seen.length % 500 === 0) writeRow(store, student, pk, { ...row, note: 'meanwhile' });
    }
    expect(seen).toHaveLength(2_500);
    expect(seen).toEqual([...new Set(seen)].toSorted());
    expect(countRows(store, student)).toBe(2_500);
  });
});
