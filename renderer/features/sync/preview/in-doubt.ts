import type { PreviewState } from './preview-state.ts';

/**
 * Whether the list that is shown went to the server, and is either carried out or not: its answer was lost, or it is known to have arrived and the next list is
 * not there yet. What it says is still to be done may be done, and it is not carried out once more.
 */
export function isInDoubt({ plan, result }: Pick<PreviewState, 'plan' | 'result'>): boolean {
  if (result === null || plan === null || result.run.planId !== plan.planId) return false;
  const { outcome } = result.run;
  return outcome === 'checking' || (result.foundOut && (outcome === 'completed' || outcome === 'undecided'));
}
