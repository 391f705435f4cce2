import { useState } from 'react';
import type { AppError } from '../shared/errors.ts';
import { toAppError } from './to-app-error.ts';

/** Something a person started: whether it runs, and why it failed. */
export interface Action {
  readonly busy: boolean;
  readonly error: AppError | null;
  /** Runs it, one at a time; answers whether it worked. A failure stays in `error` until the next run. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
  readonly clear: () => void;
}

/** Keeps the state of an action of one component. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const run = async (work: () => Promise<unknown>): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (caught) {
      setError(toAppError(caught));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run, clear: () => setError(null) };
}
