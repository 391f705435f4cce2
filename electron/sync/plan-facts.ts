import type { PlanSummary } from '../../shared/contract/sync.ts';
import { readStored } from '../store/read-stored.ts';

/** What a plan keeps around its rows: ends, clock, checks, counts and guards, made once when the plan is. */
export type PlanFacts = Pick<PlanSummary, 'ends' | 'clock' | 'checks' | 'summary' | 'guards' | 'total'>;

/** Facts as stored: with the snapshot horizon the plan was made on, which only a run needs. */
interface StoredFacts {
  readonly shown: PlanFacts;
  readonly horizon: string;
}

/** Facts as text of the plan. */
export function factsToText(shown: PlanFacts, horizon: string): string {
  return JSON.stringify({ shown, horizon } satisfies StoredFacts);
}

/** Facts again; the text was written by `factsToText`. */
export function factsFromText(text: string): PlanFacts {
  return (readStored(text) as StoredFacts).shown;
}

/** The snapshot horizon the plan was made on: what the server wrote before it, the plan knew. */
export function horizonOf(text: string): string {
  return (readStored(text) as StoredFacts).horizon;
}
