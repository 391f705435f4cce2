import { isFiltered, toPlanFilter, type ChangeFilter } from './change-filter.ts';
import type { Decision } from './put-again.ts';
import type { Tally } from './use-change-list.ts';

/** What a decision about many rows is about, so that its label can say so: the chosen rows, else what still asks, else all that asked. */
export interface BulkScope {
  /** `…Shown`: only what the filter shows. */
  readonly kind: 'marked' | 'undecided' | 'undecidedShown' | 'conflicts' | 'conflictsShown';
  readonly count: number;
  readonly target: Decision['target'];
}

/** The rows the next decision about many is about; null when nothing is chosen and nothing asks. */
export function bulkScope(
  filter: ChangeFilter,
  tally: Pick<Tally, 'conflicts' | 'undecided'>,
  marks: { readonly ordinals: ReadonlySet<number>; readonly all: boolean },
): BulkScope | null {
  const shown = toPlanFilter(filter);
  if (marks.ordinals.size > 0) {
    const target = marks.all ? { filter: shown } : { ordinals: [...marks.ordinals] };
    return { kind: 'marked', count: marks.ordinals.size, target };
  }
  if (tally.conflicts === 0) return null;
  const open = tally.undecided > 0;
  const filtered = isFiltered({ ...filter, unresolved: false });
  return {
    kind: open ? (filtered ? 'undecidedShown' : 'undecided') : filtered ? 'conflictsShown' : 'conflicts',
    count: open ? tally.undecided : tally.conflicts,
    target: { filter: { ...shown, kinds: ['conflict'], ...(open ? { unresolved: true } : {}) } },
  };
}
