import type { EngineContext } from '../engine/context.ts';
import { createKeptSessions, type KeptSessions } from '../remote/kept-sessions.ts';
import { createClassLock, type ClassLock } from './class-lock.ts';
import { createRounds, type Rounds } from './rounds.ts';

/** What the sync service remembers while the engine runs, and only then: after a crash no connection can look busy. */
export interface SyncState {
  readonly lock: ClassLock;
  /** Connections some work is going on for. */
  readonly busy: Set<string>;
  /** Connections a run is under way for: nobody wonders yet how it ended. */
  readonly running: Set<string>;
  /** Readings nobody asked for, with their class: whoever wants something of the class ends them; they do not end each other. */
  readonly looks: Map<AbortController, string>;
  /** How far a server was when it was last asked whether anything was written there, by connection. */
  readonly moments: Map<string, string>;
  /** Continuous sync. */
  readonly rounds: Rounds;
  /** Sessions on servers that lie ready for the next look. */
  readonly sessions: KeptSessions;
  /** Work nobody called for, ended with the engine. */
  readonly background: { readonly ending: AbortController; readonly work: Set<Promise<void>> };
}

const states = new WeakMap<EngineContext, SyncState>();

/** The state of one engine. */
export function syncStateOf(context: EngineContext): SyncState {
  let state = states.get(context);
  if (state === undefined) {
    state = {
      lock: createClassLock(),
      busy: new Set(),
      running: new Set(),
      looks: new Map(),
      moments: new Map(),
      rounds: createRounds(),
      sessions: createKeptSessions(Date.now),
      background: { ending: new AbortController(), work: new Set() },
    };
    states.set(context, state);
  }
  return state;
}
