import type { Cell, Row } from '../sync/plan.ts';
import { contentColumns, type CatalogColumn, type CatalogTable } from './catalog.ts';
import { isWithinLimits } from './limits.ts';
import { isCanonical } from './value.ts';

/**
 * The first column of a server's row that could not be stored here as it is, or null: NULL where there must be a value, a value without a canonical
 * text, or one beyond the bounds of its column. For types whose every value is canonical as it comes the server vouches.
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
    case 'uuid':
    case 'text':
    case 'varchar':
    case 'char':
    case 'int8':
    case 'bool':
    case 'bytea':
      return isWithinLimits(column, cell);
    default:
      return isCanonical(column.type, cell) && isWithinLimits(column, cell);
  }
}

/** The first column of a row made here that the server could not hold as it is, or null. Here nothing vouches: every cell is judged. */
export function unsendableColumn(table: CatalogTable, row: Row): CatalogColumn | null {
  return (
    contentColumns(table).find((column) => {
      const cell = row[column.name] ?? null;
      if (cell === null) return !column.nullable;
      return !isCanonical(column.type, cell) || !isWithinLimits(column, cell);
    }) ?? null
  );
}
