import type { PlanSummary } from '../../shared/contract/sync.ts';

/** What a plan keeps around its rows: ends, clock, checks, counts and guards, made once when the plan is. */
export type PlanFacts = Pick<PlanSummary, 'ends' | 'clock' | 'checks' | 'summary' | 'guards' | 'total'>;

/** Facts as text of the plan. */
export function factsToText(facts: PlanFacts): string {
  return JSON.stringify(facts);
}

/** Facts again; the text was written by `factsToText`. */
export function factsFromText(text: string): PlanFacts {
  return JSON.parse(text) as PlanFacts;
}
