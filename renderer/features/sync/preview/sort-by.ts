import { setQuery } from '../../../router.ts';
import type { ChangeFilter } from './change-filter.ts';

/** Orders a list by a column, the other way around, and then as it was made. */
export function sortBy(column: string, { sort }: ChangeFilter): void {
  if (sort.by !== column) setQuery({ sort: column, order: null });
  else if (sort.descending) setQuery({ sort: null, order: null });
  else setQuery({ order: 'desc' });
}
