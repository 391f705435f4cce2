import type { Catalog } from '../../shared/catalog/catalog.ts';
import { tableOf } from '../../shared/catalog/catalog.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import type { ChangeKind, Direction, TreeRow } from '../../shared/sync/plan.ts';
import { isDeleted } from '../../shared/sync/row.ts';
import { countLive } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { planCounts, planRow, planRowKeysAt, type PlanRowKeys } from '../store/sync/plan-store.ts';
import type { Evaluation } from './evaluate-plan.ts';
import { guardKind, guardsOf, type Guard, type GuardCounts } from './guards.ts';
import { resultOf } from './row-result.ts';

type Cell = Omit<PlanRowKeys, 'ordinal'>;

/** Counts of the matrix, in the order of the catalog. */
export function countSummary(store: ClassStore, catalog: Catalog, planId: string): PlanSummary['summary'] {
  const place = new Map(catalog.tables.map((table, index) => [table.name, index]));
  return [...planCounts(store, planId)].toSorted((a, b) => (place.get(a.table) ?? 0) - (place.get(b.table) ?? 0));
}

/** The guards the rows of a plan trip that are not left out, deletions a person decided for among them. The server's size is taken as the local one with the plan's own differences undone. */
export function countGuards(
  store: ClassStore,
  catalog: Catalog,
  planId: string,
  { out, choices }: Pick<Evaluation, 'out' | 'choices'>,
): readonly Guard[] {
  const counts = new Map<string, GuardCounts>();
  const serverSize = new Map<string, number>();
  const add = ({ table, kind, direction }: Cell, count: number): void => {
    const loses = direction === 'both' ? null : guardKind({ kind }, direction);
    if (loses === null) return;
    const key = `${table} ${direction}`;
    const entry = counts.get(key) ?? { deletes: 0, overwrites: 0 };
    entry[loses] += count;
    counts.set(key, entry);
  };
  for (const { count, ...cell } of planCounts(store, planId)) {
    serverSize.set(cell.table, (serverSize.get(cell.table) ?? 0) + count * sizeShift(cell.kind, cell.direction));
    add(cell, count);
  }
  for (const row of planRowKeysAt(store, planId, out.keys())) add(row, -1);
  for (const cell of decidedDeletions(store, catalog, planId, { out, choices })) add(cell, 1);
  return catalog.tables.flatMap((table) =>
    (['up', 'down'] as const).flatMap((side) => {
      const found = counts.get(`${table.name} ${side}`);
      if (found === undefined || (found.deletes === 0 && found.overwrites === 0)) return [];
      const here = countLive(store, tableOf(catalog, table.name));
      return guardsOf(
        catalog,
        table.name,
        side,
        found,
        side === 'down' ? here : here + (serverSize.get(table.name) ?? 0),
      );
    }),
  );
}

/** Rows that a decision deletes on a side, also where many were decided at once. */
function* decidedDeletions(
  store: ClassStore,
  catalog: Catalog,
  planId: string,
  { out, choices }: Pick<Evaluation, 'out' | 'choices'>,
): Generator<Cell> {
  for (const [ordinal, choice] of choices) {
    const row = out.has(ordinal) ? null : planRow(store, planId, ordinal);
    if (row === null || row.kind !== 'conflict') continue;
    const table = tableOf(catalog, row.table);
    const result = resultOf(catalog, row, choice);
    if (result === undefined) continue;
    const deletes = (from: TreeRow): boolean => !isDeleted(table, from) && isDeleted(table, result);
    if (deletes(row.trees.server)) yield { table: row.table, kind: 'delete', direction: 'up' };
    if (deletes(row.trees.local)) yield { table: row.table, kind: 'delete', direction: 'down' };
  }
}

/** How many more live rows the server has than this PC because of one listed row. */
function sizeShift(kind: ChangeKind, direction: Direction): number {
  if (kind === 'add') return direction === 'up' ? -1 : 1;
  if (kind === 'delete') return direction === 'up' ? 1 : -1;
  return 0;
}
