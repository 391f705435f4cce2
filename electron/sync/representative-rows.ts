import { tableOf } from '../../shared/catalog/catalog.ts';
import { sameRow } from '../../shared/sync/row.ts';
import { createSlicer } from '../engine/slices.ts';
import type { TimedEffect } from '../remote/remote.ts';
import { WriteSample } from '../remote/write-sample.ts';
import type { ClassStore } from '../store/class-store.ts';
import { eachPlanRow } from '../store/sync/plan-store.ts';

/** Longest time the thread is held while rows are gone through, in milliseconds. */
const SLICE_MS = 8;

/** Some rows of a plan that stand for all it would write to these tables: the first of each table and way of writing. Undecided rows write nothing. */
export async function representativeRows(
  store: ClassStore,
  planId: string,
  tables: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly TimedEffect[]> {
  const slicer = createSlicer(SLICE_MS);
  const sample = new WriteSample();
  for (const { row } of eachPlanRow(store, planId)) {
    await slicer.pause(signal);
    const { table, pk, trees, target } = row;
    const result = target === undefined ? row.result : target.server;
    if (!tables.has(table)) continue;
    if (result === undefined || sameRow(tableOf(store.catalog, table), result, trees.server)) continue;
    sample.offer({
      table,
      pk,
      up: true,
      down: false,
      trees,
      result,
      serverVer: null,
      editedFrom: null,
      editedTo: null,
    });
  }
  return sample.rows;
}
