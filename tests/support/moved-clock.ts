import { systemClock, type Clock } from '../../electron/engine/system-clock.ts';

/** Clocks that run as this computer's do, until they are set, pass time, or start anew: what happens to the clocks of a PC. */
export interface MovedClock extends Clock {
  /** Sets the wall clock ahead of (or behind) where it stands, as a person or a time service does. */
  set(ms: number): void;
  /** Lets time pass on all clocks of this PC. */
  pass(ms: number): void;
  /** The computer is started again: another start, the monotonic clock begins anew. */
  boot(): void;
}

/** Makes clocks that stand where this computer's do. */
export function movedClock(): MovedClock {
  const real = systemClock();
  let wall = 0;
  let monotonic = 0;
  let boots = 0;
  return {
    read() {
      const { wallMs, monotonicMs } = real.read();
      return { wallMs: wallMs + wall, monotonicMs: monotonicMs + monotonic, bootId: `boot ${boots}` };
    },
    set(ms) {
      wall += ms;
    },
    pass(ms) {
      wall += ms;
      monotonic += ms;
    },
    boot() {
      boots += 1;
      monotonic = 5_000 - real.read().monotonicMs;
    },
  };
}
