import { setContinuousSetting } from '../engine/continuous-settings.ts';
import type { EngineContext } from '../engine/context.ts';
import { syncStateOf } from './engine-state.ts';

/** Forgets everything about keeping a connection in sync, of a connection that goes or is gone. */
export function forgetContinuous(context: EngineContext, connectionId: string): void {
  const { rounds } = syncStateOf(context);
  setContinuousSetting(context.app, connectionId, null);
  rounds.going.delete(connectionId);
  rounds.attended.delete(connectionId);
  rounds.met.delete(connectionId);
  rounds.wake();
}
