import { contentColumns, tableOf, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { keyOf } from '../../shared/catalog/key.ts';
import type { Result } from '../../shared/contract/contract.ts';
import { choiceKind } from '../../shared/contract/sync.ts';
import type { RunRowItem } from '../../shared/contract/run.ts';
import { nameKeys } from '../../shared/model/search-key.ts';
import type { TreeRow, Trees } from '../../shared/sync/plan.ts';
import { cellOf, sameRow } from '../../shared/sync/row.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';
import { countRunRows, runRowsAt, type RunRowAt } from '../store/sync/run-rows.ts';
import { getRun, listRuns, decidedCount, type RunPage, type RunRecord } from '../store/sync/run-store.ts';
import { classSecretOf, firstDecider } from '../store/sync/resolution-store.ts';
import { openTrees } from '../store/sync/trees.ts';
import { changedNames, createLabels, type Labels } from './labels.ts';
import { lostHere } from './resolution-log.ts';

type RunItem = Result<'run.list'>['items'][number];

/** A page of the runs of the class, newest first, and how many there are. */
export function runItems(store: ClassStore, connectionId: string | null, page: RunPage): Result<'run.list'> {
  const { runs, total } = listRuns(store, connectionId, page);
  return { items: runs.map((run) => runItem(store, run)), total };
}

/** Longest time the thread is held while the rows of a run are counted, in milliseconds. */
const SLICE_MS = 8;

/** One run: how it ended, what it wrote, counted in slices, and what it left. */
export async function runDetails(store: ClassStore, runId: string, signal: AbortSignal): Promise<Result<'run.show'>> {
  const run = getRun(store, runId);
  const left = run.left.map(({ table, pk, label, reason, blockedBy }) => ({
    table,
    key: keyOf(tableOf(store.catalog, table), pk),
    label,
    reason,
    blockedBy,
  }));
  return { run: runItem(store, run), summary: await summaryOf(store, runId, signal), left, error: run.error };
}

/** How many rows a run wrote of each table, kind and direction, in the order it wrote the first of each. */
async function summaryOf(
  store: ClassStore,
  runId: string,
  signal: AbortSignal,
): Promise<Result<'run.show'>['summary']> {
  const slicer = createSlicer(SLICE_MS);
  const summary = new Map<string, Result<'run.show'>['summary'][number]>();
  for (const part of countRunRows(store, runId)) {
    for (const { table, op: kind, side: direction, count } of part) {
      const sort = `${kind} ${direction} ${table}`;
      const before = summary.get(sort)?.count ?? 0;
      summary.set(sort, { table, kind, direction, count: before + count });
    }
    await slicer.pause(signal);
  }
  return [...summary.values()];
}

/** Rows a run wrote as people and other programs see them. */
export function runRowItems(store: ClassStore, runId: string, places: readonly number[]): readonly RunRowItem[] {
  const run = getRun(store, runId);
  const labels = createLabels(store, store.catalog, openTrees(store, run.peerId));
  return runRowsAt(store, runId, places).map((row) => ({
    ...rowItem(tableOf(store.catalog, row.table), row, run, labels),
    decidedBefore: decidedBefore(store, run, row),
  }));
}

/** Who had answered the question about a row before this run did, as the log of decisions knows it. */
function decidedBefore(store: ClassStore, run: RunRecord, { table, pk, choice, trees }: RunRowAt) {
  if (trees === null || (choice !== 'server' && choice !== 'adopt')) return null;
  const secret = classSecretOf(store, run.peerId);
  return secret === null ? null : firstDecider(store, run, lostHere(secret, tableOf(store.catalog, table), pk, trees));
}

function rowItem(
  table: CatalogTable,
  { pk, trees, known, ...row }: RunRowAt,
  { device, purpose }: RunRecord,
  labels: Labels,
): Omit<RunRowItem, 'decidedBefore'> {
  const { before, after, choice } = row;
  // Of a run that takes another one back, or takes everything, only what it wrote is told: nobody was asked field by field.
  const sides = purpose === 'sync' ? sidesOf(table, trees, choice !== null) : null;
  return {
    ...row,
    key: keyOf(table, pk),
    before: before === null ? null : { ...before },
    after: after === null ? null : { ...after },
    choice: choiceKind.safeParse(choice).data ?? null,
    times: { base: known?.base ?? null, local: known?.local?.at ?? null, server: known?.server?.at ?? null },
    by: { local: known?.local == null ? null : device, server: known?.server?.by ?? null },
    fields: sides === null ? [] : fieldsOf(table, sides, after),
    names: row.op === 'update' ? changedNames(table, row, labels) : {},
    sideNames: sides === null ? {} : sideNames(table, sides, after, labels),
  };
}

/** The three versions before a run, where there is more to tell of them than what it wrote: a person decided, or both sides had changed the row. */
function sidesOf(table: CatalogTable, trees: Trees | null, decided: boolean): Trees | null {
  if (trees === null) return null;
  const { base = null, local, server } = trees;
  const bothChanged = !sameRow(table, base, local) && !sameRow(table, base, server) && !sameRow(table, local, server);
  return decided || bothChanged ? trees : null;
}

/** What differs between the sides, or from what came of it. */
function fieldsOf(table: CatalogTable, { base, local, server }: Trees, after: TreeRow): RunRowItem['fields'] {
  return contentColumns(table).flatMap(({ name }) => {
    const cells = { base: cellOf(base, name), local: cellOf(local, name), server: cellOf(server, name) };
    const result = cellOf(after, name);
    if (table.key.includes(name) || Object.values(cells).every((cell) => cell === result)) return [];
    const clash = cells.local !== cells.server && cells.local !== cells.base && cells.server !== cells.base;
    return [{ name, ...cells, result, clash }];
  });
}

function sideNames(
  table: CatalogTable,
  { base = null, local, server }: Trees,
  after: TreeRow,
  labels: Labels,
): RunRowItem['sideNames'] {
  const columns = table.foreignKeys.flatMap((key) => key.columns).filter((column) => !table.key.includes(column));
  const named = (column: string, row: TreeRow): string | null => labels.target(table, column, row);
  return Object.fromEntries(
    columns.map((column) => [
      column,
      {
        base: named(column, base),
        local: named(column, local),
        server: named(column, server),
        result: named(column, after),
      },
    ]),
  );
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
