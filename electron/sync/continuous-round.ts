import type { RoundResult } from '../../shared/contract/continuous.ts';
import type { PlanSummary, RunResult } from '../../shared/contract/sync.ts';
import { AppError, errorFromJson, errorToJson, type ErrorJson } from '../../shared/errors.ts';
import { troubleKind } from '../../shared/sync/trouble-kind.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import { continuousSettings } from '../engine/continuous-settings.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getConnection, type ConnectionRow } from '../store/connection-store.ts';
import { changeSeq, getPeer } from '../store/sync/peer-store.ts';
import { getPlan, listPlans } from '../store/sync/plan-store.ts';
import { treesAreUnchanged } from '../store/sync/trees.ts';
import { announcePlans } from './announce.ts';
import { attendedBy } from './attend.ts';
import { countRows } from './count-rows.ts';
import { evaluateUnattended } from './evaluate-plan.ts';
import { hasMet, leadsAway } from './look.ts';
import { lostThere } from './lost-there.ts';
import { makePlan } from './make-plan.ts';
import { openRemote } from './open-remote.ts';
import { factsFromText } from './plan-facts.ts';
import { planSummaryOf } from './plan-view.ts';
import { observeOpen, withConnection } from './preview.ts';
import { runPlan } from './run-plan.ts';
import { waitingOf } from './waiting.ts';

/** The connection a round is of. */
export interface RoundOf {
  readonly classId: string;
  readonly connectionId: string;
}

/** A round, and how often the server was asked something before it was known whether there is anything to carry out. */
export interface Round extends RoundResult {
  readonly asked: number;
}

/** What a look found to be carried out: a plan, or nothing. */
type Found =
  | { readonly kind: 'plan'; readonly planId: string; readonly asked: number }
  | { readonly kind: 'nothing'; readonly asked: number }
  | { readonly kind: 'waits'; readonly waits: RoundResult['waits']; readonly asked: number };

const modes = { 'two-way': 'sync', 'push-only': 'apply', 'pull-only': 'pull' } as const;

/**
 * One round of continuous sync: reads the server, makes the list of changes, and carries out what of it needs nobody: by the same plan, guards and run as a person
 * does it, and with no choice of anybody. What needs a person stays in the list. Waits for whoever is at the list, and gives way to whatever a person wants while it
 * reads. Rejects only as cancelled, when the caller cancels: everything else is in the result.
 */
export async function continuousRound(context: EngineContext, of: RoundOf, call: CallContext): Promise<Round> {
  let asked = 0;
  try {
    const found = await findWork(context, of, call);
    asked = found.asked;
    if (found.kind === 'waits') return { ...ended(context, of, 'waits'), waits: found.waits, asked };
    if (found.kind === 'nothing') return { ...ended(context, of, 'nothing'), asked };
    const { classId } = of;
    const { mode } = getConnection(context.openClass(classId), of.connectionId);
    // Whoever switched it on gave a standing order; one round of a connection that is not kept in sync, or not just now, is its caller's own act.
    const { permit, ...standing } = call;
    const chosen = continuousSettings(context.app).get(of.connectionId);
    const kept = permit === undefined || (chosen !== undefined && !chosen.paused && chosen.halted === null);
    const run = await runPlan(
      context,
      { classId, planId: found.planId, mode: modes[mode] },
      kept ? standing : call,
      'schedule',
    );
    return { ...ended(context, of, outcomeOf(run), errorOf(run)), run, asked };
  } catch (error) {
    if (call.signal.aborted) throw new AppError('cancelled');
    const json = errorToJson(error);
    return { ...ended(context, of, outcomeFor(json), json), asked };
  }
}

function ended(
  context: EngineContext,
  { classId, connectionId }: RoundOf,
  outcome: RoundResult['outcome'],
  error: ErrorJson | null = null,
): RoundResult {
  const store = context.openClass(classId);
  const told = outcome === 'failed' || outcome === 'halted' ? error : null;
  return {
    outcome,
    waits: null,
    run: null,
    conflicts: waitingOf(store, getConnection(store, connectionId)).conflicts,
    error: told === null ? null : { code: told.code, params: { ...told.params } },
  };
}

const outcomes = { passing: 'failed', overtaken: 'again', halting: 'halted' } as const;

function outcomeFor({ code }: ErrorJson): RoundResult['outcome'] {
  return outcomes[troubleKind(code)];
}

function outcomeOf(run: RunResult): RoundResult['outcome'] {
  switch (run.outcome) {
    case 'completed':
    case 'undecided':
      return 'synced';
    case 'stale':
    case 'cancelled':
      return 'again';
    case 'checking':
      return 'failed';
    case 'refused':
    case 'failed': {
      const error = errorOf(run);
      // The server said no to a row: it would say so every time.
      return error === null ? 'halted' : outcomeFor(error);
    }
  }
}

function errorOf({ outcome, error }: RunResult): ErrorJson | null {
  if (error === null) return outcome === 'checking' ? { code: 'checking', params: {} } : null;
  return errorToJson(errorFromJson(error));
}

/** Reads the server and makes the list, under the lock of the class and giving way to anybody. */
async function findWork(context: EngineContext, of: RoundOf, call: CallContext): Promise<Found> {
  const { classId, connectionId } = of;
  const store = context.openClass(classId);
  const before = getConnection(store, connectionId);
  const waits = attendedBy(context, store, connectionId);
  if (waits !== null) return { kind: 'waits', waits, asked: 0 };
  refuseUnmet(store, before);
  if (before.builtin && (await context.builtin.status()).state !== 'running') throw new AppError('server-stopped');
  return await withConnection(
    context,
    of,
    call,
    async (locked, signal) => await findLocked(context, locked, connectionId, { ...call, signal }),
    'quiet',
  );
}

async function findLocked(
  context: EngineContext,
  store: ClassStore,
  connectionId: string,
  call: CallContext,
): Promise<Found> {
  const connection = getConnection(store, connectionId);
  refuseUnmet(store, connection);
  const { away, asked } = await leadsAway(context, store, connection, call.signal);
  if (away) throw new AppError('first-sync-needed');
  const open = await openRemote(context, store, connectionId, call.signal);
  try {
    const { observation, peer, firstContact, notes } = await observeOpen(context, store, open, call);
    const took = asked + open.remote.asked;
    if (firstContact) throw new AppError('first-sync-needed');
    const waits = attendedBy(context, store, connectionId);
    if (waits !== null) return { kind: 'waits', waits, asked: took };
    const isNews = observation.full || observation.rows > 0 || observation.resolutions.length > 0;
    const listed = isNews ? null : currentPlan(store, connectionId);
    const planId = listed ?? (await makePlan(context, store, open, observation, peer, firstContact, call, notes));
    if (listed === null) announcePlans(context, store.classId);
    const plan = await planSummaryOf(store, planId, call.signal);
    refuseDoubtful(plan);
    const mode = modes[connection.mode];
    const evaluation = await evaluateUnattended(store, planId, mode, call.signal);
    // As the list was made: what nobody at it leaves out is taken off from there, and not from where somebody would send it.
    const { summary } = factsFromText(getPlan(store, planId).facts);
    const ready = countRows(summary, evaluation)[mode];
    const rows = ready > 0 ? await lostThere(store, planId, evaluation, call.signal) : 0;
    if (rows > 0) throw new AppError('server-lost', { rows });
    return ready > 0 ? { kind: 'plan', planId, asked: took } : { kind: 'nothing', asked: took };
  } finally {
    await open.remote.close();
  }
}

/** The open list, where nothing was changed here since it was made, and nothing more is known of the server: a reading that was cut short, or a look, may have listed nothing. */
function currentPlan(store: ClassStore, connectionId: string): string | null {
  const open = listPlans(store, connectionId).find(({ state }) => state === 'open');
  if (open === undefined || open.purpose !== 'sync' || open.seq !== changeSeq(store)) return null;
  // It says a doubt that somebody has settled since.
  const doubtful = factsFromText(open.facts).checks.some(({ id, state }) => id === 'verify' && state === 'warning');
  if (doubtful && getPeer(store, open.peerId).misfits === 0) return null;
  return treesAreUnchanged(store, open.peerId, open.id) ? open.id : null;
}

/** Both sides met before, with somebody at it: which class there is which, and what a first list says, is for a person to see. */
function refuseUnmet(store: ClassStore, connection: ConnectionRow): void {
  const { remoteClassId, lastRunAt } = connection;
  if (remoteClassId === null || lastRunAt === null || !hasMet(store, connection))
    throw new AppError('first-sync-needed');
}

/** Checks of a list that make it doubtful which server this is, or whether both sides hold what they should. */
const doubts = new Set(['lost', 'verify']);

/** Checks whose failing stops nothing by itself: who may only read goes on receiving, and a run that needs a right it has not got says so. */
const harmless = new Set(['rights']);

function refuseDoubtful({ restored, checks }: PlanSummary): void {
  if (restored !== null) throw new AppError('server-put-back', { rows: restored.rows });
  const failed = checks.find(({ id, state }) =>
    state === 'failed' ? !harmless.has(id) : state === 'warning' && doubts.has(id),
  );
  if (failed?.code != null) throw errorFromJson({ code: failed.code, params: failed.params });
}
