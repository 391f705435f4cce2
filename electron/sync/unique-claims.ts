import { tableOf, type Catalog, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { claimedCells } from '../../shared/catalog/claimed-cells.ts';
import type { Choice, PlanRow, TreeRow } from '../../shared/sync/plan.ts';
import type { ClassStore } from '../store/class-store.ts';
import { addPlanClaims, planClaims } from '../store/sync/plan-links.ts';
import { planRow, replacePlanRow } from '../store/sync/plan-store.ts';
import type { OutRow } from './out-row.ts';
import { resultOf } from './row-result.ts';

/** Rows of a plan that hold, or may come to hold, one unique value, by table, index and value. */
export type UniqueClaims = Map<string, Set<number>>;

/** The unique values a version of a row holds, as addresses. */
export function heldBy(table: CatalogTable, row: TreeRow | undefined): readonly string[] {
  return table.unique.flatMap((unique, index) => {
    const cells = claimedCells(table, unique, row);
    return cells === null ? [] : [`${table.name} ${index} ${JSON.stringify(cells)}`];
  });
}

/** Notes the unique values a listed row holds in any version. */
export function noteClaims(table: CatalogTable, row: PlanRow, ordinal: number, claims: UniqueClaims): void {
  if (table.unique.length === 0) return;
  for (const address of new Set(
    [row.trees.local, row.trees.server, row.result].flatMap((version) => heldBy(table, version)),
  )) {
    const holders = claims.get(address);
    if (holders === undefined) claims.set(address, new Set([ordinal]));
    else holders.add(ordinal);
  }
}

/**
 * Two records that would hold one unique value: the one of this PC asks (another value, or none), unless it asks already.
 * Inside a transaction of the caller, after all rows of the plan are written.
 */
export function askAboutClaims(store: ClassStore, catalog: Catalog, planId: string, claims: UniqueClaims): void {
  for (const [address, ordinals] of claims) {
    if (ordinals.size < 2) continue;
    addPlanClaims(store, planId, address, [...ordinals]);
    const rows = [...ordinals].flatMap((ordinal) => {
      const row = planRow(store, planId, ordinal);
      return row === null ? [] : [{ ordinal, row, table: tableOf(catalog, row.table) }];
    });
    // A row that gives the value up here as well (a swap, a hand-over) claims nothing; one that asks may come to hold it.
    const claimedThere = rows.some(({ row, table }) => {
      const arrives =
        heldBy(table, row.trees.server).includes(address) && !heldBy(table, row.trees.local).includes(address);
      return arrives && (row.result === undefined || heldBy(table, row.result).includes(address));
    });
    if (!claimedThere) continue;
    for (const { ordinal, row, table } of rows) {
      const ours =
        heldBy(table, row.trees.local).includes(address) && !heldBy(table, row.trees.server).includes(address);
      if (ours && row.kind !== 'conflict' && heldBy(table, row.result).includes(address))
        ask(store, planId, ordinal, row, table);
    }
  }
}

function ask(store: ClassStore, planId: string, ordinal: number, row: PlanRow, table: CatalogTable): void {
  const columns = table.unique.flatMap((unique) => unique.columns);
  const fields = row.fields.map((field) =>
    columns.includes(field.name) ? { ...field, result: null, decided: false, clash: true } : field,
  );
  replacePlanRow(
    store,
    planId,
    ordinal,
    { ...row, kind: 'conflict', conflict: 'same-identity', intended: row.result ?? null, result: undefined, fields },
    'both',
  );
}

/**
 * With the choices made, would two records of one side hold one value? Then the row that would newly take it waits for the one that has it.
 * Returns whether anything was added to `out`; the caller closes again until nothing is.
 */
export function blockClaims(
  store: ClassStore,
  catalog: Catalog,
  planId: string,
  choices: ReadonlyMap<number, Choice>,
  out: Map<number, OutRow>,
): boolean {
  let changed = false;
  for (const { address, ordinals } of planClaims(store, planId)) {
    const rows = ordinals.flatMap((ordinal) => {
      const row = planRow(store, planId, ordinal);
      return row === null ? [] : [{ ordinal, row, table: tableOf(catalog, row.table) }];
    });
    for (const side of ['local', 'server'] as const) {
      const holders = rows.flatMap(({ ordinal, row, table }) => {
        const before = row.trees[side];
        const result = out.has(ordinal) ? undefined : resultOf(catalog, row, choices.get(ordinal));
        const holds = heldBy(table, result === undefined ? before : result).includes(address);
        return holds
          ? [
              {
                ordinal,
                takes: !heldBy(table, before).includes(address),
                there: heldBy(table, row.trees.server).includes(address),
              },
            ]
          : [];
      });
      if (holders.length < 2) continue;
      const keeper = holders.find((holder) => !holder.takes) ?? holders.find((holder) => holder.there) ?? holders[0];
      for (const holder of holders) {
        if (holder === keeper || keeper === undefined || !holder.takes) continue;
        out.set(holder.ordinal, { reason: 'blocked', needs: keeper.ordinal });
        changed = true;
      }
    }
  }
  return changed;
}

/** Whether a value typed for a row is one that another living record here has. */
export function isTaken(table: CatalogTable, typed: TreeRow, others: Iterable<{ readonly row: TreeRow }>): boolean {
  const wanted = new Set(heldBy(table, typed));
  for (const { row } of others) if (heldBy(table, row).some((address) => wanted.has(address))) return true;
  return false;
}
