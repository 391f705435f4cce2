import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';
import { removePlan } from '../store/sync/plan-store.ts';

/** Removes a plan while other calls go on between its rows. It is gone for everybody at once; what a crash leaves is removed with the next plan. */
export async function dropPlan(store: ClassStore, planId: string): Promise<void> {
  const slicer = createSlicer(4);
  const steps = removePlan(store, planId);
  while (steps.next().done !== true) await slicer.pause();
}

/** Works for about so many milliseconds on removing plans that are not kept any more; what is left of them waits for the next time. */
export async function dropOldPlans(store: ClassStore, planIds: readonly string[], budgetMs: number): Promise<void> {
  const end = performance.now() + budgetMs;
  const slicer = createSlicer(4);
  for (const planId of planIds) {
    const steps = removePlan(store, planId);
    while (steps.next().done !== true) {
      if (performance.now() > end) return;
      await slicer.pause();
    }
  }
}
