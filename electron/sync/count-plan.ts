import type { Catalog } from '../../shared/catalog/catalog.ts';
import { tableOf } from '../../shared/catalog/catalog.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import type { ChangeKind, Direction } from '../../shared/sync/plan.ts';
import { countLive } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { planRowKeys } from '../store/sync/plan-store.ts';
import { guardKind, guardsOf, type Guard, type GuardCounts } from './guards.ts';

/** Counts of the matrix, in the order of the catalog. */
export function countSummary(store: ClassStore, catalog: Catalog, planId: string): PlanSummary['summary'] {
  const counts = new Map<string, { table: string; kind: ChangeKind; direction: Direction; count: number }>();
  for (const row of planRowKeys(store, planId)) {
    const cell = `${row.table} ${row.kind} ${row.direction}`;
    const entry = counts.get(cell);
    if (entry === undefined) counts.set(cell, { table: row.table, kind: row.kind, direction: row.direction, count: 1 });
    else entry.count += 1;
  }
  const place = new Map(catalog.tables.map((table, index) => [table.name, index]));
  return [...counts.values()].toSorted((a, b) => (place.get(a.table) ?? 0) - (place.get(b.table) ?? 0));
}

/** The guards the rows of a plan trip that are not left out. The server's size is taken as the local one with the plan's own differences undone. */
export function countGuards(store: ClassStore, catalog: Catalog, planId: string, isOut: (ordinal: number) => boolean): readonly Guard[] {
  const counts = new Map<string, GuardCounts>();
  const serverSize = new Map<string, number>();
  for (const row of planRowKeys(store, planId)) {
    const shift = sizeShift(row.kind, row.direction);
    if (shift !== 0) serverSize.set(row.table, (serverSize.get(row.table) ?? 0) + shift);
    if (isOut(row.ordinal) || row.direction === 'both') continue;
    const kind = guardKind(row, row.direction);
    if (kind === null) continue;
    const key = `${row.table} ${row.direction}`;
    const entry = counts.get(key) ?? { deletes: 0, overwrites: 0 };
    entry[kind] += 1;
    counts.set(key, entry);
  }
  return catalog.tables.flatMap((table) =>
    (['up', 'down'] as const).flatMap((side) => {
      const found = counts.get(`${table.name} ${side}`);
      if (found === undefined) return [];
      const here = countLive(store, tableOf(catalog, table.name));
      return guardsOf(catalog, table.name, side, found, side === 'down' ? here : here + (serverSize.get(table.name) ?? 0));
    }),
  );
}

/** How many more live rows the server has than this PC because of one listed row. */
function sizeShift(kind: ChangeKind, direction: Direction): number {
  if (kind === 'add') return direction === 'up' ? -1 : 1;
  if (kind === 'delete') return direction === 'up' ? 1 : -1;
  return 0;
}
