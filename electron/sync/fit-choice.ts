import { tableOf, type CatalogTable } from '../../shared/catalog/catalog.ts';
import type { Choice, PlanRow, TreeRow } from '../../shared/sync/plan.ts';
import { resolveRow } from '../../shared/sync/resolve.ts';
import { findByColumns } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getPlan, planRow } from '../store/sync/plan-store.ts';
import { serverRowsWith } from '../store/sync/trees.ts';
import { judgeTyped } from './typed-values.ts';
import { isTaken } from './unique-claims.ts';

/** A choice as it goes into the draft of a row, or why it does not fit that row. */
export type Fit =
  | { readonly kind: 'fits'; readonly choice: Choice | null }
  | { readonly kind: 'misfit'; readonly reason: string };

/** Judges a choice for a row of a plan; typed values become what the databases hold. Throws what the rule of a typed value throws. */
export function fitChoice(store: ClassStore, planId: string, ordinal: number, choice: Choice | null): Fit {
  const row = planRow(store, planId, ordinal);
  if (row === null) return misfit('not-in-plan');
  if (choice === null || choice.choice === 'skip') return { kind: 'fits', choice };
  if (row.kind !== 'conflict') return misfit('not-a-conflict');
  const table = tableOf(store.catalog, row.table);
  const judged = judgeTyped(table, row, choice);
  if (judged === null) return misfit('unknown-column');
  const resolved = resolveRow(table, row, judged);
  if (resolved.kind === 'invalid') return misfit(resolved.reason);
  const taken =
    resolved.kind === 'decided' &&
    hasTyped(judged) &&
    takesAnothers(store, getPlan(store, planId).peerId, table, row, resolved.result);
  return taken ? misfit('value-taken') : { kind: 'fits', choice: judged };
}

function misfit(reason: string): Fit {
  return { kind: 'misfit', reason };
}

function hasTyped(choice: Choice): boolean {
  return Object.values(choice.fields ?? {}).some((field) => typeof field === 'object');
}

/** Whether a result holds a unique value that another record has, here or on the server. */
function takesAnothers(store: ClassStore, peerId: string, table: CatalogTable, row: PlanRow, result: TreeRow): boolean {
  if (result === null) return false;
  return table.unique.some((unique) => {
    const cells = unique.columns.map((column) => result[column] ?? null);
    const here = findByColumns(store, table, unique.columns, cells);
    const there = serverRowsWith(store, peerId, table.name, unique.columns, cells);
    return isTaken(
      table,
      result,
      [...here, ...there].filter((other) => other.pk !== row.pk),
    );
  });
}
