import type { TreeRow } from '../../shared/sync/plan.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';
import { eachPlanRow, hasKind } from '../store/sync/plan-store.ts';
import type { Evaluation } from './evaluate-plan.ts';

/** Longest time the thread is held while rows are gone through, in milliseconds. */
const SLICE_MS = 8;

/**
 * How many rows that a list carries out both sides held and the server does not any more, so that the list sends them again: it was emptied, or somebody removed them past the
 * app. A person sees that in the list; nobody else can say whether it was meant.
 */
export async function lostThere(
  store: ClassStore,
  planId: string,
  { left }: Pick<Evaluation, 'left'>,
  signal: AbortSignal,
): Promise<number> {
  if (!hasKind(store, planId, 'add')) return 0;
  const slicer = createSlicer(SLICE_MS);
  let lost = 0;
  for (const { ordinal, row } of eachPlanRow(store, planId)) {
    await slicer.pause(signal);
    const { base, server } = row.trees;
    // Without a Base the row was never shared.
    if (row.kind === 'add' && !left.has(ordinal) && isThere(base) && server === null) lost += 1;
  }
  return lost;
}

function isThere(row: TreeRow | undefined): boolean {
  return row !== undefined && row !== null;
}
