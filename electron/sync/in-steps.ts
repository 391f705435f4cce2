import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';

/** Longest time the thread is held by steps, in milliseconds. */
const SLICE_MS = 8;

/** Goes through work step by step, as many steps in one transaction as fit a slice, with other calls between the slices. */
export async function inSteps(store: ClassStore, steps: Iterator<unknown>, signal: AbortSignal): Promise<void> {
  const slicer = createSlicer(1);
  for (let ended = false; !ended;) {
    ended = store.stepTransaction(() => slice(steps));
    await slicer.pause(signal);
  }
}

/** Whether the steps ended within the slice. */
function slice(steps: Iterator<unknown>): boolean {
  const start = performance.now();
  let ended = false;
  while (!ended && performance.now() - start < SLICE_MS) ended = steps.next().done === true;
  return ended;
}
