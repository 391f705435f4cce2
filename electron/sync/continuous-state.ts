import type { ContinuousState } from '../../shared/contract/connection.ts';
import { continuousSettings } from '../engine/continuous-settings.ts';
import type { EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { ConnectionRow } from '../store/connection-store.ts';
import { takenBackPlaces } from '../store/sync/taken-back-places.ts';
import { syncStateOf } from './engine-state.ts';

/** Continuous sync of a connection as everybody sees it; null where it is not to be kept in sync. */
export function continuousStateOf(
  context: EngineContext,
  store: ClassStore,
  { id: connectionId, peerId, pending: { planId } }: Pick<ConnectionRow, 'id' | 'peerId' | 'pending'>,
): ContinuousState | null {
  const chosen = continuousSettings(context.app).get(connectionId);
  if (chosen === undefined) return null;
  const { everyMinutes, paused } = chosen;
  const going = syncStateOf(context).rounds.going.get(connectionId);
  const halted = chosen.halted === null ? null : (going?.halted ?? chosen.halted);
  const comes = going !== undefined && !going.working && !paused && halted === null;
  return {
    everyMinutes,
    paused,
    halted: halted === null ? null : { code: halted.code, params: { ...halted.params } },
    nextAt: comes ? new Date(going.pace.nextAt).toISOString() : null,
    failures: going?.pace.failures ?? 0,
    waits: comes ? going.waits : null,
    load: going?.load ?? null,
    takenBack: peerId === null || planId === null ? 0 : takenBackPlaces(store, planId, peerId).length,
  };
}
