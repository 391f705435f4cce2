import { tableOf } from '../../shared/catalog/catalog.ts';
import { keyOf } from '../../shared/catalog/key.ts';
import { AppError } from '../../shared/errors.ts';
import type { LostItem } from '../../shared/contract/bin.ts';
import type { Result } from '../../shared/contract/contract.ts';
import { sameRow } from '../../shared/sync/row.ts';
import { createSlicer } from '../engine/slices.ts';
import { readRow, writeRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { forgetLost, getLost, keepLost, listLost, removeOldLost, type LostValue } from '../store/sync/recovery-bin.ts';
import { changedNames, createLabels, type Labels } from './labels.ts';
import { lostSearch } from './lost-search.ts';
import { findHolder, missingParent } from './row-needs.ts';

/** Lost values asked for at once when the caller does not say. */
const PAGE = 100;

/** The recovery bin as people see it, a page at a time. */
export function lostItems(
  store: ClassStore,
  asked: {
    readonly search?: string | undefined;
    readonly after?: string | undefined;
    readonly limit?: number | undefined;
  },
): Result<'bin.list'> {
  const { items, total } = listLost(store, { search: asked.search, after: asked.after, limit: asked.limit ?? PAGE });
  const labels = createLabels(store, store.catalog, null);
  return { items: items.map((lost) => lostItem(store, lost, labels)), total };
}

function lostItem(store: ClassStore, lost: LostValue, labels: Labels): LostItem {
  const table = tableOf(store.catalog, lost.table);
  const { id, label, side, by, at, runId } = lost;
  const current = readRow(store, table, lost.pk);
  return {
    id,
    table: lost.table,
    key: keyOf(table, lost.pk),
    label,
    row: { ...lost.row },
    current: current === null ? null : { ...current },
    same: sameRow(table, current, lost.row),
    names: changedNames(table, { before: current, after: lost.row }, labels),
    side,
    by,
    at,
    runId,
  };
}

/**
 * Makes a record what it was when the value was lost, as a change made on this PC: it is marked for every server and goes with the next run. What it replaces
 * goes to the bin in turn. Answers whether anything changed. Throws `not-found`, and `put-back-refused` where the record it belongs to is gone, another
 * record has its value now, or an entry that never changes is there with other content.
 */
export function putBack(store: ClassStore, id: string, now: string): boolean {
  return store.transaction(() => {
    const lost = getLost(store, id);
    const table = tableOf(store.catalog, lost.table);
    const current = readRow(store, table, lost.pk);
    const differs = !sameRow(table, current, lost.row);
    if (differs) {
      if (table.kind === 'append-only' && current !== null) throw refused('entry-differs', lost.table);
      const parent = missingParent(store, table, lost.row);
      if (parent !== null) throw refused('parent-gone', parent);
      if (findHolder(store, table, lost.pk, lost.row) !== null) throw refused('value-taken', lost.table);
      const { table: name, pk, label } = lost;
      if (current !== null) {
        const replaced = {
          table: name,
          pk,
          label,
          row: current,
          side: 'local',
          by: null,
          at: now,
          runId: null,
        } as const;
        keepLost(store, { ...replaced, search: lostSearch(table, replaced) });
      }
      writeRow(store, table, lost.pk, lost.row);
    }
    forgetLost(store, [id]);
    return differs;
  });
}

function refused(reason: string, table: string): AppError {
  return new AppError('put-back-refused', { reason, table });
}

/** Removes lost values that were kept long enough, between other calls. */
export async function dropOldLost(store: ClassStore, now: string): Promise<void> {
  const slicer = createSlicer(4);
  const steps = removeOldLost(store, now);
  while (steps.next().done !== true) await slicer.pause();
}
