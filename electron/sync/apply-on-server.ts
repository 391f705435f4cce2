import { syncedTables, tableOf } from '../../shared/catalog/catalog.ts';
import { errorToJson, type ErrorJson } from '../../shared/errors.ts';
import { editSpan, type ClockContact, type ClockReading } from '../../shared/sync/clock.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import type { ApplyOutcome, EffectList, TimedEffect } from '../remote/remote.ts';
import { readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { fromSqliteError } from '../store/sqlite-error.ts';
import {
  dropOutbox,
  noteVersions,
  putOutbox,
  setProved,
  stagedEffects,
  stagedPlaces,
  stagedRow,
  type StagedEffect,
  type Staging,
} from '../store/sync/outbox-store.ts';
import { erasedHere } from '../store/sync/held-erasures.ts';
import { contactsOf } from '../store/sync/clock-store.ts';
import { getPeer, promoteVisit, setPendingVisit } from '../store/sync/peer-store.ts';
import type { PlanHead } from '../store/sync/plan-store.ts';
import type { RunRecord } from '../store/sync/run-store.ts';
import { classSecretOf } from '../store/sync/resolution-store.ts';
import { openTrees } from '../store/sync/trees.ts';
import { nextVisit } from './leave-visit.ts';
import { horizonOf } from './plan-facts.ts';
import type { OpenRemote } from './open-remote.ts';
import { linesToSend } from './resolution-log.ts';
import { startHistory } from './write-history.ts';

/** How the server part of a run ended. */
export type ServerEnd =
  | { readonly kind: 'committed' }
  | { readonly kind: 'stale'; readonly rows: readonly { readonly table: string; readonly pk: string }[] }
  | {
      readonly kind: 'refused';
      readonly error: ErrorJson;
      readonly row: { readonly table: string; readonly pk: string } | null;
    }
  | { readonly kind: 'checking'; readonly error: ErrorJson };

/** The server part of a run: which staged rows it writes, for which plan, over which open server. */
export interface ServerRun {
  readonly head: PlanHead;
  readonly run: RunRecord;
  readonly staging: Staging;
  /** How many of the staged rows go to the server. */
  readonly up: number;
  readonly open: OpenRemote;
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
  const { head, run, staging, open } = server;
  const { remote } = open;
  const { name, sample } = context.app.classOf(store.classId);
  const peer = getPeer(store, open.peer.id);
  // Rows taken as seen are logged by a run that writes nothing to a server.
  const decided = [...stagedEffects(store, staging, 'decided')].filter(({ part }) => part !== 'seen');
  const resolutions = await linesToSend(store, remote, { peerId: head.peerId, scope: peer.scope }, decided, {
    who: run.device,
    runId: run.id,
    at: run.startedAt,
  });
  putOutbox(store, {
    runId: run.id,
    connectionId: head.connectionId,
    peerId: head.peerId,
    planId: head.id,
    mode: run.mode,
    at: run.startedAt,
  });
  const visit = { from: peer.visit, to: nextVisit(peer, peer.visit) };
  setPendingVisit(store, peer.id, null, visit.to);
  const { effects, placeAt } = upEffects(store, staging, server.up);
  const ahead = startHistory(store, staging);
  let outcome: ApplyOutcome;
  try {
    outcome = await remote.apply({
      scope: peer.scope,
      newClass: { name, sample, secret: classSecretOf(store, peer.id) },
      runId: run.id,
      erases: erasedHere(store, peer.id, (key) => stagedRow(store, staging, key)),
      device: { id: peer.device, name: run.device, version: context.version },
      visit,
      planHash: head.planHash,
      epoch: head.epoch,
      horizon: horizonOf(head.facts),
      isKnown: knownHere(store, peer.id),
      tables: syncedTables(context.catalog),
      effects,
      resolutions,
      signal: call.signal,
      onPhase: (phase, done, total, table) => {
        // From here on the server works, and this thread waits.
        if (phase === 'compare') ahead.begin();
        call.progress({ phase, done, total, ...(table === undefined ? {} : { table }) });
      },
      onReadBack: (rows) =>
        noteVersions(
          store,
          run.id,
          rows.map(({ ord, ver }) => ({ ord: placeAt(ord), ver })),
        ),
      onProved: (there) => setProved(store, run.id, there.map(placeAt)),
    });
  } catch (error) {
    await ahead.stop();
    dropOutbox(store, run.id);
    throw error;
  }
  await (outcome.kind === 'committed' ? ahead.end() : ahead.stop());
  if (outcome.kind === 'committed') return visited(store, peer.id);
  if (outcome.kind !== 'unknown' && outcome.kind !== 'duplicate') dropOutbox(store, run.id);
  return endOf(outcome);
}

/** Whether a row of the server is known here in any tree: a child of a deleted record that is not was never seen by whoever deleted it. */
function knownHere(store: ClassStore, peerId: string): (table: string, pk: string) => boolean {
  const trees = openTrees(store, peerId);
  return (table, pk) =>
    readRow(store, tableOf(store.catalog, table), pk) !== null ||
    trees.remote({ table, pk }) !== undefined ||
    trees.base({ table, pk }) !== undefined;
}

/** The server has the run. What cannot be noted here any more, as on a full disk, is found out by the next look. */
function visited(store: ClassStore, peerId: string): ServerEnd {
  try {
    promoteVisit(store, peerId);
    return { kind: 'committed' };
  } catch (error) {
    return {
      kind: 'checking',
      error: { code: 'checking', params: { cause: errorToJson(fromSqliteError(error)).code } },
    };
  }
}

function endOf(outcome: Exclude<ApplyOutcome, { kind: 'committed' }>): ServerEnd {
  switch (outcome.kind) {
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

/**
 * The staged effects as the remote takes them: read from the file as they are asked for, each with the time of its edit in the server's time (commit time
 * would let an old offline edit beat a newer one). Of each only its place is held, eight bytes.
 */
function upEffects(
  store: ClassStore,
  staging: Staging,
  length: number,
): {
  readonly effects: EffectList;
  readonly placeAt: (index: number) => number;
} {
  const places = stagedPlaces(store, staging.runId);
  if (places.length !== length) throw new Error('other rows are staged than were counted');
  const placeAt = (index: number): number => {
    const place = places[index];
    if (place === undefined) throw new Error('no such row in the run');
    return place;
  };
  const spanOf = editSpans(contactsOf(store, staging.peerId));
  // Of a plain row Base will be what the server got: then nobody asks for its version.
  const timed = (effect: StagedEffect): TimedEffect => {
    const { table, pk, up, down, trees, result, serverVer, plain, edited } = effect;
    const { editedFrom, editedTo } = spanOf(edited);
    return { table, pk, up, down, trees, result, serverVer, editedFrom, editedTo, versionUnasked: plain };
  };
  const effects: EffectList = {
    length,
    *[Symbol.iterator]() {
      for (const effect of stagedEffects(store, staging, 'up')) yield timed(effect);
    },
    slice(from, to) {
      const rows: TimedEffect[] = [];
      if (from >= length) return rows;
      for (const effect of stagedEffects(store, staging, 'up', placeAt(from))) {
        if (rows.length >= to - from) break;
        rows.push(timed(effect));
      }
      return rows;
    },
  };
  return { effects, placeAt };
}

/** When edits were made, as texts. Rows edited at once stand beside each other mostly: the last answer is kept. */
function editSpans(
  contacts: readonly ClockContact[],
): (edited: ClockReading | null) => Pick<TimedEffect, 'editedFrom' | 'editedTo'> {
  const unknown = { editedFrom: null, editedTo: null };
  let last: ClockReading | null = null;
  let spanned: Pick<TimedEffect, 'editedFrom' | 'editedTo'> = unknown;
  const at = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
  return (edited) => {
    if (edited === null) return unknown;
    const same =
      edited.monotonicMs === last?.monotonicMs && edited.wallMs === last.wallMs && edited.bootId === last.bootId;
    if (!same) {
      const span = editSpan(edited, contacts);
      last = edited;
      spanned = { editedFrom: at(span?.fromMs), editedTo: at(span?.toMs) };
    }
    return spanned;
  };
}
