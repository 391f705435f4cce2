import { AppError } from '../../shared/errors.ts';
import type { EngineContext } from '../engine/context.ts';
import type { Remote } from '../remote/remote.ts';
import type { ClassStore } from '../store/class-store.ts';
import { promoteVisit, type Peer } from '../store/sync/peer-store.ts';
import { closeRuns, dropOutbox, getRun, outboxOf, putRun, type OutboxEntry } from '../store/sync/run-store.ts';
import { countEffects } from './collect-effects.ts';
import { finishRun } from './finish-run.ts';

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
  closeRuns(store);
  return entries.length;
}

function finishCommitted(context: EngineContext, store: ClassStore, entry: OutboxEntry): void {
  if (entry.readBack === null) throw new AppError('checking', { runId: entry.runId });
  const now = context.now();
  const { readBack } = entry;
  const finished = store.transaction(() => {
    const done = finishRun(
      store,
      store.catalog,
      {
        runId: entry.runId,
        planId: entry.planId,
        peerId: entry.peerId,
        seq: 0,
        rule: 'apply',
        up: entry.effects,
        down: [],
        seen: [],
        readBack,
        device: context.app.device().name ?? '',
        logged: true,
      },
      now,
    );
    // The run's visit came with it.
    promoteVisit(store, entry.peerId);
    const run = getRun(store, entry.runId);
    putRun(store, {
      ...run,
      outcome: 'completed',
      error: null,
      counts: countEffects(store.catalog, done.rows),
      left: done.left,
      durationMs: Date.parse(now) - Date.parse(run.startedAt),
    });
    return done;
  });
  context.log.write('info', 'run-recovered', { runId: entry.runId, committed: true, rows: finished.rows.length });
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
