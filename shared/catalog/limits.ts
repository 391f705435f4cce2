import type { Cell, Row } from '../sync/plan.ts';
import type { CatalogColumn, CatalogTable } from './catalog.ts';
import { contentColumns } from './catalog.ts';
import { isCanonical } from './value.ts';

/** Whether a canonical cell is within the bounds its column has beyond its type. */
export function isWithinLimits({ limits, type }: CatalogColumn, cell: Cell): boolean {
  if (limits === undefined || cell === null) return true;
  if (limits.min !== undefined && BigInt(cell) < BigInt(limits.min)) return false;
  return limits.maxBytes === undefined || type !== 'bytea' || (cell.length - 2) / 2 <= limits.maxBytes;
}

/**
 * The first column of a server's row that could not be stored here as it is, or null: NULL where there must be a value, a time or document without a canonical
 * text, or a value beyond its bounds. For the other types the server vouches.
 */
export function refusedColumn(table: CatalogTable, row: Row): CatalogColumn | null {
  return contentColumns(table).find((column) => !isStorable(column, row[column.name] ?? null)) ?? null;
}

function isStorable(column: CatalogColumn, cell: Cell): boolean {
  if (cell === null) return column.nullable;
  switch (column.type) {
    case 'timestamptz':
      // Nearly all look like this; the others cost more.
      return (cell.length === 24 && cell[10] === 'T') || isCanonical(column.type, cell);
    case 'jsonb':
    case 'numeric':
      return isCanonical(column.type, cell);
    case 'uuid':
    case 'text':
    case 'int4':
    case 'int8':
    case 'bool':
    case 'bytea':
      return isWithinLimits(column, cell);
  }
}
