import type { PreviewState } from './preview-state.ts';

/** How long after it was first seen a result is shown to whoever opens the list again, in milliseconds. */
const tellingMs = 3 * 60_000;

/**
 * Whether the result of a run is not to be told once more to somebody who opens the list now (milliseconds since 1970): it was seen, and that is a while ago, or the
 * list is not the one that followed the run. Above another list "Done" would be taken for the state of that one. How a run ended that nobody knows yet is never past.
 */
export function isPastResult(
  { result, plan, work }: Pick<PreviewState, 'result' | 'plan' | 'work'>,
  now: number,
): boolean {
  if (result === null || result.seenAt === null || result.run.outcome === 'checking') return false;
  if (now - result.seenAt > tellingMs || work?.kind === 'undo' || work?.kind === 'replace') return true;
  return plan !== null && plan.planId !== (result.run.nextPlanId ?? result.run.planId);
}
