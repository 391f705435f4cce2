import { expect, test } from 'vitest';
import { classroomCatalog } from '../../../../shared/catalog/classroom.ts';
import { syncedTables } from '../../../../shared/catalog/catalog.ts';
import { changeDirections, changeKinds, filterFrom, toPlanFilter } from './change-filter.ts';
import { conflictCount, matrixFilter, matrixOf } from './matrix-counts.ts';

const summary = [
  { table: 'student', kind: 'update', direction: 'up', count: 2 },
  { table: 'student', kind: 'conflict', direction: 'both', count: 1 },
  { table: 'student_tag', kind: 'add', direction: 'up', count: 3 },
  { table: 'score_event', kind: 'add', direction: 'down', count: 8 },
  { table: 'score_void', kind: 'add', direction: 'down', count: 1 },
] as const;
/** Nothing was decided. */
const asking = [{ table: 'student', count: 1 }];

test('tables that belong together are one line, and every count stands in one column', () => {
  const { columns, lines } = matrixOf([...summary], asking);
  expect(columns.map((column) => `${column.direction} ${column.kind}`)).toEqual([
    'up add',
    'up update',
    'up delete',
    'down add',
    'down update',
    'down delete',
    'both conflict',
  ]);
  expect(lines).toEqual([
    { category: 'students', counts: [0, 2, 0, 0, 0, 0, 1] },
    { category: 'tags', counts: [3, 0, 0, 0, 0, 0, 0] },
    { category: 'points', counts: [0, 0, 0, 9, 0, 0, 0] },
  ]);
});

test('merged changes get their own column, so that the totals stay whole', () => {
  const merged = [...summary, { table: 'student', kind: 'update', direction: 'both', count: 4 } as const];
  const { columns, lines } = matrixOf(merged, asking);
  expect(columns).toHaveLength(8);
  const shown = lines.flatMap((line) => line.counts).reduce((sum, count) => sum + count, 0);
  expect(shown).toBe(merged.reduce((sum, cell) => sum + cell.count, 0));
});

test('P4: a decided conflict leaves "needs you" and stands in a column of its own, so that the totals stay whole', () => {
  const { columns, lines } = matrixOf([...summary], []);
  const last = columns.at(-1);
  expect(last).toEqual({ direction: 'both', kind: 'conflict', decided: true });
  expect(lines[0]?.counts.slice(-2)).toEqual([0, 1]);
  const filter = filterFrom(
    new URLSearchParams(matrixFilter('students', { direction: 'both', kind: 'conflict', decided: true })),
  );
  expect(toPlanFilter(filter)).toEqual({ tables: ['student', 'avatar'], kinds: ['conflict'], unresolved: false });
});

test('a table this page does not know is counted under other', () => {
  const { lines } = matrixOf([{ table: 'register', kind: 'add', direction: 'up', count: 1 }], []);
  expect(lines.map((line) => line.category)).toEqual(['other']);
  expect(lines[0]?.counts[0]).toBe(1);
});

test('conflicts are counted over all tables', () => {
  expect(conflictCount([...summary])).toBe(1);
});

test('every number is the sum of just those counts its button filters by, whatever the plan (P4)', () => {
  // Every way to choose counts out of a few, instead of random ones: each digit of the number is one cell.
  const cells = syncedTables(classroomCatalog).flatMap(({ name }) =>
    changeKinds.flatMap((kind) =>
      changeDirections
        .filter((direction) => kind !== 'conflict' || direction === 'both')
        .map((direction) => ({ table: name, kind, direction })),
    ),
  );
  for (let variant = 1; variant < 60; variant += 1) {
    const counted = cells.map((cell, place) => ({ ...cell, count: (place * variant * 7) % 11 }));
    const plan = counted.filter(({ count }) => count > 0);
    // Some of the conflicts of each table wait for a person.
    const questions = plan
      .filter(({ kind }) => kind === 'conflict')
      .map(({ table, count }) => ({ table, count: count % variant }));
    const { columns, lines } = matrixOf(plan, questions);
    let sum = 0;
    for (const { category, counts } of lines)
      for (const [place, count] of counts.entries()) {
        const column = columns[place];
        if (column === undefined) continue;
        const filter = toPlanFilter(filterFrom(new URLSearchParams(matrixFilter(category, column))));
        const asks = questions.reduce(
          (total, cell) => total + ((filter.tables ?? []).includes(cell.table) ? cell.count : 0),
          0,
        );
        const kept = plan.filter(
          ({ table, kind, direction }) =>
            (filter.tables ?? []).includes(table) &&
            (filter.kinds ?? [kind]).includes(kind) &&
            (filter.directions ?? [direction]).includes(direction),
        );
        const listed = kept.reduce((total, cell) => total + cell.count, 0);
        expect(
          filter.unresolved === undefined ? listed : filter.unresolved ? asks : listed - asks,
          `${variant} ${category} ${place}`,
        ).toBe(count);
        sum += count;
      }
    expect(sum).toBe(plan.reduce((total, cell) => total + cell.count, 0));
  }
});

test('that students were erased is counted with what is deleted, and its number shows those rows (P4, P7)', () => {
  const matrix = matrixOf([{ table: 'erasure', kind: 'add', direction: 'down', count: 3 }], []);
  const place = matrix.columns.findIndex(({ direction, kind }) => direction === 'down' && kind === 'delete');
  expect(matrix.lines).toMatchObject([{ category: 'erased' }]);
  expect(matrix.lines[0]?.counts[place]).toBe(3);
  expect(matrixFilter('erased', { direction: 'down', kind: 'delete' })).toMatchObject({ table: 'erased', kind: 'add' });
});
