import type { RoundResult } from '../../shared/contract/continuous.ts';
import type { ConnectionItem } from '../../shared/contract/connection.ts';
import type { ParsedParams } from '../../shared/contract/contract.ts';
import { AppError, errorFromJson, errorToJson } from '../../shared/errors.ts';
import { isDue, paceAfter, sleepMs, type RoundEnd } from '../../shared/sync/pace.ts';
import { continuousSettings, setContinuousSetting, type ContinuousSetting } from '../engine/continuous-settings.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import { getConnection } from '../store/connection-store.ts';
import { noteMisfits } from '../store/sync/peer-store.ts';
import { announceConnection } from './announce.ts';
import { connectionItem } from './connections.ts';
import { continuousRound, type Round, type RoundOf } from './continuous-round.ts';
import { syncStateOf } from './engine-state.ts';
import { forgetContinuous } from './forget-continuous.ts';
import { inBackground } from './resume-erasing.ts';
import type { Going } from './rounds.ts';

/** How long after the start of the app the first round comes, and by how much chance makes it later; milliseconds. */
const startMs = 5_000;
const spreadMs = 10_000;

const usualMinutes = 5;

/** Keeps the connections in sync that are to be, one round after another, as long as the engine runs. Opens no class before its first round is due. */
export function keepInSync(context: EngineContext): void {
  const { rounds } = syncStateOf(context);
  const { timers } = context;
  for (const id of continuousSettings(context.app).keys())
    rounds.going.set(id, begun(wallMs(context) + startMs + Math.round(timers.random() * spreadMs)));
  rounds.start(() => {
    const paces = active(context).map(({ going }) => going.pace);
    const ms = sleepMs(paces, wallMs(context));
    return ms === null ? null : timers.later(ms, () => onTimer(context));
  });
}

/** Chooses whether and how often a connection is kept in sync, pauses it, or goes on after it was halted; the next round is at once then. */
export function setContinuous(context: EngineContext, params: ParsedParams<'continuous.set'>): ConnectionItem {
  const { classId, connectionId, change } = params;
  const store = context.openClass(classId);
  const connection = getConnection(store, connectionId);
  const before = continuousSettings(context.app).get(connectionId);
  if (before === undefined && change.on !== true) throw new AppError('invalid-params', { field: 'on' });
  const { rounds } = syncStateOf(context);
  const going = rounds.going.get(connectionId);
  if (change.on === false) {
    setContinuousSetting(context.app, connectionId, null);
    rounds.going.delete(connectionId);
  } else {
    const goesOn = before === undefined || change.on === true || change.paused === false;
    const chosen: ContinuousSetting = {
      classId,
      everyMinutes: change.everyMinutes ?? before?.everyMinutes ?? usualMinutes,
      paused: change.paused ?? (change.on === true ? false : (before?.paused ?? false)),
      halted: goesOn ? null : (before?.halted ?? null),
    };
    setContinuousSetting(context.app, connectionId, chosen);
    // Somebody has seen what was doubtful, and goes on.
    if (before?.halted != null && goesOn && connection.peerId !== null) noteMisfits(store, connection.peerId, 0);
    const now = wallMs(context);
    const latest = now + chosen.everyMinutes * 60_000;
    const nextAt = goesOn ? now : Math.min(going?.pace.nextAt ?? latest, latest);
    rounds.going.set(connectionId, {
      ...(going ?? begun(nextAt)),
      pace: { nextAt, failures: goesOn ? 0 : (going?.pace.failures ?? 0) },
      ...(goesOn ? { halted: null, waits: null } : {}),
    });
  }
  rounds.wake();
  announceConnection(context, store, connectionId);
  context.emit('class.changed', { classId, areas: ['connections'] });
  return connectionItem(context, store, connection);
}

/** One round, whoever wants it; where the connection is kept in sync, the next one is counted from its end. Rejects as `continuousRound`. */
export async function keepRound(context: EngineContext, of: RoundOf, call: CallContext): Promise<RoundResult> {
  const { rounds } = syncStateOf(context);
  const { connectionId } = of;
  const before = rounds.going.get(connectionId);
  if (before !== undefined) rounds.going.set(connectionId, { ...before, working: true });
  tell(context, of);
  const since = context.clock.read().monotonicMs;
  try {
    const round = await continuousRound(context, of, call);
    const { asked: _asked, ...result } = round;
    noteRound(context, of, round, context.clock.read().monotonicMs - since);
    return result;
  } finally {
    const now = rounds.going.get(connectionId);
    if (now !== undefined) rounds.going.set(connectionId, { ...now, working: false });
    rounds.wake();
    tell(context, of);
  }
}

const ends: Readonly<Record<RoundResult['outcome'], RoundEnd>> = {
  synced: 'done',
  nothing: 'done',
  waits: 'waits',
  again: 'again',
  failed: 'failed',
  halted: 'done',
};

function noteRound(context: EngineContext, { connectionId }: RoundOf, round: Round, tookMs: number): void {
  const { rounds } = syncStateOf(context);
  const chosen = continuousSettings(context.app).get(connectionId);
  const going = rounds.going.get(connectionId);
  const { outcome, waits } = round;
  if (outcome === 'failed' || outcome === 'halted')
    context.log.write('warn', `continuous-${outcome}`, { code: round.error?.code ?? null });
  if (chosen === undefined || going === undefined) return;
  // It says something about whoever asked, and nothing about the connection.
  if (round.error?.code === 'needs-pin') return;
  const halted = outcome === 'halted' && round.error !== null ? errorToJson(errorFromJson(round.error)) : null;
  // What a round found out, another one that somebody wished for may have found to be put right.
  if (halted !== null || (chosen.halted !== null && ends[outcome] === 'done'))
    setContinuousSetting(context.app, connectionId, { ...chosen, halted });
  const facts = {
    now: wallMs(context),
    everyMs: chosen.everyMinutes * 60_000,
    random: context.timers.random(),
  };
  rounds.going.set(connectionId, {
    ...going,
    pace: paceAfter(going.pace, ends[outcome], facts),
    waits,
    halted: halted ?? going.halted,
    load: outcome === 'synced' || outcome === 'nothing' ? { asked: round.asked, lastMs: tookMs } : going.load,
  });
}

/** Begins every round that is due: a timer that fires late, after the computer slept, begins one and not one for each that was missed. */
function onTimer(context: EngineContext): void {
  const now = wallMs(context);
  for (const { connectionId, classId, everyMinutes, going } of active(context))
    if (isDue(going.pace, now, everyMinutes * 60_000)) begin(context, { classId, connectionId });
  syncStateOf(context).rounds.wake();
}

function begin(context: EngineContext, of: RoundOf): void {
  const { rounds } = syncStateOf(context);
  const { connectionId } = of;
  const going = rounds.going.get(connectionId);
  if (going !== undefined) rounds.going.set(connectionId, { ...going, working: true });
  inBackground(context, 'continuous-failed', async (signal) => {
    try {
      await keepRound(context, of, { signal, progress: () => {} });
    } catch (error) {
      if (signal.aborted) return;
      // The class file cannot be opened, or the connection is gone: nothing can be tried again that way.
      rounds.going.delete(connectionId);
      const { code, params } = errorToJson(error);
      // A file that was put back may have no such connection: nobody could switch off any more what was chosen for it.
      if (code === 'not-found' && params['what'] === 'connection') forgetContinuous(context, connectionId);
      throw error;
    }
  });
}

interface Active extends ContinuousSetting {
  readonly connectionId: string;
  readonly going: Going;
}

/** Connections a round comes for some time: not paused, not halted, none under way, and the class not put away. */
function active(context: EngineContext): readonly Active[] {
  const { rounds } = syncStateOf(context);
  const shown = new Set(context.app.classes().flatMap(({ id, archived }) => (archived ? [] : [id])));
  return [...continuousSettings(context.app)].flatMap(([connectionId, chosen]) => {
    const going = rounds.going.get(connectionId);
    const runs = !chosen.paused && chosen.halted === null && shown.has(chosen.classId);
    return runs && going !== undefined && !going.working ? [{ ...chosen, connectionId, going }] : [];
  });
}

function tell(context: EngineContext, { classId, connectionId }: RoundOf): void {
  const { signal } = syncStateOf(context).background.ending;
  if (!signal.aborted) announceConnection(context, context.openClass(classId), connectionId);
}

function begun(nextAt: number): Going {
  return { pace: { nextAt, failures: 0 }, working: false, waits: null, halted: null, load: null };
}

function wallMs(context: EngineContext): number {
  return context.clock.read().wallMs;
}
