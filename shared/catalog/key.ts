import type { Row } from '../sync/plan.ts';
import type { Catalog, CatalogTable, ColumnType } from './catalog.ts';

/** Types a key column may have: those whose one text is the same here, on the server and in its journal, under every setting. */
export const keyTypes: ReadonlySet<ColumnType> = new Set([
  'uuid',
  'text',
  'varchar',
  'char',
  'int2',
  'int4',
  'int8',
  'date',
]);

/**
 * The address of a row: a JSON array of its key cells in canonical text, as SQLite's `json_array` writes it too.
 * A row without one of its key cells is a defect and throws.
 */
export function pkOf(table: CatalogTable, row: Row): string {
  return JSON.stringify(
    table.key.map((column) => {
      const cell = row[column];
      if (cell === undefined || cell === null) throw new Error(`a row of ${table.name} has no ${column}`);
      return cell;
    }),
  );
}

/** The key cells an address names, in the order of the key. An address that is not one of this table is a defect and throws. */
export function keyCells(table: CatalogTable, pk: string): readonly string[] {
  const cells: unknown = JSON.parse(pk);
  if (!Array.isArray(cells) || cells.length !== table.key.length || !cells.every((cell) => typeof cell === 'string'))
    throw new Error(`not a key of ${table.name}`);
  return cells;
}

/** The key cells an address names, by column. An address that is not one of this table is a defect and throws. */
export function keyOf(table: CatalogTable, pk: string): Readonly<Record<string, string>> {
  const cells = keyCells(table, pk);
  return Object.fromEntries(table.key.map((column, index) => [column, cells[index] ?? '']));
}

/** The address of the row whose key cells are these: the target of a foreign key. */
export function pkFromCells(cells: readonly string[]): string {
  return JSON.stringify(cells);
}

/**
 * The table and the key of an address as one text: the table's name, a space and the key. Names may hold spaces themselves, so that the table is looked for among
 * those of the catalog; an address of none of them is a defect and throws.
 */
export function partsOfAddress(catalog: Catalog, address: string): readonly [CatalogTable, string] {
  let found: CatalogTable | undefined;
  for (const table of catalog.tables)
    if (table.name.length > (found?.name.length ?? -1) && address.startsWith(`${table.name} ["`)) found = table;
  if (found === undefined) throw new Error(`no table of catalog ${catalog.id} has this address`);
  return [found, address.slice(found.name.length + 1)];
}
