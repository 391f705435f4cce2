import type { CatalogTable } from '../catalog/catalog.ts';
import { mergeRows } from './merge.ts';
import type { PlanRow } from './plan.ts';
import { sameRow } from './row.ts';

/**
 * The columns of a listed change both sides had changed, where the newer one counts although nobody was asked (policy `newest`). A choice may say otherwise for
 * these, and for no others: what only one side changed is nothing to choose between. Empty for every other row.
 */
export function columnsByTime(
  table: CatalogTable,
  { kind, trees: { base, local, server }, result, newer }: Pick<PlanRow, 'kind' | 'trees' | 'result' | 'newer'>,
): readonly string[] {
  if (kind !== 'update' || local === null || server === null || result === undefined) return [];
  const { byTime, row } = mergeRows(table, base, local, server, newer ?? null);
  // A row that was settled by another rule has nothing of this.
  return sameRow(table, row, result) ? byTime : [];
}
