import { tableOf } from '../../shared/catalog/catalog.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import { sameRow } from '../../shared/sync/row.ts';
import { createSlicer } from '../engine/slices.ts';
import { mostNews } from '../remote/verify-run.ts';
import type { RunVerification } from '../remote/remote.ts';
import { readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getPeer } from '../store/sync/peer-store.ts';
import { stagedKeys } from '../store/sync/outbox-store.ts';
import { erasedKeys } from '../store/sync/erase-records.ts';
import { countServerRows, openTrees, serverTree } from '../store/sync/trees.ts';
import { uncountable } from './erasures.ts';
import type { OpenRemote } from './open-remote.ts';
import { readStored } from '../store/read-stored.ts';

/**
 * Most rows of one table that are read again by their keys. Of more so many are, spread over them, and of every table some: what a run wrote was compared before it
 * was committed, and what others wrote since is in the observation that follows.
 */
const mostRows = 2_000;

/** What a look at a run came to: how many rows and tables do not fit, and whether only a part of its rows was looked at. */
export interface LookedAfter {
  readonly misfits: number;
  readonly sampled: boolean;
}

/** Nothing was looked at, or everything fits. */
export const nothingAmiss: LookedAfter = { misfits: 0, sampled: false };

/** A run that was just carried out. */
export interface FinishedRun {
  readonly runId: string;
  /** Whether Base holds every row the server got: what nobody wrote since has not to be read again. */
  readonly agreed: boolean;
}

/**
 * Checks a run just carried out: in one snapshot of the server, its rows are what this file takes them to be, and the touched tables have as many rows; here,
 * its rows differ from Base only where they are marked. What others wrote meanwhile is none of its business. Missing marks are set.
 */
export async function misfitsAfter(
  store: ClassStore,
  { remote, peer }: OpenRemote,
  { runId }: FinishedRun,
  hidden: ReadonlySet<string>,
  call: { readonly now: string; readonly signal: AbortSignal },
): Promise<LookedAfter> {
  const { horizon } = getPeer(store, peer.id);
  if (horizon === null) return nothingAmiss;
  const slicer = createSlicer();
  const blocked = new Set(remote.blocks.map(({ table }) => table));
  const keys = new Map<string, string[]>();
  for (const some of stagedKeys(store, runId, mostRows)) {
    for (const { table, pk } of some) {
      if (blocked.has(table)) continue;
      const known = keys.get(table);
      if (known === undefined) keys.set(table, [pk]);
      else known.push(pk);
    }
    await slicer.pause(call.signal);
  }
  if (keys.size === 0) return nothingAmiss;
  const sampled = [...keys.values()].some((some) => some.length >= mostRows);
  const erased = [...erasedKeys(store)].flatMap((pk) => readStored(pk) as string[]);
  const there = await remote.verifyRun({ scope: peer.scope, runId, horizon, keys, erased, signal: call.signal });
  const uncounted = new Set([...hidden, ...uncountable(store, peer.id)]);
  const trees = openTrees(store, peer.id);
  let misfits = 0;
  for (const { table: name, pk, row } of there.rows) {
    const table = tableOf(store.catalog, name);
    const key = { table: name, pk };
    const isNews = there.news.get(name)?.has(pk) === true;
    if (!isNews && !sameRow(table, row, serverTree(trees, key).row)) misfits += 1;
    if (!sameRow(table, readRow(store, table, pk), trees.base(key)?.row ?? null) && trees.dirty(key) === undefined) {
      misfits += 1;
      trees.markDirty(key, call.now);
    }
    await slicer.pause(call.signal);
  }
  for (const [table, count] of there.counts)
    if (!uncounted.has(table) && !(await fits(store, peer.id, table, count, there, call.signal))) misfits += 1;
  return { misfits, sampled };
}

/** Whether a table there has as many rows as this file takes it to have, rows of others apart. */
async function fits(
  store: ClassStore,
  peerId: string,
  table: string,
  count: number,
  { news }: RunVerification,
  signal: AbortSignal,
): Promise<boolean> {
  const others = news.get(table) ?? new Map<string, boolean>();
  if (others.size > mostNews) return true;
  const trees = openTrees(store, peerId);
  const slicer = createSlicer();
  let known = 0;
  for (const part of countServerRows(store, peerId, table)) {
    known += part;
    await slicer.pause(signal);
  }
  for (const pk of others.keys()) if (serverTree(trees, { table, pk }).row !== null) known -= 1;
  const added = [...others.values()].filter((present) => present).length;
  return count - added === known;
}

/** What a list says of a doubt that nobody has settled yet. */
export function doubtChecks(misfits: number): PlanSummary['checks'] {
  return misfits === 0 ? [] : verifyCheck({ misfits, sampled: false });
}

/** What a plan made after a run says about it, and of how many rows of a table at most where not all were looked at. */
export function verifyCheck({ misfits, sampled }: LookedAfter): PlanSummary['checks'] {
  return misfits === 0
    ? [{ id: 'verify', state: 'ok', code: null, params: sampled ? { rowsOfEach: mostRows } : {} }]
    : [{ id: 'verify', state: 'warning', code: 'verify-differs', params: { misfits } }];
}
