import { tableOf } from '../../shared/catalog/catalog.ts';
import { keyOf } from '../../shared/catalog/key.ts';
import type { Result } from '../../shared/contract/contract.ts';
import { nameKeys } from '../../shared/model/search-key.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';
import { eachRunRow, getRun, listRuns, decidedCount, type RunPage, type RunRecord } from '../store/sync/run-store.ts';
import { openTrees } from '../store/sync/trees.ts';
import { changedNames, createLabels } from './labels.ts';
import { rowSearch } from './row-search.ts';

type RunItem = Result<'run.list'>['items'][number];

/** A page of the runs of the class, newest first, and how many there are. */
export function runItems(store: ClassStore, connectionId: string | null, page: RunPage): Result<'run.list'> {
  const { runs, total } = listRuns(store, connectionId, page);
  return { items: runs.map((run) => runItem(store, run)), total };
}

/** Longest time the thread is held while the rows of a run are read, in milliseconds. */
const SLICE_MS = 8;

/** One run with every row it wrote, read in slices. */
export async function runDetails(store: ClassStore, runId: string, signal: AbortSignal): Promise<Result<'run.show'>> {
  const run = getRun(store, runId);
  const labels = createLabels(store, store.catalog, openTrees(store, run.peerId));
  const slicer = createSlicer(SLICE_MS);
  const rows: Result<'run.show'>['rows'] = [];
  for (const { pk, trees: _trees, known: _known, ...row } of eachRunRow(store, runId)) {
    await slicer.pause(signal);
    const table = tableOf(store.catalog, row.table);
    rows.push({
      ...row,
      key: keyOf(table, pk),
      before: row.before === null ? null : { ...row.before },
      after: row.after === null ? null : { ...row.after },
      search: rowSearch(row.label),
      names: row.op === 'update' ? changedNames(table, row, labels) : {},
    });
  }
  const left = run.left.map(({ table, pk, label, reason, blockedBy }) => ({
    table,
    key: keyOf(tableOf(store.catalog, table), pk),
    label,
    reason,
    blockedBy,
  }));
  return { run: runItem(store, run), rows, left, error: run.error };
}

function runItem(store: ClassStore, run: RunRecord): RunItem {
  const { id, connectionId, connectionName, device, mode, startedAt, durationMs, outcome, counts } = run;
  const { purpose, undoes, automatic } = run;
  return {
    runId: id,
    connectionId,
    connection: connectionName,
    device,
    mode,
    startedAt,
    durationMs,
    outcome,
    counts,
    decided: decidedCount(store, id),
    purpose,
    undoes,
    automatic,
    search: `${nameKeys(connectionName).search}\n${nameKeys(device).search}`,
  };
}
