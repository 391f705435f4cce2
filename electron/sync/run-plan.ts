import { AppError, errorToJson, type ErrorJson } from '../../shared/errors.ts';
import type { ParsedParams } from '../../shared/contract/contract.ts';
import type { RunResult } from '../../shared/contract/sync.ts';
import { levelOfRun } from '../../shared/permission/level-of-run.ts';
import { tableOf } from '../../shared/catalog/catalog.ts';
import { keyOf } from '../../shared/catalog/key.ts';
import type { LeftRow } from '../../shared/sync/plan.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getConnection, setConnectionStatus } from '../store/connection-store.ts';
import { fromSqliteError } from '../store/sqlite-error.ts';
import { forgetLost, noteMisfits, getPeer } from '../store/sync/peer-store.ts';
import { getPlan, ordinalOf, planRow, setPlanState, type PlanHead } from '../store/sync/plan-store.ts';
import { noCounts, putRun, type RunCounts, type RunOutcome, type RunRecord } from '../store/sync/run-store.ts';
import { outboxOf, type Staging } from '../store/sync/outbox-store.ts';
import { openTrees } from '../store/sync/trees.ts';
import { uuidv7 } from '../store/uuid.ts';
import { announceRows } from './announce.ts';
import { applyOnServer, type ServerEnd } from './apply-on-server.ts';
import { collectEffects, movedRows, type Collected } from './collect-effects.ts';
import { countDecided } from './count-decided.ts';
import { countDeletions, countLosses, countPlan, guardsTripped } from './count-plan.ts';
import { takeResolveFile, takeRule, tickRows } from './draft.ts';
import { syncStateOf } from './engine-state.ts';
import { eraseAgreed } from './erasures.ts';
import { endHalt } from './end-halt.ts';
import { evaluatePlan, evaluateUnattended } from './evaluate-plan.ts';
import { collectFixed, fixedGuards, fixedMode } from './fixed-plan.ts';
import type { Guard } from '../../shared/sync/guards.ts';
import { finishRun, type ToFinish } from './finish-run.ts';
import { catalogHash } from './make-plan.ts';
import { openRemote, type OpenRemote } from './open-remote.ts';
import { refuseTampered } from './plan-hash.ts';
import { makeFixedAgain } from './make-fixed-plan.ts';
import { observeAndPlan, withConnection } from './preview.ts';
import { recover } from './recover.ts';
import { refusedRow } from './refused-row.ts';
import type { FinishedRun } from './verify-run.ts';
import { sendWaitingLines } from './resolution-log.ts';
import { forgetWaiting } from './waiting.ts';
import { writeHistory } from './write-history.ts';
import { settleRest } from './settle-in-steps.ts';

/** Who wants a run: somebody at the list, or continuous sync with nobody there, which carries out no choice of anybody. */
type RunBy = 'person' | 'schedule';
type RunParams = ParsedParams<'sync.run'>;
/** A run as it is carried out. */
type Wanted = RunParams & { readonly by: RunBy };

/** How a run ended, before it becomes the answer of the call. */
interface Ended {
  readonly outcome: RunOutcome;
  readonly counts: RunCounts;
  readonly left: readonly LeftRow[];
  readonly error: ErrorJson | null;
  /** Whether Base holds every row the server got. */
  readonly agreed?: boolean;
}

/**
 * Carries out a plan: its up part (apply), its down part (pull) or both in one run (sync). A plan is used once.
 * Throws for everything that kept the run from beginning; how a run that began ended is in the result.
 */
export async function runPlan(
  context: EngineContext,
  params: RunParams,
  call: CallContext,
  by: RunBy = 'person',
): Promise<RunResult> {
  const { classId, planId } = params;
  const { connectionId } = usablePlan(context, context.openClass(classId), planId);
  return withConnection(context, { classId, connectionId }, call, (store) =>
    runLocked(context, store, { ...params, by }, call),
  );
}

function usablePlan(context: EngineContext, store: ClassStore, planId: string): PlanHead {
  const head = getPlan(store, planId);
  if (head.state === 'used') throw new AppError('plan-used', { planId });
  if (head.deviceId !== context.app.device().id) throw new AppError('plan-other-device', { planId });
  if (head.state !== 'open' || head.catalogHash !== catalogHash(store.catalog) || getPeer(store, head.peerId).observing)
    throw new AppError('plan-stale', { planId });
  return head;
}

async function runLocked(
  context: EngineContext,
  store: ClassStore,
  params: Wanted,
  call: CallContext,
): Promise<RunResult> {
  const head = usablePlan(context, store, params.planId);
  refuseMode(store, head, params.mode);
  await refuseTampered(store, head, call.signal);
  const runId = uuidv7();
  const staging: Staging = { runId, planId: head.id, peerId: head.peerId };
  const collected = await decideAndCollect(store, params, staging, call);
  // Others were let in between; the plan may have been discarded.
  usablePlan(context, store, params.planId);
  const started = Date.now();
  const run: RunRecord = {
    id: runId,
    connectionId: head.connectionId,
    connectionName: getConnection(store, head.connectionId).name,
    peerId: head.peerId,
    planId: head.id,
    mode: params.mode,
    device: context.app.device().name ?? '',
    startedAt: context.now(),
    durationMs: null,
    outcome: 'checking',
    counts: noCounts,
    error: null,
    left: collected.left,
    purpose: head.purpose,
    undoes: head.undoes,
    automatic: params.by === 'schedule',
  };
  let open: OpenRemote | null = null;
  const { running } = syncStateOf(context);
  try {
    if (collected.counts.up > 0 || outboxOf(store, head.peerId).length > 0)
      open = await openRemote(context, store, head.connectionId, call.signal);
    if (open !== null) {
      if (open.peer.id !== head.peerId) throw new AppError('plan-stale', { planId: head.id });
      await recover(context, store, open.remote, open.peer);
      // The run whose end was found out may have been this plan's.
      usablePlan(context, store, params.planId);
    }
    if (head.purpose === 'replace') await context.backUp(store.classId);
    putRun(store, run);
    running.add(head.connectionId);
    const ended = await carryOut(context, store, head, run, collected, open, call).catch((error: unknown) => {
      putRun(store, {
        ...run,
        outcome: call.signal.aborted ? 'cancelled' : 'failed',
        error: errorToJson(fromSqliteError(error)),
        durationMs: Date.now() - started,
      });
      throw error;
    });
    noteEnd(context, store, head, { ...run, ...ended, durationMs: Date.now() - started }, ended);
    // The run has ended: what cannot be cleaned now says nothing about it, and is done with the next look.
    await eraseAgreed(context, store, head.peerId).catch((error: unknown) => {
      context.log.write('warn', 'erasing-unfinished', { code: errorToJson(error).code });
    });
    const nextPlanId =
      ended.outcome === 'checking'
        ? null
        : await nextPlan(context, store, { head, open, mode: run.mode, after: afterRun(run, ended) }, call);
    return answer(store, run, ended, Date.now() - started, nextPlanId);
  } finally {
    running.delete(head.connectionId);
    await open?.remote.close();
  }
}

function refuseMode(store: ClassStore, head: PlanHead, mode: RunParams['mode']): void {
  const fixed = fixedMode(store, head);
  if (fixed !== null && fixed !== mode) throw new AppError('mode-refused', { mode: head.purpose, wanted: mode });
  const connection = getConnection(store, head.connectionId);
  const only = { 'two-way': null, 'push-only': 'apply', 'pull-only': 'pull' }[connection.mode];
  if (only !== null && only !== mode) throw new AppError('mode-refused', { mode: connection.mode, wanted: mode });
}

async function decideAndCollect(
  store: ClassStore,
  params: Wanted,
  staging: Staging,
  call: CallContext,
): Promise<Collected> {
  const { signal, permit } = call;
  const { purpose } = getPlan(store, params.planId);
  if (params.resolve !== undefined) await takeResolveFile(store, params.planId, params.resolve, signal);
  if (params.take !== undefined) tickRows(store, params.planId, params.take, true);
  if (params.leave !== undefined) tickRows(store, params.planId, params.leave, false);
  if (purpose !== 'sync') {
    permit?.(levelOfRun({ deletions: 0, decided: 0, overruled: false, purpose }));
    refuseGuards(fixedGuards(store, params.planId), params);
    return await collectFixed(store, staging, signal);
  }
  const counts = await countPlan(store, params.planId, signal);
  if (params.conflicts !== undefined && params.conflicts !== 'skip')
    await takeRule(store, params.planId, params.conflicts, call);
  const evaluate = params.by === 'person' ? evaluatePlan : evaluateUnattended;
  const evaluation = await evaluate(store, params.planId, params.mode, signal);
  const losses = await countLosses(store, params.planId, counts, evaluation, signal);
  const guards = guardsTripped(store, params.planId, evaluation, losses, params.mode);
  refuseGuards(guards, params);
  const deletions = countDeletions(store, losses, params.mode);
  const decided = countDecided(store, params.planId, evaluation);
  permit?.(levelOfRun({ deletions, decided, overruled: guards.length > 0, purpose }));
  return await collectEffects(store, staging, params.mode, evaluation, { counts, overruled: guards, signal });
}

/** `all` names every guard, so that whoever is asked again is asked about all of it. */
function refuseGuards(guards: readonly Guard[], params: RunParams): void {
  const tripped = guards.find(({ id }) => (id === 'mass-erase' ? params.allowErase : params.allowMassChange) !== true);
  if (tripped === undefined) return;
  const all = guards.map(({ id, table, count }) => `${id} ${table} ${count}`).join(', ');
  throw new AppError('guard-refused', { guard: tripped.id, table: tripped.table, count: tripped.count, all });
}

async function carryOut(
  context: EngineContext,
  store: ClassStore,
  head: PlanHead,
  run: RunRecord,
  collected: Collected,
  open: OpenRemote | null,
  call: CallContext,
): Promise<Ended> {
  const trees = openTrees(store, head.peerId);
  const { staging } = collected;
  const moved = await movedRows(store, store.catalog, trees, staging, call.signal);
  if (moved.length > 0) return stale(store, head, moved);
  const { up } = collected.counts;
  let server: ServerEnd = { kind: 'committed' };
  if (open !== null && up > 0) server = await applyOnServer(context, store, { head, run, staging, up, open }, call);
  else await writeHistory(store, staging, call.signal);
  switch (server.kind) {
    case 'stale':
      return stale(store, head, server.rows);
    case 'refused':
      return {
        outcome: 'refused',
        counts: noCounts,
        left: refusedRow(store, staging, server, open?.remote.schemaPrint ?? ''),
        error: server.error,
      };
    case 'checking':
      return { outcome: 'checking', counts: noCounts, left: [], error: server.error };
    case 'committed': {
      call.progress({ phase: 'finish', done: 0, total: null });
      const toFinish: ToFinish = {
        staging,
        seq: head.seq,
        rule: run.mode,
        parts: 'all',
        device: run.device,
        logged: open !== null && up > 0,
      };
      try {
        const ended = finishHere(context, store, run, collected, toFinish);
        await settleRest(context, store, (done, total) => call.progress({ phase: 'finish', done, total }));
        return ended;
      } catch (error) {
        if (!toFinish.logged) throw error;
        return notFinished(context, error);
      }
    }
  }
}

/** The server has the run and this PC could not note it, as on a full disk: that nothing was changed must not be said, and the next look finds out. */
function notFinished(context: EngineContext, error: unknown): Ended {
  const { code } = errorToJson(fromSqliteError(error));
  context.log.write('warn', 'run-not-finished', { code });
  return { outcome: 'checking', counts: noCounts, left: [], error: { code: 'checking', params: { cause: code } } };
}

/** Settles the rows here and writes down how the run ended in one transaction: whatever happens next, its end is known. */
function finishHere(
  context: EngineContext,
  store: ClassStore,
  run: RunRecord,
  collected: Collected,
  toFinish: ToFinish,
): Ended {
  const now = context.now();
  return store.transaction(() => {
    const finished = finishRun(store, store.catalog, toFinish, now);
    forgetWaiting(store, run.connectionId);
    const left = [...collected.left, ...finished.left];
    const ended: Ended = {
      outcome: left.length > 0 ? 'undecided' : 'completed',
      counts: finished.counts,
      left,
      error: null,
      agreed: finished.agreed,
    };
    putRun(store, { ...run, ...ended, durationMs: Math.max(0, Date.parse(now) - Date.parse(run.startedAt)) });
    return ended;
  });
}

function stale(
  store: ClassStore,
  head: PlanHead,
  rows: readonly { readonly table: string; readonly pk: string }[],
): Ended {
  setPlanState(store, head.id, 'stale');
  const labelOf = ({ table, pk }: { readonly table: string; readonly pk: string }): string => {
    const place = ordinalOf(store, head.id, table, pk);
    return (place === null ? null : planRow(store, head.id, place)?.label) ?? '';
  };
  const left = rows.map(({ table, pk }) => ({
    table,
    pk,
    label: labelOf({ table, pk }),
    reason: 'edited-meanwhile' as const,
    blockedBy: null,
  }));
  return { outcome: 'stale', counts: noCounts, left, error: { code: 'plan-stale', params: { rows: rows.length } } };
}

/**
 * Notes how a run ended. It has ended, whatever comes now: where there is no room to note it, what was written with its rows stands (or that it is being found
 * out, which the next look does), and nobody is told that nothing was changed.
 */
function noteEnd(context: EngineContext, store: ClassStore, head: PlanHead, run: RunRecord, ended: Ended): void {
  const good = ended.outcome === 'completed' || ended.outcome === 'undecided';
  const { connectionId } = head;
  try {
    putRun(store, run);
    if (good) setConnectionStatus(store, connectionId, 'COMPLETED', null, context.now());
    else if (ended.outcome === 'refused') setConnectionStatus(store, connectionId, 'FAILED', ended.error, null);
    if (good && !run.automatic) {
      forgetLost(store, head.peerId);
      noteMisfits(store, head.peerId, 0);
    }
  } catch (error) {
    context.log.write('warn', 'run-not-finished', { code: errorToJson(fromSqliteError(error)).code });
  }
  if (good) endHalt(context, connectionId);
  if (good) announceRows(context, store.classId);
  context.log.write(good ? 'info' : 'warn', 'run-ended', { outcome: ended.outcome, left: ended.left.length });
}

/** The plan a run used, what is open for the next one, and what of the run is to be checked before. */
interface NextPlan {
  readonly head: PlanHead;
  readonly open: OpenRemote | null;
  readonly mode: RunParams['mode'];
  readonly after: FinishedRun | null;
}

/** What is checked after a run: nothing where it wrote nothing. */
function afterRun(run: RunRecord, { outcome, agreed = false }: Ended): FinishedRun | null {
  if (outcome !== 'completed' && outcome !== 'undecided') return null;
  return { runId: run.id, agreed };
}

/**
 * After a run the server is read again, so that what is left and what is new is listed, with the choices that still fit. A list that takes a sync back, or
 * makes this PC what the server is, and that wrote nothing is made again for the same. A server out of reach only means there is no list yet.
 */
async function nextPlan(
  context: EngineContext,
  store: ClassStore,
  { head, open, mode, after }: NextPlan,
  call: CallContext,
): Promise<string | null> {
  const quiet: CallContext = { signal: call.signal, progress: () => {} };
  const look = async (at: OpenRemote): Promise<string> => {
    if (mode !== 'pull') await sendWaitingLines(store, at.remote, { peerId: at.peer.id, scope: at.peer.scope });
    const same = after === null ? await makeFixedAgain(context, store, at, head, quiet) : null;
    return same ?? (await observeAndPlan(context, store, at, quiet, after));
  };
  try {
    if (open !== null) return await look(open);
    const again = await openRemote(context, store, head.connectionId, call.signal);
    try {
      return await look(again);
    } finally {
      await again.remote.close();
    }
  } catch (error) {
    context.log.write('warn', 'next-plan-failed', { code: errorToJson(error).code });
    return null;
  }
}

function answer(
  store: ClassStore,
  run: RunRecord,
  ended: Ended,
  durationMs: number,
  nextPlanId: string | null,
): RunResult {
  return {
    runId: run.id,
    planId: run.planId,
    outcome: ended.outcome,
    counts: ended.counts,
    left: ended.left.map((row) => ({
      table: row.table,
      key: keyOf(tableOf(store.catalog, row.table), row.pk),
      label: row.label,
      reason: row.reason,
      blockedBy: row.blockedBy,
    })),
    durationMs,
    nextPlanId,
    error: ended.error,
  };
}
