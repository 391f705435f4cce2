import { tableOf, type Catalog } from '../../shared/catalog/catalog.ts';
import type { PlanRow } from '../../shared/sync/plan.ts';

/** A reason to ask again before a run: many deletions or overwritten rows, or a side left empty. */
export interface Guard {
  readonly id: 'mass-delete' | 'mass-overwrite' | 'empty-side';
  readonly table: string;
  readonly count: number;
  readonly side: 'up' | 'down';
}

/** What is counted per table and side. */
export interface GuardCounts {
  deletes: number;
  overwrites: number;
}

/** Share of a table above which a change asks again, from this many rows on. */
const SHARE = 0.2;
const SMALLEST = 5;
/** Number of rows above which a change always asks again. */
const MANY = 50;

/** Whether so many of a table's rows would be lost or replaced that a person should look again. Additions never count. */
export function isMassChange(count: number, of: number): boolean {
  return count > MANY || (count >= SMALLEST && count > of * SHARE);
}

/** Whether a planned row takes something away from a side, or replaces something there that this PC has not just edited itself. */
export function guardKind(row: Pick<PlanRow, 'kind'>, side: 'up' | 'down'): 'deletes' | 'overwrites' | null {
  if (row.kind === 'delete') return 'deletes';
  return row.kind === 'update' && side === 'down' ? 'overwrites' : null;
}

/** The guards a set of counts trips. `live` is how many rows of the table that side shows now. */
export function guardsOf(
  catalog: Catalog,
  tableName: string,
  side: 'up' | 'down',
  counts: GuardCounts,
  live: number,
): readonly Guard[] {
  const guards: Guard[] = [];
  const table = tableOf(catalog, tableName);
  if (table.kind !== 'entity')
    return isMassChange(counts.deletes, live)
      ? [{ id: 'mass-delete', table: tableName, count: counts.deletes, side }]
      : [];
  if (counts.deletes > 0 && counts.deletes >= live && live > 1)
    guards.push({ id: 'empty-side', table: tableName, count: counts.deletes, side });
  // Deletions made on this PC by hand (rows that only hide) were confirmed when they were made.
  else if (!(side === 'up' && table.softDelete !== null) && isMassChange(counts.deletes, live))
    guards.push({ id: 'mass-delete', table: tableName, count: counts.deletes, side });
  if (isMassChange(counts.overwrites, live))
    guards.push({ id: 'mass-overwrite', table: tableName, count: counts.overwrites, side });
  return guards;
}
