import { tableOf, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { pkFromCells } from '../../shared/catalog/key.ts';
import { heldBy } from '../../shared/sync/claims.ts';
import type { Row } from '../../shared/sync/plan.ts';
import { cellOf } from '../../shared/sync/row.ts';
import { findByColumns, readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';

/** The table of a record this row cannot be without and that is not here; null when all are. */
export function missingParent(store: ClassStore, table: CatalogTable, row: Row): string | null {
  for (const key of table.foreignKeys) {
    const cells = key.columns.map((name) => cellOf(row, name));
    if (key.soft || !cells.every((cell) => cell !== null)) continue;
    if (readRow(store, tableOf(store.catalog, key.references), pkFromCells(cells)) === null) return key.references;
  }
  return null;
}

/** The key of another record here that holds a unique value of this row; null when none does. */
export function findHolder(store: ClassStore, table: CatalogTable, pk: string, row: Row): string | null {
  const wanted = new Set(heldBy(table, row));
  for (const unique of table.unique) {
    const cells = unique.columns.map((column) => cellOf(row, column));
    const holder = findByColumns(store, table, unique.columns, cells).find(
      (other) => other.pk !== pk && heldBy(table, other.row).some((claim) => wanted.has(claim)),
    );
    if (holder !== undefined) return holder.pk;
  }
  return null;
}
