/** What happens later, and chance. One per engine; a test brings its own. */
export interface Timers {
  /** Runs something after some milliseconds; returns what takes that back. */
  later(ms: number, run: () => void): () => void;
  /** A number from 0 (included) to 1. */
  random(): number;
}

/** The timers of this computer. */
export const systemTimers: Timers = {
  later(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
