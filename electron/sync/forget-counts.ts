import { syncedTables, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { cellOf } from '../../shared/sync/row.ts';
import { createSlicer } from '../engine/slices.ts';
import { readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { changeSeq } from '../store/sync/peer-store.ts';
import { openTrees, type Candidate, type Trees } from '../store/sync/trees.ts';

/** Longest time the thread is held, in milliseconds, and rows looked at in one step. */
const SLICE_MS = 8;
const ROWS_AT_ONCE = 100;

/**
 * A file that was copied, or put back to an older copy, may hold counts that its twin, or it itself before, has sent already: adding them to the server's would count
 * them twice. What both sides last agreed on is forgotten for the counters that changed here, so that a person is asked (SYNC section 2: a counter asks after an
 * identity change). To be done before the file goes on as another device; doing it again changes nothing.
 */
export async function forgetCounts(store: ClassStore, peerId: string, signal: AbortSignal): Promise<void> {
  const slicer = createSlicer(SLICE_MS);
  const trees = openTrees(store, peerId);
  const seq = changeSeq(store);
  for (const table of syncedTables(store.catalog)) {
    const counters = table.columns.flatMap(({ name, policy }) => (policy === 'counter' ? [name] : []));
    if (counters.length === 0) continue;
    let candidates: readonly Candidate[];
    let after = '';
    do {
      candidates = trees.candidates(table.name, after, seq, ROWS_AT_ONCE);
      after = candidates.at(-1)?.pk ?? after;
      store.stepTransaction(() => {
        for (const candidate of candidates) forgetCount(store, trees, table, counters, candidate);
      });
      await slicer.pause(signal);
    } while (candidates.length === ROWS_AT_ONCE);
  }
}

function forgetCount(
  store: ClassStore,
  trees: Trees,
  table: CatalogTable,
  counters: readonly string[],
  { pk, base, remote, dirty }: Candidate,
): void {
  const agreed = base?.row ?? null;
  if (dirty === undefined || base === undefined || agreed === null) return;
  const here = readRow(store, table, pk);
  const counted = counters.filter((name) => here !== null && cellOf(here, name) !== cellOf(agreed, name));
  if (counted.length === 0) return;
  const key = { table: table.name, pk };
  // What the server holds was only known as "what both agreed on".
  if (remote === undefined) trees.setRemote(key, { row: agreed, ver: null, editedAt: null, by: null });
  trees.setBase(key, { ...agreed, ...Object.fromEntries(counted.map((name) => [name, null])) }, base.at);
}
