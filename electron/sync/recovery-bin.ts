import { tableOf, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { keyOf } from '../../shared/catalog/key.ts';
import { AppError } from '../../shared/errors.ts';
import type { LostItem } from '../../shared/contract/bin.ts';
import type { Result } from '../../shared/contract/contract.ts';
import { foldText } from '../../shared/model/search-key.ts';
import { isDeleted, sameRow } from '../../shared/sync/row.ts';
import type { Permit } from '../engine/gate.ts';
import { createSlicer } from '../engine/slices.ts';
import { readRow, writeRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import {
  forgetLost,
  getLost,
  keepLost,
  listLost,
  lostRecords,
  removeOldLost,
  type LostValue,
} from '../store/sync/recovery-bin.ts';
import { changedNames, createLabels, type Labels } from './labels.ts';
import { lostSearch } from './lost-search.ts';
import { rowSearch } from './row-search.ts';
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
  const labels = createLabels(store, store.catalog, null);
  const { search, after, limit = PAGE } = asked;
  const found = search === undefined ? [] : renamedSince(store, labels, foldText(search));
  const { items, total } = listLost(store, { search, after, limit, found });
  return { items: items.map((lost) => lostItem(store, lost, labels)), total };
}

/** Records that a search finds by what they are called now, not by what they were when they lost something: that alone is kept with the value. */
function renamedSince(store: ClassStore, labels: Labels, wanted: string): ReturnType<typeof lostRecords> {
  return lostRecords(store).filter((lost) => {
    const label = presentLabel(store, lost, labels);
    return label !== lost.label && rowSearch(label).includes(wanted);
  });
}

/** What a record is called now; one that is gone, or whose owner is, keeps the name it had. */
function presentLabel(
  store: ClassStore,
  { table: name, pk, label, row }: Pick<LostValue, 'table' | 'pk' | 'label' | 'row'>,
  labels: Labels,
): string {
  const table = tableOf(store.catalog, name);
  const current = readRow(store, table, pk);
  if (current !== null) return labels.of(table, current);
  const owners = table.foreignKeys.filter(({ soft }) => !soft).flatMap(({ columns }) => columns);
  const isOwned = owners.length > 0 && owners.every((column) => labels.target(table, column, row) !== null);
  return isOwned ? labels.of(table, row) : label;
}

function lostItem(store: ClassStore, lost: LostValue, labels: Labels): LostItem {
  const table = tableOf(store.catalog, lost.table);
  const { id, side, by, at, runId } = lost;
  const label = presentLabel(store, lost, labels);
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
 * goes to the bin in turn. Answers whether anything changed. Throws `needs-pin` where it would delete and the caller may not, `not-found`, and
 * `put-back-refused` where the record it belongs to is gone, another record (`holder`, by name) has its value now, or an entry that never changes is there with
 * other content.
 */
export function putBack(store: ClassStore, id: string, now: string, permit?: Permit): boolean {
  return store.transaction(() => {
    const lost = getLost(store, id);
    const table = tableOf(store.catalog, lost.table);
    const current = readRow(store, table, lost.pk);
    const differs = !sameRow(table, current, lost.row);
    // What lost was a deletion: putting it back deletes, and needs what deleting needs.
    if (current !== null && isDeleted(table, lost.row) && !isDeleted(table, current)) permit?.('admin');
    if (differs) {
      if (table.kind === 'append-only' && current !== null) throw refused('entry-differs', lost.table);
      const parent = missingParent(store, table, lost.row);
      if (parent !== null) throw refused('parent-gone', parent);
      const holder = findHolder(store, table, lost.pk, lost.row);
      if (holder !== null) throw refused('value-taken', lost.table, { holder: labelNow(store, table, holder) });
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

/** What a record here is called. */
function labelNow(store: ClassStore, table: CatalogTable, pk: string): string {
  const row = readRow(store, table, pk);
  return row === null ? '' : createLabels(store, store.catalog, null).of(table, row);
}

function refused(reason: string, table: string, more: { readonly holder?: string } = {}): AppError {
  return new AppError('put-back-refused', { reason, table, ...more });
}

/** Removes lost values that were kept long enough, between other calls. */
export async function dropOldLost(store: ClassStore, now: string): Promise<void> {
  const slicer = createSlicer(4);
  const steps = removeOldLost(store, now);
  while (steps.next().done !== true) await slicer.pause();
}
