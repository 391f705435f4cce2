import type { RoundResult } from '../../shared/contract/continuous.ts';
import type { ErrorJson } from '../../shared/errors.ts';
import type { Pace } from '../../shared/sync/pace.ts';

/** How keeping one connection in sync goes, as long as the engine runs. */
export interface Going {
  readonly pace: Pace;
  /** Whether a round is under way. */
  readonly working: boolean;
  readonly waits: RoundResult['waits'];
  /** What halted it, with all it says; what is stored names nobody. */
  readonly halted: ErrorJson | null;
  /** Questions to the server in the part of a round that finds nothing, and how long the last round took, in milliseconds. */
  readonly load: { readonly asked: number; readonly lastMs: number } | null;
}

/** What continuous sync remembers while the engine runs. */
export interface Rounds {
  /** By connection. */
  readonly going: Map<string, Going>;
  /** Who was last at the list of a connection when, by connection and window, as wall-clock milliseconds. */
  readonly attended: Map<string, ReadonlyMap<string, number>>;
  /** When somebody last came to that list, did something at it, or left it, by connection, as wall-clock milliseconds. */
  readonly met: Map<string, number>;
  /** Begins to schedule: `schedule` sets the timer for what is next, and answers what takes it back. */
  start(schedule: () => (() => void) | null): void;
  /** The times may have changed: the timer is set anew, in an engine that schedules. */
  wake(): void;
  /** No round begins any more. */
  stop(): void;
}

/** Makes the memory of an engine in which nothing is scheduled yet. */
export function createRounds(): Rounds {
  let schedule: (() => (() => void) | null) | null = null;
  let cancel: (() => void) | null = null;
  const wake = (): void => {
    cancel?.();
    cancel = schedule?.() ?? null;
  };
  return {
    going: new Map(),
    attended: new Map(),
    met: new Map(),
    start(given) {
      schedule = given;
      wake();
    },
    wake,
    stop() {
      schedule = null;
      wake();
    },
  };
}
