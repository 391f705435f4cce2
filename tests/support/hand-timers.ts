import type { Timers } from '../../electron/engine/timers.ts';

/** Timers that fire when a test says so. */
export interface HandTimers extends Timers {
  /** How long the one that was set last is to sleep, in milliseconds; null where none is set. */
  readonly sleeps: number | null;
  /** Fires all that are set now, however long they were to sleep. */
  fire(): void;
}

/** Makes timers without any chance in them. */
export function handTimers(): HandTimers {
  const set = new Map<object, { readonly ms: number; readonly run: () => void }>();
  return {
    get sleeps() {
      return [...set.values()].at(-1)?.ms ?? null;
    },
    later(ms, run) {
      const place = {};
      set.set(place, { ms, run });
      return () => set.delete(place);
    },
    random: () => 0.5,
    fire() {
      const due = [...set];
      set.clear();
      for (const [, { run }] of due) run();
    },
  };
}
