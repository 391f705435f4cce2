import type { Params, Result } from '../../../../shared/contract/contract.ts';

type PlanFilter = NonNullable<Params<'plan.undo'>['counted']>;

/** The counts of a list, and the places of its rows that still ask. */
export type Counts = NonNullable<Result<'plan.undo'>['counts']>;

/** What counts are of: a list as a filter keeps it, of a plan as it stood at a version. */
export interface CountsOf {
  readonly planId: string;
  readonly version: number;
  readonly filter: PlanFilter;
}

/** The counts that came along with the answer to a decision: they are not asked for once more. */
export interface BroughtCounts {
  /** Says which list is shown; null: none. */
  readonly count: (filter: PlanFilter | null) => void;
  /** The list that is shown, whose counts a decision is to bring; null where none is. */
  readonly counted: () => PlanFilter | null;
  readonly take: (of: CountsOf, counts: Counts) => void;
  /** Null where the last that came were of anything else: of another list, or before something else changed it. */
  readonly of: (of: CountsOf) => Counts | null;
}

/** The brought counts of one preview: the last that came. */
export function createBroughtCounts(): BroughtCounts {
  let shown: PlanFilter | null = null;
  let last: { readonly about: string; readonly counts: Counts } | null = null;
  const about = ({ planId, version, filter }: CountsOf): string => JSON.stringify([planId, version, filter]);
  return {
    count: (filter) => {
      shown = filter;
    },
    counted: () => shown,
    take: (of, counts) => {
      last = { about: about(of), counts };
    },
    of: (of) => (last?.about === about(of) ? last.counts : null),
  };
}
