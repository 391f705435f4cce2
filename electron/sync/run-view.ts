import { tableOf } from '../../shared/catalog/catalog.ts';
import { keyOf } from '../../shared/catalog/key.ts';
import type { Result } from '../../shared/contract/contract.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getRun, listRuns, runRows, type RunRecord } from '../store/sync/run-store.ts';

type RunItem = Result<'run.list'>['items'][number];

/** Runs of the class, newest first. */
export function runItems(store: ClassStore, connectionId: string | null): RunItem[] {
  return listRuns(store, connectionId).map(runItem);
}

/** One run with every row it wrote. */
export function runDetails(store: ClassStore, runId: string): Result<'run.show'> {
  const run = getRun(store, runId);
  const rows = runRows(store, runId).map(({ pk, trees: _trees, ...row }) => ({
    ...row,
    key: keyOf(tableOf(store.catalog, row.table), pk),
    before: row.before === null ? null : { ...row.before },
    after: row.after === null ? null : { ...row.after },
  }));
  return { run: runItem(run), rows, error: run.error };
}

function runItem(run: RunRecord): RunItem {
  const { id, connectionId, connectionName, device, mode, startedAt, durationMs, outcome, counts } = run;
  const { purpose, undoes } = run;
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
    purpose,
    undoes,
  };
}
