import type { ParsedParams } from '../../shared/contract/contract.ts';
import type { RoundResult } from '../../shared/contract/continuous.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import type { EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getConnection } from '../store/connection-store.ts';
import { holdPlan, listPlans, type PlanHead } from '../store/sync/plan-store.ts';
import { syncStateOf } from './engine-state.ts';
import type { Rounds } from './rounds.ts';

/** How long somebody who does nothing at a list is taken to be there, in milliseconds. */
const attendedMs = 2 * 60_000;

/** How long a list that is to be carried out by its id, or that takes a run back, waits for that after somebody was last at it, in milliseconds: time to read it. */
const heldMs = 10 * 60_000;

/** Windows remembered at one list at most. */
const mostViewers = 100;

/** Notes that somebody is at the list of changes of a connection, or has left it; what waited for that goes on. */
export function attend(context: EngineContext, params: ParsedParams<'continuous.attend'>): void {
  const { classId, connectionId, viewer, here } = params;
  getConnection(context.openClass(classId), connectionId);
  const { rounds } = syncStateOf(context);
  const now = context.clock.read().wallMs;
  const others = viewersNow(rounds, connectionId, now).filter(([other]) => other !== viewer);
  rounds.attended.set(connectionId, new Map(here ? [...others.slice(-mostViewers), [viewer, now]] : others));
  rounds.met.set(connectionId, now);
  const going = rounds.going.get(connectionId);
  if (here || others.length > 0 || going === undefined || going.waits !== 'at-list') return;
  rounds.going.set(connectionId, { ...going, pace: { ...going.pace, nextAt: now } });
  rounds.wake();
}

/** Why a list of a connection is not to be made, or carried out, without anybody asking: null where nobody is at it. */
export function attendedBy(context: EngineContext, store: ClassStore, connectionId: string): RoundResult['waits'] {
  const { rounds } = syncStateOf(context);
  const now = context.clock.read().wallMs;
  if (viewersNow(rounds, connectionId, now).length > 0) return 'at-list';
  const open = listPlans(store, connectionId).find(({ state }) => state === 'open');
  if (open === undefined || !isAskedFor(open, now)) return null;
  if (open.purpose === 'sync') return 'asked-list';
  // Whoever only looked at it must not hold everything up for ever, and it can be made again.
  const since = [Date.parse(open.madeAt), rounds.met.get(connectionId) ?? Number.NEGATIVE_INFINITY];
  return since.some((at) => Math.abs(now - at) < heldMs) ? 'asked-list' : null;
}

/**
 * Whether an open list would be missed by who asked for it if another took its place: one that takes a run back, say, or one that the command line made and has not
 * carried out yet. `now` in wall-clock milliseconds; a clock that was set back holds nothing for longer.
 */
export function isAskedFor({ purpose, heldUntil }: Pick<PlanHead, 'purpose' | 'heldUntil'>, now: number): boolean {
  if (purpose !== 'sync') return true;
  const left = heldUntil === null ? 0 : Date.parse(heldUntil) - now;
  return left > 0 && left <= heldMs;
}

/** Holds a list somebody means to carry out by its id; one with nothing in it needs no holding. */
export function holdList(context: EngineContext, { classId, planId, total }: PlanSummary): void {
  if (total === 0) return;
  const until = new Date(context.clock.read().wallMs + heldMs).toISOString();
  holdPlan(context.openClass(classId), planId, until);
}

/** Who is at the list, and has done something there not long ago: a window that was closed in a hurry says nothing. */
function viewersNow(
  { attended }: Rounds,
  connectionId: string,
  now: number,
): readonly (readonly [viewer: string, since: number])[] {
  return [...(attended.get(connectionId) ?? [])].filter(([, since]) => Math.abs(now - since) < attendedMs);
}
