import { AppError } from '../../shared/errors.ts';
import type { EngineContext } from '../engine/context.ts';
import type { Remote } from '../remote/remote.ts';
import type { ClassStore } from '../store/class-store.ts';
import { setConnectionStatus } from '../store/connection-store.ts';
import { promoteVisit, type Peer } from '../store/sync/peer-store.ts';
import { dropOutbox, outboxOf, type OutboxEntry } from '../store/sync/outbox-store.ts';
import { closeRuns, getRun, putRun } from '../store/sync/run-store.ts';
import { announceRows } from './announce.ts';
import { finishRun } from './finish-run.ts';
import { settleInSteps } from './settle-in-steps.ts';

/**
 * Settles runs whose end is not known here, before anything else reads or writes: the server's ledger says whether they were committed.
 * Committed: finished from the stored read-back, by the rule of Apply. Not: forgotten, nothing happened.
 */
export async function recover(context: EngineContext, store: ClassStore, remote: Remote, peer: Peer): Promise<number> {
  const entries = outboxOf(store, peer.id);
  for (const entry of entries) {
    const committed = await remote.wasCommitted(peer.scope, entry.runId);
    if (committed) finishCommitted(context, store, entry);
    else forget(context, store, entry);
  }
  await settleInSteps(store);
  closeRuns(store);
  if (entries.length > 0) announceRows(context, store.classId);
  return entries.length;
}

/**
 * Settles what is not known of a server that has become another one since (moved, or copied): what its ledger says was committed went there as well. What it does
 * not know may have been committed where it was before, and stays open.
 */
export async function recoverMoved(
  context: EngineContext,
  store: ClassStore,
  remote: Remote,
  { from, scope }: { readonly from: Peer; readonly scope: string },
): Promise<void> {
  for (const entry of outboxOf(store, from.id))
    if (entry.proved && (await remote.wasCommitted(scope, entry.runId))) finishCommitted(context, store, entry);
  await settleInSteps(store);
}

function finishCommitted(context: EngineContext, store: ClassStore, entry: OutboxEntry): void {
  const { runId, planId, peerId, proved } = entry;
  if (!proved) throw new AppError('checking', { runId });
  const now = context.now();
  const finished = store.transaction(() => {
    const done = finishRun(
      store,
      store.catalog,
      {
        staging: { runId, planId, peerId },
        seq: 0,
        rule: 'apply',
        parts: 'up',
        device: context.app.device().name ?? '',
        logged: true,
      },
      now,
    );
    // The run's visit came with it.
    promoteVisit(store, peerId);
    const run = getRun(store, runId);
    putRun(store, {
      ...run,
      outcome: 'completed',
      error: null,
      counts: done.counts,
      left: done.left,
      durationMs: Date.parse(now) - Date.parse(run.startedAt),
    });
    setConnectionStatus(store, run.connectionId, 'COMPLETED', null, now);
    return done;
  });
  const { add, update, delete: removed } = finished.counts.up;
  context.log.write('info', 'run-recovered', { runId, committed: true, rows: add + update + removed });
}

function forget(context: EngineContext, store: ClassStore, entry: OutboxEntry): void {
  store.transaction(() => {
    dropOutbox(store, entry.runId);
    putRun(store, {
      ...getRun(store, entry.runId),
      outcome: 'failed',
      error: { code: 'connection-dropped', params: {} },
    });
  });
  context.log.write('info', 'run-recovered', { runId: entry.runId, committed: false, rows: 0 });
}
