import { contentColumns, type CatalogForeignKey, type CatalogTable } from '../catalog/catalog.ts';
import { pkFromCells } from '../catalog/key.ts';
import type { ChangeKind, Row, TreeRow } from './plan.ts';

/** Whether both sides hold the same content (or both hold nothing). Cells are canonical text, so text equality is value equality. */
export function sameRow(table: CatalogTable, a: TreeRow | undefined, b: TreeRow | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a === null || b === null) return a === b;
  return contentColumns(table).every((column) => cellOf(a, column.name) === cellOf(b, column.name));
}

/** A cell; a column a row does not carry counts as NULL. */
export function cellOf(row: TreeRow | undefined, column: string): string | null {
  return row?.[column] ?? null;
}

/** Deleted as people see it: no row, or a set soft-delete column. */
export function isDeleted(table: CatalogTable, row: TreeRow): boolean {
  return row === null || (table.softDelete !== null && cellOf(row, table.softDelete) !== null);
}

/** Columns that only say when and by whom a row was deleted: other times of the same deletion are no clash. */
export function isDeletionColumn(table: CatalogTable, column: string): boolean {
  return table.softDelete !== null && (column === table.softDelete || table.deletionDetails.includes(column));
}

/** Whether anything but the deletion itself differs. */
export function sameApartFromDeletion(table: CatalogTable, a: Row, b: Row): boolean {
  return contentColumns(table).every(
    (column) => isDeletionColumn(table, column.name) || cellOf(a, column.name) === cellOf(b, column.name),
  );
}

/** What happens to a side that goes from one state to another, as people say it. A row that arrives already deleted is an addition: nothing seen goes away. */
export function kindOf(
  table: CatalogTable,
  from: TreeRow,
  to: TreeRow,
): { readonly kind: Exclude<ChangeKind, 'conflict'>; readonly restored: boolean } {
  if (from === null) return { kind: 'add', restored: false };
  if (to === null) return { kind: 'delete', restored: false };
  const was = isDeleted(table, from);
  const is = isDeleted(table, to);
  if (was && !is) return { kind: 'add', restored: true };
  if (!was && is) return { kind: 'delete', restored: false };
  return { kind: 'update', restored: false };
}

/** A reference of a row to another one. */
export interface Reference {
  readonly key: CatalogForeignKey;
  readonly table: string;
  readonly pk: string;
}

/** What a version of a row points at; nothing where a column of the key is NULL. */
export function references(table: CatalogTable, row: TreeRow | undefined): readonly Reference[] {
  if (row === null || row === undefined) return [];
  const found: Reference[] = [];
  for (const key of table.foreignKeys) {
    const cells = key.columns.map((column) => cellOf(row, column));
    if (cells.every((cell) => cell !== null)) found.push({ key, table: key.references, pk: pkFromCells(cells) });
  }
  return found;
}

/** What a version of a row cannot be without. */
export function hardReferences(table: CatalogTable, row: TreeRow | undefined): readonly Reference[] {
  return references(table, row).filter(({ key }) => !key.soft);
}

/** Addresses (table and key) of the rows a row cannot be without. */
export function hardParents(table: CatalogTable, row: TreeRow): readonly string[] {
  return hardReferences(table, row).map((parent) => `${parent.table} ${parent.pk}`);
}
