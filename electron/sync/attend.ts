import type { ParsedParams } from '../../shared/contract/contract.ts';
import type { RoundResult } from '../../shared/contract/continuous.ts';
import type { EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getConnection } from '../store/connection-store.ts';
import { listPlans } from '../store/sync/plan-store.ts';
import { syncStateOf } from './engine-state.ts';

/** How long somebody who does nothing at a list is taken to be there, in milliseconds. */
const attendedMs = 2 * 60_000;

/** Notes that somebody is at the list of changes of a connection, or has left it; what waited for that goes on. */
export function attend(context: EngineContext, params: ParsedParams<'continuous.attend'>): void {
  const { classId, connectionId, here } = params;
  getConnection(context.openClass(classId), connectionId);
  const { rounds } = syncStateOf(context);
  const now = context.clock.read().wallMs;
  if (here) rounds.attended.set(connectionId, now);
  else rounds.attended.delete(connectionId);
  const going = rounds.going.get(connectionId);
  if (here || going === undefined || going.waits !== 'at-list') return;
  rounds.going.set(connectionId, { ...going, pace: { ...going.pace, nextAt: now } });
  rounds.wake();
}

/** Why a list of a connection is not to be made, or carried out, without anybody asking: null where nobody is at it. */
export function attendedBy(context: EngineContext, store: ClassStore, connectionId: string): RoundResult['waits'] {
  const since = syncStateOf(context).rounds.attended.get(connectionId);
  if (since !== undefined && Math.abs(context.clock.read().wallMs - since) < attendedMs) return 'at-list';
  const open = listPlans(store, connectionId).find(({ state }) => state === 'open');
  // A list somebody asked for, such as one that takes a run back, would be overtaken by another.
  return open !== undefined && open.purpose !== 'sync' ? 'asked-list' : null;
}
