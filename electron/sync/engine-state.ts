import type { EngineContext } from '../engine/context.ts';
import { createClassLock, type ClassLock } from './class-lock.ts';

/** What the sync service remembers while the engine runs, and only then: after a crash no connection can look busy. */
export interface SyncState {
  readonly lock: ClassLock;
  /** Connections some work is going on for. */
  readonly busy: Set<string>;
}

const states = new WeakMap<EngineContext, SyncState>();

/** The state of one engine. */
export function syncStateOf(context: EngineContext): SyncState {
  let state = states.get(context);
  if (state === undefined) {
    state = { lock: createClassLock(), busy: new Set() };
    states.set(context, state);
  }
  return state;
}
