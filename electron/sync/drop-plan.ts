import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';
import { removePlan } from '../store/sync/plan-store.ts';

/** Removes a plan while other calls go on between its rows. It is gone for everybody at once; what a crash leaves is removed with the next plan. */
export async function dropPlan(store: ClassStore, planId: string): Promise<void> {
  const slicer = createSlicer(4);
  const steps = removePlan(store, planId);
  while (steps.next().done !== true) await slicer.pause();
}
