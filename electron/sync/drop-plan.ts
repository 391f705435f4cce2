import { setImmediate, setTimeout } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import type { ClassStore } from '../store/class-store.ts';
import { clearStaged } from '../store/sync/outbox-store.ts';
import { hidePlan, sweepPlans } from '../store/sync/plan-store.ts';

/** Longest time the thread is held by sweeping, in milliseconds. */
const SLICE_MS = 4;
/** After work somebody waited for so much time passes before the sweep goes on, in milliseconds: one request seldom comes alone, and the next would wait for a slice. */
const REST_MS = 100;

/** Files whose hidden plans are being swept. */
const sweeping = new WeakSet<ClassStore>();

/** How many pieces of work keep a file from being swept, and what its sweep waits for. */
interface Undisturbed {
  works: number;
  readonly over: PromiseWithResolvers<void>;
}

const undisturbed = new WeakMap<ClassStore, Undisturbed>();

/**
 * Runs work while nothing of the file is swept: a person waits for it, and each of its waits for a server would let a slice of sweeping in. It may stage rows of a
 * run, which nothing but this keeps from being swept before the outbox names the run.
 */
export async function withoutSweeping<T>(store: ClassStore, work: () => Promise<T>): Promise<T> {
  const held = undisturbed.get(store) ?? { works: 0, over: Promise.withResolvers<void>() };
  undisturbed.set(store, held);
  held.works += 1;
  try {
    return await work();
  } finally {
    held.works -= 1;
    if (held.works === 0) {
      undisturbed.delete(store);
      held.over.resolve();
    }
  }
}

/** Removes plans: nobody sees them any more when it returns, and their rows go in small steps while nobody waits. What a crash leaves is removed with the next plan. */
export function dropPlans(store: ClassStore, planIds: readonly string[]): void {
  if (planIds.length > 0)
    store.stepTransaction(() => {
      for (const planId of planIds) hidePlan(store, planId);
    });
  void sweep(store);
}

/** Takes away the rows of hidden plans, then those staged for runs that are settled, until none are left or the file is closed. */
async function sweep(store: ClassStore): Promise<void> {
  if (sweeping.has(store)) return;
  sweeping.add(store);
  try {
    const steps = sweepSteps(store);
    for (let ended = false; !ended;) {
      // Whoever waits for an answer comes first.
      await setImmediate();
      const held = undisturbed.get(store);
      if (held !== undefined) {
        await held.over.promise;
        await setTimeout(REST_MS, undefined, { ref: false });
        continue;
      }
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

function* sweepSteps(store: ClassStore): Generator<void, void> {
  yield* sweepPlans(store);
  yield* clearStaged(store);
  // Hidden while the staged rows went.
  yield* sweepPlans(store);
}
