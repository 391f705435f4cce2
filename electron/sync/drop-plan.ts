import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import type { ClassStore } from '../store/class-store.ts';
import { hidePlan, sweepPlans } from '../store/sync/plan-store.ts';

/** Longest time the thread is held by sweeping, in milliseconds. */
const SLICE_MS = 4;

/** Files whose hidden plans are being swept. */
const sweeping = new WeakSet<ClassStore>();

/** Removes plans: nobody sees them any more when it returns, and their rows go in small steps while nobody waits. What a crash leaves is removed with the next plan. */
export function dropPlans(store: ClassStore, planIds: readonly string[]): void {
  if (planIds.length > 0)
    store.stepTransaction(() => {
      for (const planId of planIds) hidePlan(store, planId);
    });
  void sweep(store);
}

/** Takes away the rows of hidden plans until none are left, or the file is closed. */
async function sweep(store: ClassStore): Promise<void> {
  if (sweeping.has(store)) return;
  sweeping.add(store);
  try {
    const steps = sweepPlans(store);
    for (let ended = false; !ended;) {
      // Whoever waits for an answer comes first.
      await setImmediate();
      if (!store.db.open) return;
      const start = performance.now();
      do ended = steps.next().done === true;
      while (!ended && performance.now() - start < SLICE_MS);
    }
  } catch (error) {
    // A full disk, or a file another process holds: the next plan tries again. Nobody waits for this, so nobody could catch it.
    if (!(error instanceof AppError || (error instanceof Error && error.name === 'SqliteError'))) throw error;
  } finally {
    sweeping.delete(store);
  }
}
