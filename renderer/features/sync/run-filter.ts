import type { Params } from '../../../shared/contract/contract.ts';
import { tablesOf } from './preview/categories.ts';
import type { ChangeFilter } from './preview/change-filter.ts';

type RunFilter = NonNullable<Params<'run.index'>['filter']>;

/** The filter of the address as the engine takes it for a past run. What only a list of changes can be asked (what is undecided) is left out. */
export function toRunFilter({ category, kind, direction, chosen, search }: ChangeFilter): RunFilter {
  return {
    ...(category === null ? {} : { tables: [...tablesOf(category)] }),
    ...(kind === null ? {} : { kinds: [kind] }),
    ...(direction === null ? {} : { directions: [direction] }),
    ...chosenFilter(chosen),
    ...(search === '' ? {} : { search }),
  };
}

function chosenFilter(chosen: ChangeFilter['chosen']): Pick<RunFilter, 'chosen' | 'decided'> {
  switch (chosen) {
    case null:
      return {};
    case 'decided':
      return { decided: true };
    case 'two':
      return { chosen: ['both', 'adopt', 'rename'] };
    case 'out':
    case 'refused':
      // A run wrote nothing of those.
      return { chosen: [] };
    default:
      return { chosen: [chosen] };
  }
}
