import { tableOf, type CatalogTable } from '../../shared/catalog/catalog.ts';
import type { ErrorParams } from '../../shared/errors.ts';
import type { Choice, PlanRow, TreeRow } from '../../shared/sync/plan.ts';
import { heldBy } from '../../shared/sync/claims.ts';
import { resolveRow } from '../../shared/sync/resolve.ts';
import { findByColumns } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getPlan, planRow } from '../store/sync/plan-store.ts';
import { serverRowsWith } from '../store/sync/trees.ts';
import { uuidv7 } from '../store/uuid.ts';
import { overrulable } from './overruled.ts';
import { judgeTyped } from './typed-values.ts';

/** A choice as it goes into the draft of a row, or why it does not fit that row. */
export type Fit =
  | { readonly kind: 'fits'; readonly choice: Choice | null }
  /** `reason`, and where a value is taken: the `column`, the `value`, and its `holder` by name. */
  | { readonly kind: 'misfit'; readonly facts: ErrorParams & { readonly reason: string } };

/** The row a choice is about: of a group, the one that speaks for it. */
export function decidedFor(store: ClassStore, planId: string, ordinal: number): number {
  return speakerOf(ordinal, planRow(store, planId, ordinal));
}

/** The same where the row was read already. */
export function speakerOf(ordinal: number, row: Pick<PlanRow, 'group' | 'kind'> | null): number {
  return row?.group === undefined || row.kind === 'conflict' ? ordinal : row.group;
}

/** Judges a choice for a row of a plan; typed values become what the databases hold. Throws what the rule of a typed value throws. */
export function fitChoice(store: ClassStore, planId: string, ordinal: number, choice: Choice | null): Fit {
  const row = planRow(store, planId, ordinal);
  return row === null ? misfit('not-in-plan') : fitRow(store, planId, row, choice);
}

/** The same for a row that was read already. */
export function fitRow(store: ClassStore, planId: string, row: PlanRow, choice: Choice | null): Fit {
  if (choice === null || choice.choice === 'skip') return { kind: 'fits', choice };
  const table = tableOf(store.catalog, row.table);
  if (row.kind !== 'conflict') {
    const byTime = overrulable(store, planId, row);
    if (byTime.length === 0 || choice.choice !== 'merge') return misfit('not-a-conflict');
    if (Object.keys(choice.fields ?? {}).some((name) => !byTime.includes(name))) return misfit('unknown-column');
  }
  const judged = judgeTyped(table, row, choice);
  if (judged === null) return misfit('unknown-column');
  // The same decision about the same row makes the same record, however often it is looked at: its key is given here, once.
  const full = judged.choice === 'both' && judged.newId === undefined ? { ...judged, newId: uuidv7() } : judged;
  const resolved = resolveRow(table, row, full);
  if (resolved.kind === 'invalid') return misfit(resolved.reason);
  if (judged.choice === 'adopt' && store.catalog.roles.alias === null) return misfit('not-for-this-row');
  const typed = resolved.kind === 'decided' && hasTyped(judged) ? [resolved.result, resolved.copy] : [];
  for (const version of typed) {
    const taken = takenFrom(store, getPlan(store, planId).peerId, table, row, version);
    if (taken !== null) return { kind: 'misfit', facts: { reason: 'value-taken', ...taken } };
  }
  return { kind: 'fits', choice: full };
}

function misfit(reason: string): Fit {
  return { kind: 'misfit', facts: { reason } };
}

function hasTyped(choice: Choice): boolean {
  return Object.values(choice.fields ?? {}).some((field) => typeof field === 'object');
}

/** A unique value of a result that another record has, here or on the server, with the name of that record; null where there is none. */
function takenFrom(
  store: ClassStore,
  peerId: string,
  table: CatalogTable,
  row: PlanRow,
  result: TreeRow,
): { readonly column: string; readonly value: string; readonly holder: string } | null {
  if (result === null) return null;
  for (const unique of table.unique) {
    const cells = unique.columns.map((column) => result[column] ?? null);
    const here = findByColumns(store, table, unique.columns, cells);
    const there = serverRowsWith(store, peerId, table.name, unique.columns, cells);
    const wanted = new Set(heldBy(table, result));
    const holder = [...here, ...there].find(
      (other) => other.pk !== row.pk && heldBy(table, other.row).some((claim) => wanted.has(claim)),
    );
    if (holder === undefined) continue;
    const named = table.label.filter((column) => !unique.columns.includes(column));
    return {
      column: unique.columns.at(-1) ?? '',
      value: cells.at(-1) ?? '',
      holder: named
        .map((column) => holder.row[column] ?? '')
        .join(' ')
        .trim(),
    };
  }
  return null;
}
