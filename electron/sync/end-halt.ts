import { continuousSettings, setContinuousSetting } from '../engine/continuous-settings.ts';
import type { EngineContext } from '../engine/context.ts';
import { syncStateOf } from './engine-state.ts';

/** A class is another one than it was, as one gone back to a backup: a person says when its connections are kept in sync again. */
export function pauseClass(context: EngineContext, classId: string): void {
  for (const [connectionId, chosen] of continuousSettings(context.app))
    if (chosen.classId === classId) setContinuousSetting(context.app, connectionId, { ...chosen, paused: true });
  syncStateOf(context).rounds.wake();
}

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
