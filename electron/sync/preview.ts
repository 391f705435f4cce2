import { AppError, errorExitCodes, errorToJson, type ErrorCode } from '../../shared/errors.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getConnection, setConnectionStatus } from '../store/connection-store.ts';
import { fromSqliteError } from '../store/sqlite-error.ts';
import { getPeer, noteMisfits, type Peer } from '../store/sync/peer-store.ts';
import { openTrees } from '../store/sync/trees.ts';
import { announceConnection } from './announce.ts';
import { withoutSweeping } from './drop-plan.ts';
import { syncStateOf } from './engine-state.ts';
import { erasureChecks } from './erasures.ts';
import { makePlan } from './make-plan.ts';
import { observeServer, type Reading, type SeenServer } from './observe-server.ts';
import type { Unseen } from './record-observation.ts';
import { openRemote, type OpenRemote } from './open-remote.ts';
import { planSummaryOf } from './plan-view.ts';
import { recover } from './recover.ts';
import { settleInSteps } from './settle-in-steps.ts';
import {
  doubtChecks,
  misfitsAfter,
  nothingAmiss,
  verifyCheck,
  type FinishedRun,
  type LookedAfter,
} from './verify-run.ts';

/** Compares both sides and makes the list of changes. Writes nothing to the server, and here only what both sides agree on already. */
export async function preview(
  context: EngineContext,
  classId: string,
  connectionId: string,
  call: CallContext,
): Promise<PlanSummary> {
  return withConnection(context, { classId, connectionId }, call, async (store) => {
    call.progress({ phase: 'connect', done: 0, total: null });
    const look = async ({ proof }: { readonly proof: 'ask' | 'observe' }): Promise<PlanSummary> => {
      const open = await openRemote(context, store, connectionId, call.signal, proof);
      try {
        return await planSummaryOf(store, await observeAndPlan(context, store, open, call), call.signal);
      } catch (error) {
        if (!open.remote.unproven || !isOutdated(error)) throw error;
      } finally {
        await open.remote.close();
      }
      return await look({ proof: 'ask' });
    };
    return await look({ proof: 'observe' });
  });
}

/** A session that had been used before is gone, or its server is not what it was: nobody was told that it would hold. A server that answers nonsense is another matter. */
function isOutdated(error: unknown): boolean {
  const { code, params } = errorToJson(error);
  const gone = params['reason'] === undefined || params['reason'] === 'outdated';
  return code === 'restarting' || code === 'timeout' || (code === 'connection-dropped' && gone);
}

/** Recovery, one observation and a plan on an open server; returns the plan's id. */
export async function observeAndPlan(
  context: EngineContext,
  store: ClassStore,
  open: OpenRemote,
  call: CallContext,
  after: FinishedRun | null = null,
): Promise<string> {
  const looked = await lookAfter(context, store, open, after, noHidden, call);
  const { misfits } = looked;
  if (misfits > 0) context.log.write('warn', 'verify-differs', { rows: misfits });
  const { observation, peer, firstContact, notes } = await observeOpen(context, store, open, call, {
    full: misfits > 0,
    settled: after?.agreed === true ? after.runId : undefined,
  });
  // Reading everything puts most things right; what it did not is told.
  const still = misfits > 0 ? await lookAfter(context, store, open, after, observation.hidden, call) : looked;
  if (after !== null) noteMisfits(store, peer.id, still.misfits);
  const checks = after === null ? notes : [...notes.filter(({ id }) => id !== 'verify'), ...verifyCheck(still)];
  return makePlan(context, store, open, observation, peer, firstContact, call, checks);
}

const noHidden: ReadonlySet<string> = new Set();

async function lookAfter(
  context: EngineContext,
  store: ClassStore,
  open: OpenRemote,
  after: FinishedRun | null,
  hidden: ReadonlySet<string>,
  call: CallContext,
): Promise<LookedAfter> {
  if (after === null) return nothingAmiss;
  return await misfitsAfter(store, open, after, hidden, { now: context.now(), signal: call.signal });
}

/** What a list is made from. */
export interface Observed {
  readonly observation: SeenServer;
  readonly peer: Peer;
  readonly firstContact: boolean;
  /** What a person should know of what was read. */
  readonly notes: PlanSummary['checks'];
  /** Records others erased that a look nobody asked for has left as they are. */
  readonly erases: number;
}

/** Recovery and one observation on an open server. */
export async function observeOpen(
  context: EngineContext,
  store: ClassStore,
  open: OpenRemote,
  call: CallContext,
  reading: Reading = { full: false },
): Promise<Observed> {
  await recover(context, store, open.remote, open.peer);
  const firstContact = !openTrees(store, open.peer.id).hasBase();
  const { observation, peer, unseen, erased } = await observeServer(
    context,
    store,
    store.catalog,
    open.remote,
    // As it is now: a run, or finding out about one, left a visit since the server was opened.
    getPeer(store, open.peer.id),
    call,
    reading,
  );
  const { lost, unknown } = unseen;
  if (lost + unknown > 0) context.log.write('warn', 'server-lost-rows', { rows: lost, hidden: unknown });
  const notes = [...lostChecks({ lost: peer.lost, unknown }), ...erasureChecks(erased), ...doubtChecks(peer.misfits)];
  return { observation, peer, firstContact, notes, erases: erased.waits };
}

/**
 * What a plan says about rows the server had and does not show any more: the server was put back, or somebody removed them past the app; or, to a role that does not
 * see everything, either of that or a policy.
 */
function lostChecks({ lost, unknown }: Unseen): PlanSummary['checks'] {
  const warn = (id: string, code: ErrorCode, rows: number): PlanSummary['checks'] =>
    rows === 0 ? [] : [{ id, state: 'warning', code, params: { rows } }];
  return [...warn('lost', 'server-lost', lost), ...warn('hidden', 'rows-hidden', unknown)];
}

/**
 * Runs work of a connection under the class's lock, on the file as it is then: whoever had the lock may have put another one in its place. With a status that is true: busy while it goes on, failed with the cause when it fails. Throws `not-found`, also at once.
 * Work nobody asked for is `quiet`: it does not look busy, and ends, as cancelled, when somebody wants something of the class.
 */
export async function withConnection<T>(
  context: EngineContext,
  { classId, connectionId }: { readonly classId: string; readonly connectionId: string },
  call: CallContext,
  work: (store: ClassStore, signal: AbortSignal) => Promise<T>,
  asked: 'asked' | 'quiet' = 'asked',
): Promise<T> {
  const state = syncStateOf(context);
  getConnection(context.openClass(classId), connectionId);
  const yielding = new AbortController();
  const signal = asked === 'quiet' ? AbortSignal.any([call.signal, yielding.signal]) : call.signal;
  if (asked === 'quiet') state.looks.set(yielding, classId);
  else for (const [other, itsClass] of state.looks) if (itsClass === classId) other.abort();
  try {
    return await state.lock.run(classId, signal, async () => {
      const store = context.openClass(classId);
      getConnection(store, connectionId);
      await settleInSteps(store);
      if (asked === 'asked') {
        state.busy.add(connectionId);
        announceConnection(context, store, connectionId);
      }
      try {
        const result = await withoutSweeping(store, async () => await work(store, signal));
        const { status, lastRunAt } = getConnection(store, connectionId);
        if (status === 'FAILED')
          setConnectionStatus(store, connectionId, lastRunAt === null ? 'IDLE' : 'COMPLETED', null, null);
        return result;
      } catch (error) {
        throw noteFailure(context, store, connectionId, signal, error);
      } finally {
        state.busy.delete(connectionId);
        announceConnection(context, store, connectionId);
      }
    });
  } catch (error) {
    throw signal.aborted ? new AppError('cancelled') : error;
  } finally {
    state.looks.delete(yielding);
  }
}

function noteFailure(
  context: EngineContext,
  store: ClassStore,
  connectionId: string,
  signal: AbortSignal,
  error: unknown,
): unknown {
  if (signal.aborted) return new AppError('cancelled');
  const json = errorToJson(fromSqliteError(error));
  if (isFailure(json.code)) setConnectionStatus(store, connectionId, 'FAILED', json, null);
  context.log.write('warn', 'sync-failed', { code: json.code });
  return error;
}

/** A plan overtaken, a guard, a choice only a person can make: the connection is well. Exit codes 2, 4 and 6 say so. */
function isFailure(code: ErrorCode): boolean {
  return ![2, 4, 6].includes(errorExitCodes[code]);
}
