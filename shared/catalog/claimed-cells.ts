import type { Cell, TreeRow } from '../sync/plan.ts';
import type { CatalogTable, CatalogUnique } from './catalog.ts';

/**
 * The value a row claims under a unique rule, as the cells of its columns, or null when it claims none: no row, outside the predicate, or NULL in a column.
 * Two rows of one table collide exactly when these cells are equal.
 */
export function claimedCells(
  table: CatalogTable,
  unique: CatalogUnique,
  row: TreeRow | undefined,
): readonly string[] | null {
  if (row === null || row === undefined) return null;
  const cell = (column: string): Cell => row[column] ?? null;
  if (unique.amongLive && table.softDelete !== null && cell(table.softDelete) !== null) return null;
  const counts = unique.where.every((condition) =>
    condition.kind === 'null' ? cell(condition.column) === null : cell(condition.column) === condition.value,
  );
  const cells = unique.columns.map(cell);
  return counts && cells.every((value) => value !== null) ? cells : null;
}
