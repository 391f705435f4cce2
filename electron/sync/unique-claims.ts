import { tableOf, type Catalog, type CatalogTable } from '../../shared/catalog/catalog.ts';
import type { Direction, PlanRow, TreeRow } from '../../shared/sync/plan.ts';
import { cellOf, isDeleted } from '../../shared/sync/row.ts';
import type { ClassStore } from '../store/class-store.ts';
import { addPlanEdges, planRow, replacePlanRow } from '../store/sync/plan-store.ts';

/** A row of the plan that will hold a unique value it does not hold on both sides yet. */
interface Claim {
  readonly ordinal: number;
  readonly pk: string;
  readonly direction: Direction;
}

/** Claims on unique values, by table, index and value. */
export type UniqueClaims = Map<string, Claim[]>;

/** Notes which unique values a listed row will hold anew on some side. */
export function noteClaims(table: CatalogTable, row: PlanRow, direction: Direction, ordinal: number, claims: UniqueClaims): void {
  if (row.result === undefined || row.result === null) return;
  for (const [index, unique] of table.unique.entries()) {
    const value = uniqueValue(table, row.result, unique.columns, unique.amongLive);
    if (value === null) continue;
    const here = row.trees.local === null ? null : uniqueValue(table, row.trees.local, unique.columns, unique.amongLive);
    const there = row.trees.server === null ? null : uniqueValue(table, row.trees.server, unique.columns, unique.amongLive);
    if (here === value && there === value) continue;
    const address = `${table.name} ${index} ${value}`;
    const list = claims.get(address);
    if (list === undefined) claims.set(address, [{ ordinal, pk: row.pk, direction }]);
    else list.push({ ordinal, pk: row.pk, direction });
  }
}

function uniqueValue(table: CatalogTable, row: TreeRow, columns: readonly string[], amongLive: boolean): string | null {
  if (row === null || (amongLive && isDeleted(table, row))) return null;
  const cells = columns.map((column) => cellOf(row, column));
  return cells.includes(null) ? null : JSON.stringify(cells);
}

/**
 * Two records that would hold one unique value: the one of this PC asks (another value, or none), the other waits for the answer.
 * Inside a transaction of the caller, after all rows of the plan are written.
 */
export function askAboutClaims(store: ClassStore, catalog: Catalog, planId: string, claims: UniqueClaims): void {
  for (const list of claims.values()) {
    if (new Set(list.map((claim) => claim.pk)).size < 2) continue;
    const ours = list.filter((claim) => claim.direction !== 'down');
    const theirs = list.filter((claim) => claim.direction === 'down');
    for (const claim of ours) {
      if (theirs.length === 0) continue;
      ask(store, catalog, planId, claim);
      addPlanEdges(
        store,
        planId,
        theirs.map((other) => ({ needs: claim.ordinal, ordinal: other.ordinal, direction: 'down' as const })),
      );
    }
  }
}

function ask(store: ClassStore, catalog: Catalog, planId: string, claim: Claim): void {
  const row = planRow(store, planId, claim.ordinal);
  if (row === null || row.kind === 'conflict') return;
  const columns = tableOf(catalog, row.table).unique.flatMap((unique) => unique.columns);
  const fields = row.fields.map((field) => (columns.includes(field.name) ? { ...field, result: null, decided: false, clash: true } : field));
  replacePlanRow(store, planId, claim.ordinal, { ...row, kind: 'conflict', conflict: 'same-identity', intended: row.result ?? null, result: undefined, fields }, 'both');
}
