import type { Params } from '../../../shared/contract/contract.ts';
import { tablesOf } from './preview/categories.ts';
import type { ChangeFilter } from './preview/change-filter.ts';

type RunFilter = NonNullable<Params<'run.index'>['filter']>;

interface PastFilter extends ChangeFilter {
  readonly kind: Exclude<ChangeFilter['kind'], 'conflict'>;
  readonly direction: Exclude<ChangeFilter['direction'], 'both'>;
  readonly chosen: Exclude<ChangeFilter['chosen'], 'skip' | 'out' | 'refused'>;
}

/** What of an address is about a past run as well: what only a list of changes can be asked (what is undecided, left out or goes both ways) is as if it were not there. */
export function pastFilter(filter: ChangeFilter): PastFilter {
  const { kind, direction, chosen } = filter;
  return {
    ...filter,
    kind: kind === 'conflict' ? null : kind,
    direction: direction === 'both' ? null : direction,
    chosen: chosen === 'skip' || chosen === 'out' || chosen === 'refused' ? null : chosen,
    unresolved: false,
  };
}

/** The filter of the address as the engine takes it for a past run. */
export function toRunFilter(filter: ChangeFilter): RunFilter {
  const { category, kind, direction, chosen, search } = pastFilter(filter);
  return {
    ...(category === null ? {} : { tables: [...tablesOf(category)] }),
    ...(kind === null ? {} : { kinds: [kind] }),
    ...(direction === null ? {} : { directions: [direction] }),
    ...chosenFilter(chosen),
    ...(search === '' ? {} : { search }),
  };
}

function chosenFilter(chosen: PastFilter['chosen']): Pick<RunFilter, 'chosen' | 'decided'> {
  switch (chosen) {
    case null:
      return {};
    case 'decided':
      return { decided: true };
    case 'two':
      return { chosen: ['both', 'adopt', 'rename'] };
    default:
      return { chosen: [chosen] };
  }
}
