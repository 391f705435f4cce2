import type { Result } from '../../../shared/contract/contract.ts';
import { foldTyped } from '../students/find-students.ts';

type RunItem = Result<'run.list'>['items'][number];

/** Ways a run can have ended, in the order they are offered to filter by. */
export const outcomes = ['completed', 'undecided', 'stale', 'refused', 'failed', 'cancelled', 'checking'] as const;

/** What of the history is looked for. */
export interface RunFilter {
  readonly outcome: (typeof outcomes)[number] | null;
  readonly search: string;
}

/** The filter an address names; what it names wrongly does not filter. */
export function runFilterFrom(query: URLSearchParams): RunFilter {
  const outcome = outcomes.find((known) => known === query.get('outcome')) ?? null;
  return { outcome, search: query.get('q') ?? '' };
}

/**
 * Runs that ended as asked and whose line, as `lineOf` has people read it, has every word that was typed, names in pinyin or by initials too, or a row of which has
 * (`byRow`). Their order stays.
 */
export function filterRuns(
  runs: readonly RunItem[],
  { outcome, search }: RunFilter,
  lineOf: (run: RunItem) => readonly string[],
  byRow: ReadonlySet<string>,
): readonly RunItem[] {
  const typed = foldTyped(search)
    .split(/\s+/)
    .filter((word) => word !== '');
  return runs.filter((run) => {
    if (outcome !== null && run.outcome !== outcome) return false;
    if (typed.length === 0 || byRow.has(run.runId)) return true;
    const line = `${foldTyped(lineOf(run).join('\n'))}\n${run.search}`;
    return typed.every((word) => line.includes(word));
  });
}
