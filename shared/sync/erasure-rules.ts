import { tableOf, type Catalog, type CatalogForeignKey, type CatalogTable } from '../catalog/catalog.ts';

/** A table whose rows go with an erased record, and the references by which they hang on it. */
export interface CoveredTable {
  readonly table: CatalogTable;
  /** Hard references to covered tables; none for the record's own table. */
  readonly through: readonly CatalogForeignKey[];
}

/**
 * What erasing a record means for the tables of a catalog. The erasure table says it with its one soft reference: whose records are erased, and in which column
 * their key stands. With a record go all rows that hang on it by hard references, directly or through others, and what it alone points at.
 */
export interface ErasureRules {
  readonly table: CatalogTable;
  readonly column: string;
  readonly of: CatalogTable;
  /** The record's own table first, then parents before children. */
  readonly covered: readonly CoveredTable[];
  /** Append-only tables the record points at (images by hash): a row there goes when nothing points at it any more. */
  readonly attachments: readonly { readonly table: CatalogTable; readonly column: string }[];
  /** Says which key another one was merged into: an old key of the record is the record too. */
  readonly alias: CatalogTable | null;
}

const known = new WeakMap<Catalog, ErasureRules | null>();

/** The rules of a catalog; null when nothing of it can be erased. A catalog whose keys cannot be followed is a defect and throws. */
export function erasureRules(catalog: Catalog): ErasureRules | null {
  let rules = known.get(catalog);
  if (rules === undefined) known.set(catalog, (rules = findRules(catalog)));
  return rules;
}

function findRules(catalog: Catalog): ErasureRules | null {
  if (catalog.roles.erasure === null) return null;
  const table = tableOf(catalog, catalog.roles.erasure);
  const [reference] = table.foreignKeys;
  const column = reference?.columns[0];
  if (reference === undefined || column === undefined)
    throw new Error(`${table.name} does not say whose records it erases`);
  const of = tableOf(catalog, reference.references);
  const covered = new Map<string, CoveredTable>([[of.name, { table: of, through: [] }]]);
  for (const child of catalog.tables) {
    const through = child.foreignKeys.filter((key) => !key.soft && covered.has(key.references));
    if (through.length > 0 && child.name !== of.name) covered.set(child.name, { table: child, through });
  }
  for (const { table: child, through } of covered.values())
    if (through.some((key) => key.columns.length !== 1))
      throw new Error(`${child.name} hangs on a record by several columns`);
  const attachments = of.foreignKeys
    .filter((key) => !key.soft && tableOf(catalog, key.references).kind === 'append-only')
    .map((key) => ({ table: tableOf(catalog, key.references), column: key.columns[0] ?? '' }));
  const alias = catalog.roles.alias === null ? null : tableOf(catalog, catalog.roles.alias);
  return { table, column, of, covered: [...covered.values()], attachments, alias };
}

/**
 * The columns by which a record and all that goes with it are found, by table: without one of them, or with another type, nothing can be erased for certain, and
 * nothing is.
 */
export function erasingColumns(catalog: Catalog): ReadonlyMap<CatalogTable, readonly string[]> {
  const found = new Map<CatalogTable, readonly string[]>();
  const rules = erasureRules(catalog);
  if (rules === null) return found;
  const add = (table: CatalogTable, columns: readonly string[]): void => {
    const known = found.get(table) ?? [catalog.scopeColumn, ...table.key];
    found.set(table, [...new Set([...known, ...columns])]);
  };
  add(rules.table, [rules.column]);
  for (const { table, through } of rules.covered)
    add(
      table,
      through.flatMap(({ columns }) => columns),
    );
  for (const { table, column } of rules.attachments) {
    add(table, []);
    add(rules.of, [column]);
  }
  if (rules.alias !== null) add(rules.alias, ['tbl', 'old_id', 'new_id']);
  return found;
}
