import { errorFromJson } from '../../shared/errors.ts';
import { isOffline } from '../../shared/sync/connection-state.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getConnection, type ConnectionRow } from '../store/connection-store.ts';
import { getPeer } from '../store/sync/peer-store.ts';
import { listPlans } from '../store/sync/plan-store.ts';
import { announcePlans } from './announce.ts';
import { isAskedFor } from './attend.ts';
import { syncStateOf } from './engine-state.ts';
import { makePlan } from './make-plan.ts';
import { connectRemote, isAnotherServer, openRemote } from './open-remote.ts';
import { observeOpen, withConnection } from './preview.ts';
import { standsStill } from './stands-still.ts';
import { forgetWaiting } from './waiting.ts';

/**
 * Looks whether others changed something, because some time has passed and not because anybody asked. Reads only: nothing is sent or taken, nobody is erased, and
 * where a person has to say something first (a password, which class, how to go on with another server) it does not look at all. Gives way to whatever a person
 * wants of the class meanwhile. With `ifMoved`, only where something was written on the server since the last such look.
 * False where it did not look. Throws what connecting and reading throw; the connection's state then says so.
 */
export async function look(
  context: EngineContext,
  classId: string,
  connectionId: string,
  call: CallContext,
  ifMoved = false,
): Promise<boolean> {
  const before = getConnection(context.openClass(classId), connectionId);
  if (!isSettled(before) || syncStateOf(context).busy.has(connectionId)) return false;
  if (before.builtin && (await context.builtin.status()).state !== 'running') return false;
  if (ifMoved && (await standsStill(context, before, call.signal))) return true;
  const looked = await withConnection(
    context,
    { classId, connectionId },
    call,
    async (store, signal) => await lookNow(context, store, connectionId, { ...call, signal }),
    'quiet',
  );
  // What this look itself wrote there is no news; what somebody wrote in the moment since, the next look of the usual kind finds.
  if (ifMoved) await standsStill(context, before, call.signal);
  return looked;
}

/** Whether both sides have met, and only time can have changed what is known: no answer of a person, and no outcome of a run, is waited for. */
function isSettled({ peerId, remoteClassId, lastRunAt, status, error, checking }: ConnectionRow): boolean {
  if (peerId === null || remoteClassId === null || lastRunAt === null || checking) return false;
  return status !== 'FAILED' || (error !== null && isOffline(errorFromJson(error).code));
}

async function lookNow(
  context: EngineContext,
  store: ClassStore,
  connectionId: string,
  call: CallContext,
): Promise<boolean> {
  const connection = getConnection(store, connectionId);
  if (!isSettled(connection) || !hasMet(store, connection)) return false;
  if ((await leadsAway(context, store, connection, call.signal)).away) return false;
  const open = await openRemote(context, store, connectionId, call.signal);
  try {
    const { observation, peer, firstContact, notes, erases } = await observeOpen(context, store, open, call, {
      full: false,
      erases: false,
    });
    const isNews = observation.full || observation.rows > 0 || observation.resolutions.length > 0;
    if (!isNews) return true;
    const now = context.clock.read().wallMs;
    const listed = listPlans(store, connectionId).find(({ state }) => state === 'open');
    // A list somebody asked for (taking a run back, say) is not replaced, and nobody's erasure is listed like a change: it is counted only.
    if (erases > 0 || (listed !== undefined && isAskedFor(listed, now))) forgetWaiting(store, connectionId);
    else await makePlan(context, store, open, observation, peer, firstContact, call, notes);
    announcePlans(context, store.classId);
    return true;
  } finally {
    await open.remote.close();
  }
}

/** Whether the server was read to its end once: a first reading is somebody's wish. */
export function hasMet(store: ClassStore, { peerId }: ConnectionRow): boolean {
  return peerId !== null && getPeer(store, peerId).horizon !== null;
}

/** Whether the address leads to another server than both sides met on: which class it is there is for a person to see. */
export async function leadsAway(
  context: EngineContext,
  store: ClassStore,
  connection: ConnectionRow,
  signal: AbortSignal,
): Promise<{ readonly away: boolean; readonly asked: number }> {
  const remote = await connectRemote(context, connection, signal);
  try {
    return { away: isAnotherServer(store, connection, remote), asked: remote.asked };
  } finally {
    await remote.close();
  }
}
