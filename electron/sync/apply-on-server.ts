import { syncedTables, tableOf } from '../../shared/catalog/catalog.ts';
import type { ErrorJson } from '../../shared/errors.ts';
import { editSpan } from '../../shared/sync/clock.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ApplyOutcome } from '../remote/remote.ts';
import { readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { PlanHead } from '../store/sync/plan-store.ts';
import {
  dropOutbox,
  putOutbox,
  setOutboxReadBack,
  type OutboxEffect,
  type RunRecord,
} from '../store/sync/run-store.ts';
import { contactsOf } from '../store/sync/clock-store.ts';
import { getPeer, promoteVisit, setPendingVisit } from '../store/sync/peer-store.ts';
import { openTrees } from '../store/sync/trees.ts';
import type { ReadBack } from './finish-run.ts';
import { nextVisit } from './leave-visit.ts';
import { horizonOf } from './plan-facts.ts';
import type { OpenRemote } from './open-remote.ts';
import { linesToSend } from './resolution-log.ts';

/** How the server part of a run ended. */
export type ServerEnd =
  | { readonly kind: 'committed'; readonly readBack: ReadBack }
  | { readonly kind: 'stale'; readonly rows: readonly { readonly table: string; readonly pk: string }[] }
  | {
      readonly kind: 'refused';
      readonly error: ErrorJson;
      readonly row: { readonly table: string; readonly pk: string } | null;
    }
  | { readonly kind: 'checking'; readonly error: ErrorJson };

/** The server part of a run: what it writes, for which plan, over which open server. */
export interface ServerRun {
  readonly head: PlanHead;
  readonly run: RunRecord;
  readonly effects: readonly OutboxEffect[];
  readonly open: OpenRemote;
  /** Rows the run writes here only; their decisions are logged with it too. */
  readonly down: readonly OutboxEffect[];
}

/**
 * Sends the up part in one server transaction. The intention is durable here before the server hears of it, and what the server holds is durable
 * before COMMIT is sent, so that whatever breaks can be found out afterwards. Not committed for certain: the intention is dropped.
 */
export async function applyOnServer(
  context: EngineContext,
  store: ClassStore,
  server: ServerRun,
  call: CallContext,
): Promise<ServerEnd> {
  const { head, run, open } = server;
  const { remote, connection } = open;
  const peer = getPeer(store, open.peer.id);
  if (connection.attached === 'new') {
    const entry = context.app.classOf(store.classId);
    await remote.createClass({ id: peer.scope, name: entry.name, sample: entry.sample });
  }
  const resolutions = await linesToSend(
    store,
    remote,
    { peerId: head.peerId, scope: peer.scope },
    [...server.effects, ...server.down],
    { who: run.device, runId: run.id, at: run.startedAt },
  );
  putOutbox(store, {
    runId: run.id,
    connectionId: head.connectionId,
    peerId: head.peerId,
    planId: head.id,
    mode: run.mode,
    effects: server.effects,
    at: run.startedAt,
  });
  const visit = { from: peer.visit, to: nextVisit(peer, peer.visit) };
  setPendingVisit(store, peer.id, null, visit.to);
  let outcome: ApplyOutcome;
  let vers: (string | null)[] = [];
  let there: ReadonlySet<number> = new Set();
  const readBack = (): ReadBack =>
    server.effects.map(({ table, pk, result }, ord) => ({
      table,
      pk,
      row: result,
      ver: vers[ord] ?? null,
      ...(there.has(ord) ? { there: true } : {}),
    }));
  try {
    outcome = await remote.apply({
      scope: peer.scope,
      runId: run.id,
      device: { id: peer.device, name: run.device, version: context.version },
      visit,
      planHash: head.planHash,
      epoch: head.epoch,
      horizon: horizonOf(head.facts),
      isKnown: knownHere(store, peer.id),
      tables: syncedTables(context.catalog),
      effects: await withEditTimes(store, server, call.signal),
      resolutions,
      signal: call.signal,
      onPhase: (phase, done, total) => {
        // Another attempt begins.
        if (phase === 'lock') vers = [];
        call.progress({ phase, done, total });
      },
      onReadBack: (rows) => {
        for (const { ord, ver } of rows) vers[ord] = ver;
      },
      onProved: (places) => {
        there = new Set(places);
        setOutboxReadBack(store, run.id, readBack());
      },
    });
  } catch (error) {
    dropOutbox(store, run.id);
    throw error;
  }
  if (outcome.kind === 'committed') promoteVisit(store, peer.id);
  if (outcome.kind !== 'committed' && outcome.kind !== 'unknown' && outcome.kind !== 'duplicate')
    dropOutbox(store, run.id);
  return endOf(outcome, readBack);
}

/** Whether a row of the server is known here in any tree: a child of a deleted record that is not was never seen by whoever deleted it. */
function knownHere(store: ClassStore, peerId: string): (table: string, pk: string) => boolean {
  const trees = openTrees(store, peerId);
  return (table, pk) =>
    readRow(store, tableOf(store.catalog, table), pk) !== null ||
    trees.remote({ table, pk }) !== undefined ||
    trees.base({ table, pk }) !== undefined;
}

function endOf(outcome: ApplyOutcome, readBack: () => ReadBack): ServerEnd {
  switch (outcome.kind) {
    case 'committed':
      return { kind: 'committed', readBack: readBack() };
    case 'duplicate':
      return { kind: 'checking', error: { code: 'checking', params: {} } };
    case 'stale':
      return { kind: 'stale', rows: outcome.rows };
    case 'refused':
      return { kind: 'refused', error: outcome.error, row: outcome.row };
    case 'unknown':
      return { kind: 'checking', error: { code: 'checking', params: { cause: outcome.error.code } } };
  }
}

/** Longest time the thread is held while effects are prepared, in milliseconds. */
const SLICE_MS = 8;

/** Effects with the time of their edit in the server's time: commit time would let an old offline edit beat a newer one. */
async function withEditTimes(store: ClassStore, server: ServerRun, signal: AbortSignal) {
  const slicer = createSlicer(SLICE_MS);
  const trees = openTrees(store, server.head.peerId);
  const contacts = contactsOf(store, server.head.peerId);
  const at = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
  const effects: (OutboxEffect & { readonly editedFrom: string | null; readonly editedTo: string | null })[] = [];
  for (const effect of server.effects) {
    await slicer.pause(signal);
    const span = editSpan(trees.dirty(effect)?.stamp ?? null, contacts);
    effects.push({
      ...effect,
      editedFrom: at(span?.fromMs),
      editedTo: at(span?.toMs),
    });
  }
  return effects;
}
