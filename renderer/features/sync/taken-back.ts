import type { Result } from '../../../shared/contract/contract.ts';

type Run = Pick<Result<'run.list'>['items'][number], 'runId' | 'undoes' | 'outcome'>;

/**
 * The run that took another one back, and was not taken back itself: then the first one is in force again. One that left something (`undecided`) took the rest
 * back; null where nothing is taken back.
 */
export function takenBackBy<R extends Run>(runs: readonly R[], runId: string): R | null {
  const stands = (run: R): boolean =>
    run.undoes === runId &&
    (run.outcome === 'completed' || run.outcome === 'undecided') &&
    takenBackBy(runs, run.runId)?.outcome !== 'completed';
  return runs.find(stands) ?? null;
}
