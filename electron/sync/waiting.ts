import { syncedTables, tableOf } from '../../shared/catalog/catalog.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import { diffRow, directionOf, noHints } from '../../shared/sync/diff.ts';
import type { PlanRow, TreeRow } from '../../shared/sync/plan.ts';
import {
  countStandings,
  nothingWaits,
  waitingIn,
  type PlanCounts,
  type RowStanding,
  type Waiting,
} from '../../shared/sync/plan-counts.ts';
import { sameRow } from '../../shared/sync/row.ts';
import { forMode } from '../../shared/sync/sync-mode.ts';
import { readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { setConnectionPending, type ConnectionRow } from '../store/connection-store.ts';
import { changedRowsSince, countAddedSince, differingThere, type Since } from '../store/sync/changed-since.ts';
import { changeSeq } from '../store/sync/peer-store.ts';
import { planRow, type PlanHead } from '../store/sync/plan-store.ts';
import { openTrees, type RowKey } from '../store/sync/trees.ts';
import { asListed, standingOf } from './count-rows.ts';
import { lastEvaluation } from './evaluate-plan.ts';
import { readTrees } from './row-facts.ts';

/** Keeps the numbers of a list as what waits on its connection, until the next list or decision. */
export function noteWaiting(
  store: ClassStore,
  connectionId: string,
  counts: PlanCounts,
  from: { readonly planId: string; readonly seq: number },
): void {
  setConnectionPending(store, connectionId, { ...waitingIn(counts), ...from });
}

/** The list a connection's numbers came from is used up or gone: they are counted from the rows themselves until there is another. */
export function forgetWaiting(store: ClassStore, connectionId: string): void {
  setConnectionPending(store, connectionId, { ...nothingWaits, planId: null, seq: 0 });
}

/** What waits on a connection now: the numbers of its list, and what was changed here since. Changes that come to nothing are none. */
export function waitingOf(
  store: ClassStore,
  { peerId, mode, pending }: Pick<ConnectionRow, 'peerId' | 'mode' | 'pending'>,
): Waiting {
  const { planId, seq, ...listed } = pending;
  if (peerId === null) return nothingWaits;
  if (planId === null) return waitingInTrees(store, peerId, mode);
  if (changeSeq(store) === seq) return listed;
  const since = sinceOf(store, peerId, planId, seq);
  const rows: (RowStanding & { readonly count?: number })[] = [];
  for (const { table: name, pk, base, ordinal } of changedRowsSince(store, since)) {
    const table = tableOf(store.catalog, name);
    const isBack = sameRow(table, readRow(store, table, pk), base ?? null);
    if (ordinal === null) {
      if (!isBack) rows.push(going('up'));
      continue;
    }
    const planned = isBack ? planRow(store, planId, ordinal) : null;
    if (planned === null) continue;
    rows.push({ ...standingIn(store, planId, ordinal, planned), count: -1 });
    if (!sameRow(table, planned.trees.server, base ?? null)) rows.push(going('down'));
  }
  return added(listed, waitingIn(countStandings([...rows, { ...going('up'), count: countAddedSince(store, since) }])));
}

/** How a row of a list counts; as it is listed where nobody has worked the list out since the start. */
function standingIn(store: ClassStore, planId: string, ordinal: number, row: PlanRow): RowStanding {
  const evaluation = lastEvaluation(store, planId);
  if (evaluation !== null) return standingOf(evaluation, { ordinal, kind: row.kind });
  const direction = directionOf(tableOf(store.catalog, row.table), row.trees, row.result ?? null) ?? 'both';
  const listed = asListed({ kind: row.kind, direction });
  return row.kind === 'conflict' ? { ...listed, left: 'undecided' } : listed;
}

/** What was changed here since a list was made: rows that are not in it, and rows of it that are not what it says any more. */
export function changedSincePlan(
  store: ClassStore,
  { id, peerId, seq, state }: PlanHead,
): Pick<PlanSummary, 'newHere' | 'movedHere'> {
  const sum = { newHere: 0, movedHere: 0 };
  if (state !== 'open' || changeSeq(store) === seq) return sum;
  const since = sinceOf(store, peerId, id, seq);
  sum.newHere = countAddedSince(store, since);
  for (const { table: name, pk, base, ordinal } of changedRowsSince(store, since)) {
    const table = tableOf(store.catalog, name);
    const here = readRow(store, table, pk);
    const before: TreeRow | undefined = ordinal === null ? (base ?? null) : planRow(store, id, ordinal)?.trees.local;
    if (before === undefined || sameRow(table, here, before)) continue;
    if (ordinal === null) sum.newHere += 1;
    else sum.movedHere += 1;
  }
  return sum;
}

/** What differs between both sides as far as this PC knows, where no list says it. */
function waitingInTrees(store: ClassStore, peerId: string, mode: ConnectionRow['mode']): Waiting {
  const { only, marked } = differingThere(store, peerId);
  const meeting = new Set(marked.map(({ table, pk }) => `${table} ${pk}`));
  const since = sinceOf(store, peerId, null, -1);
  const trees = openTrees(store, peerId);
  const rows: RowStanding[] = [];
  for (const { table: name, pk, base } of changedRowsSince(store, since)) {
    const table = tableOf(store.catalog, name);
    if (meeting.has(`${name} ${pk}`) || sameRow(table, readRow(store, table, pk), base ?? null)) continue;
    rows.push(going('up'));
  }
  for (const key of marked) {
    const table = tableOf(store.catalog, key.table);
    const versions = readTrees(store, trees, table, key);
    const hints = { ...noHints, gone: trees.remote(key)?.gone ?? null };
    const outcome = forMode(table, versions, diffRow(table, versions, hints), mode);
    if (outcome === null || outcome.kind === 'agreed') continue;
    const asks = outcome.kind === 'conflict';
    rows.push({
      kind: asks ? 'conflict' : outcome.change,
      up: !asks && !sameRow(table, outcome.result, versions.server),
      down: !asks && !sameRow(table, outcome.result, versions.local),
      syncOnly: false,
      left: asks ? 'undecided' : undefined,
    });
  }
  const found = waitingIn(countStandings(rows));
  const up = mode === 'pull-only' ? 0 : found.up + countAddedSince(store, since) - addedThere(store, since, marked);
  return { ...found, up, down: mode === 'push-only' ? 0 : found.down + only };
}

/** New rows of tables that are only added to which the server holds too, otherwise: they were judged with the rows that meet. */
function addedThere(store: ClassStore, { appendOnly, peerId }: Since, meeting: readonly RowKey[]): number {
  if (meeting.length === 0) return 0;
  const trees = openTrees(store, peerId);
  const tables = new Set(appendOnly);
  return meeting.filter((key) => tables.has(key.table) && trees.base(key) === undefined).length;
}

function sinceOf(store: ClassStore, peerId: string, planId: string | null, seq: number): Since {
  const appendOnly = syncedTables(store.catalog).flatMap(({ name, kind }) => (kind === 'append-only' ? [name] : []));
  return { peerId, planId, seq, appendOnly };
}

/** A change without a question. */
function going(way: 'up' | 'down'): RowStanding {
  return { kind: 'update', up: way === 'up', down: way === 'down', syncOnly: false, left: undefined };
}

function added(a: Waiting, b: Waiting): Waiting {
  return {
    up: a.up + b.up,
    down: a.down + b.down,
    both: a.both + b.both,
    conflicts: a.conflicts + b.conflicts,
    blocked: a.blocked + b.blocked,
    left: a.left + b.left,
  };
}
