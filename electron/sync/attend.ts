import type { ParsedParams } from '../../shared/contract/contract.ts';
import type { RoundResult } from '../../shared/contract/continuous.ts';
import type { EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getConnection } from '../store/connection-store.ts';
import { listPlans } from '../store/sync/plan-store.ts';
import { syncStateOf } from './engine-state.ts';
import type { Rounds } from './rounds.ts';

/** How long somebody who does nothing at a list is taken to be there, in milliseconds. */
const attendedMs = 2 * 60_000;

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
  const going = rounds.going.get(connectionId);
  if (here || others.length > 0 || going === undefined || going.waits !== 'at-list') return;
  rounds.going.set(connectionId, { ...going, pace: { ...going.pace, nextAt: now } });
  rounds.wake();
}

/** Why a list of a connection is not to be made, or carried out, without anybody asking: null where nobody is at it. */
export function attendedBy(context: EngineContext, store: ClassStore, connectionId: string): RoundResult['waits'] {
  const { rounds } = syncStateOf(context);
  if (viewersNow(rounds, connectionId, context.clock.read().wallMs).length > 0) return 'at-list';
  const open = listPlans(store, connectionId).find(({ state }) => state === 'open');
  // A list somebody asked for, such as one that takes a run back, would be overtaken by another.
  return open !== undefined && open.purpose !== 'sync' ? 'asked-list' : null;
}

/** Who is at the list, and has done something there not long ago: a window that was closed in a hurry says nothing. */
function viewersNow(
  { attended }: Rounds,
  connectionId: string,
  now: number,
): readonly (readonly [viewer: string, since: number])[] {
  return [...(attended.get(connectionId) ?? [])].filter(([, since]) => Math.abs(now - since) < attendedMs);
}
