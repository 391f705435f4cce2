import type { ClassStore } from '../store/class-store.ts';
import { historyAhead } from '../store/sync/history-ahead.ts';
import type { Staging } from '../store/sync/outbox-store.ts';
import { inSteps } from './in-steps.ts';

/** The history of a run that is written while the server works. None of it throws: what is not written then is written when the run is settled, or found not to fit there. */
export interface HistoryAhead {
  /** Begins; other calls and answers come in between. Said again, nothing happens. */
  begin(): void;
  /** Waits until all of it is written. */
  end(): Promise<void>;
  /** Lets the rest be: nothing of it is written any more when it returns. */
  stop(): Promise<void>;
}

/** Makes the history of a run ready to be written while the server works. */
export function startHistory(store: ClassStore, staging: Staging): HistoryAhead {
  const stopping = new AbortController();
  let writing: Promise<void> | null = null;
  return {
    begin: () => {
      writing ??= writeHistory(store, staging, stopping.signal).catch(() => undefined);
    },
    end: async () => {
      await writing;
    },
    stop: async () => {
      stopping.abort();
      await writing;
    },
  };
}

/**
 * Writes the history of a run ahead, in slices: what the run then does in one piece, while no point can be recorded, is that much shorter. Throws `AbortError`.
 */
export async function writeHistory(store: ClassStore, staging: Staging, signal: AbortSignal): Promise<void> {
  await inSteps(store, historyAhead(store, staging), signal);
}
