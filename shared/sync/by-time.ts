import type { CatalogTable } from '../catalog/catalog.ts';
import { mergeRows } from './merge.ts';
import type { PlanRow } from './plan.ts';
import { cellOf } from './row.ts';

/**
 * The columns of a listed change both sides had changed, where the newer one counts although nobody was asked (policy `newest`). A choice may say otherwise for
 * these, and for no others: what only one side changed is nothing to choose between. Empty for every other row, and for one that goes with a deletion.
 */
export function columnsByTime(
  table: CatalogTable,
  {
    kind,
    group,
    trees: { base, local, server },
    result,
    newer,
  }: Pick<PlanRow, 'kind' | 'group' | 'trees' | 'result' | 'newer'>,
): readonly string[] {
  if (kind !== 'update' || group !== undefined || local === null || server === null || result === undefined) return [];
  const { byTime, row } = mergeRows(table, base, local, server, newer ?? null);
  // A row that was settled by another rule has nothing of this.
  return byTime.every((name) => cellOf(row, name) === cellOf(result, name)) ? byTime : [];
}
