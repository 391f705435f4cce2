import type { Params } from '../../../../shared/contract/contract.ts';
import { categories, tablesOf, type Category } from './categories.ts';

type PlanFilter = NonNullable<Params<'plan.index'>['filter']>;
type PlanSort = NonNullable<Params<'plan.index'>['sort']>;

export const changeKinds = ['add', 'update', 'delete', 'conflict'] as const;
/** What happens to a row; also the way to show only such rows. */
export type Kind = (typeof changeKinds)[number];
export const changeDirections = ['up', 'down', 'both'] as const;
/** Where a change goes; also the way to show only such rows. */
export type ChangeDirection = (typeof changeDirections)[number];

export const chosenWays = ['decided', 'local', 'server', 'merge', 'two', 'skip', 'out', 'refused'] as const;
/** What was chosen for a row; `decided`: a conflict that asks nothing any more, `two`: something about two records (kept twice, made one, another number), `out`: left out, `refused`: what cannot be applied. */
export type ChosenWay = (typeof chosenWays)[number];

/** What the list of changes shows; lives in the address, so that it survives leaving the page and can be gone back to. */
export interface ChangeFilter {
  readonly category: Category | null;
  readonly kind: Kind | null;
  readonly direction: ChangeDirection | null;
  readonly chosen: ChosenWay | null;
  readonly unresolved: boolean;
  readonly search: string;
  readonly sort: PlanSort;
}

const sorts = ['plan', 'change', 'record', 'when'] as const;

/** The filter an address asks for; what is not understood is left out. */
export function filterFrom(query: URLSearchParams): ChangeFilter {
  return {
    category: categories.find((known) => known === query.get('table')) ?? null,
    kind: changeKinds.find((known) => known === query.get('kind')) ?? null,
    direction: changeDirections.find((known) => known === query.get('direction')) ?? null,
    chosen: chosenWays.find((known) => known === query.get('chosen')) ?? null,
    unresolved: query.get('unresolved') === '1',
    search: query.get('q') ?? '',
    sort: {
      by: sorts.find((known) => known === query.get('sort')) ?? 'plan',
      descending: query.get('order') === 'desc',
    },
  };
}

/** Whether anything is left out of the list. */
export function isFiltered(filter: ChangeFilter): boolean {
  const { category, kind, direction, chosen, unresolved, search } = filter;
  return [category, kind, direction, chosen].some((part) => part !== null) || unresolved || search !== '';
}

const twoRecords = ['both', 'adopt', 'rename'] as const;

/** What takes every filter out of the address. */
export const noFilter = { table: null, kind: null, direction: null, chosen: null, unresolved: null, q: null } as const;

/** The filter as the engine takes it. */
export function toPlanFilter(filter: ChangeFilter): PlanFilter {
  return {
    ...(filter.category === null ? {} : { tables: [...tablesOf(filter.category)] }),
    ...chosenFilter(filter.chosen),
    ...kindsFilter(filter),
    ...(filter.direction === null ? {} : { directions: [filter.direction] }),
    ...(filter.unresolved && filter.chosen !== 'decided' ? { unresolved: true } : {}),
    ...(filter.search === '' ? {} : { search: filter.search }),
  };
}

/** Every filter narrows the others: what asks no more is neither an addition nor undecided, and nothing is both. */
function kindsFilter({ kind, chosen, unresolved }: ChangeFilter): Pick<PlanFilter, 'kinds'> {
  if (chosen !== 'decided') return kind === null ? {} : { kinds: [kind] };
  return { kinds: unresolved || (kind !== null && kind !== 'conflict') ? [] : ['conflict'] };
}

function chosenFilter(chosen: ChosenWay | null): Pick<PlanFilter, 'chosen' | 'unresolved'> {
  if (chosen === null) return {};
  if (chosen === 'decided') return { unresolved: false };
  return { chosen: chosen === 'two' ? [...twoRecords] : [chosen] };
}
