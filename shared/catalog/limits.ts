import type { Cell } from '../sync/plan.ts';
import type { CatalogColumn, CatalogTable } from './catalog.ts';
import { contentColumns } from './catalog.ts';
import { isCanonical } from './value.ts';

/** Whether a canonical cell is within the bounds its column has beyond its type. */
export function isWithinLimits({ limits, type }: CatalogColumn, cell: Cell): boolean {
  if (limits === undefined || cell === null) return true;
  if (limits.min !== undefined && BigInt(cell) < BigInt(limits.min)) return false;
  return limits.maxBytes === undefined || type !== 'bytea' || (cell.length - 2) / 2 <= limits.maxBytes;
}

/** The first column of a row that this side could not hold as it is, or null: not of its type, NULL where there must be a value, or beyond its bounds. */
export function refusedColumn(table: CatalogTable, row: Readonly<Record<string, Cell>>): CatalogColumn | null {
  return (
    contentColumns(table).find((column) => {
      const cell = row[column.name] ?? null;
      return cell === null ? !column.nullable : !isCanonical(column.type, cell) || !isWithinLimits(column, cell);
    }) ?? null
  );
}
