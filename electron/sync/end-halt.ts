import { continuousSettings, setContinuousSetting } from '../engine/continuous-settings.ts';
import type { EngineContext } from '../engine/context.ts';
import { syncStateOf } from './engine-state.ts';

/** A person has put right, or carried out, what continuous sync of a connection stopped at: it goes on. */
export function endHalt(context: EngineContext, connectionId: string): void {
  const chosen = continuousSettings(context.app).get(connectionId);
  if (chosen === undefined || chosen.halted === null) return;
  setContinuousSetting(context.app, connectionId, { ...chosen, halted: null });
  const { rounds } = syncStateOf(context);
  const going = rounds.going.get(connectionId);
  const nextAt = context.clock.read().wallMs + chosen.everyMinutes * 60_000;
  if (going !== undefined) rounds.going.set(connectionId, { ...going, halted: null, pace: { nextAt, failures: 0 } });
  rounds.wake();
}
