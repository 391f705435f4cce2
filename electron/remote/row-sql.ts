import { columnNamed, contentColumns } from '../../shared/catalog/catalog.ts';
import type { Catalog, CatalogColumn, CatalogTable, CatalogUnique } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import { keyTypes } from '../../shared/catalog/key.ts';
import { objectName, quoteLiteral } from './identifiers.ts';

/** The qualified name of something in the managed schema. */
export function inSchema(catalog: Catalog, name: string): string {
  return `${quoteIdentifier(catalog.schema)}.${quoteIdentifier(name)}`;
}

/** Whether the server gives the keys of a table that nobody else gave. */
export function hasSequence(table: CatalogTable): boolean {
  return table.keyAllocation === 'server-sequence';
}

/** The qualified name of the sequence behind such a key. */
export function sequenceName(catalog: Catalog, table: CatalogTable): string {
  return inSchema(catalog, objectName([table.name, ...table.key], 'seq'));
}

/** A column of a table alias. */
export function columnOf(alias: string, column: string): string {
  return `${alias}.${quoteIdentifier(column)}`;
}

/** The type of a key column for a cast; throws on one whose text depends on settings. */
export function keyTypeOf(table: CatalogTable, name: string): string {
  const { type } = columnNamed(table, name);
  if (!keyTypes.has(type)) throw new Error(`${table.name}.${name} cannot be a key`);
  return type === 'char' ? 'bpchar' : type;
}

/** SQL for the canonical text of a row's key: the same JSON array text that `pkOf` makes here. */
export function pkExpression(table: CatalogTable, alias: string): string {
  const cells = table.key.map((name) => `to_json(${columnOf(alias, name)}::text)::text`);
  return `'[' || ${cells.join(` || ',' || `)} || ']'`;
}

/** SQL that finds the row of `alias` whose key stands as canonical text in `pk`, in a form that uses the primary key's index. */
export function keyMatches(table: CatalogTable, alias: string, pk: string): string {
  return table.key
    .map((name, index) => `${columnOf(alias, name)} = (${pk}::json->>${index})::${keyTypeOf(table, name)}`)
    .join(' AND ');
}

/** SQL for the rows (of an alias, or of the table itself) that count under a unique rule; empty where all do. Starts with `prefix` otherwise. */
export function uniquePredicate(
  catalog: Catalog,
  table: CatalogTable,
  unique: CatalogUnique,
  prefix: string,
  alias?: string,
): string {
  const column = (name: string): string => (alias === undefined ? quoteIdentifier(name) : columnOf(alias, name));
  const terms = [
    ...(unique.amongLive && table.softDelete !== null ? [`${column(table.softDelete)} IS NULL`] : []),
    ...unique.where.map((condition) =>
      condition.kind === 'null'
        ? `${column(condition.column)} IS NULL`
        : `${column(condition.column)} = ${constant(catalog, columnNamed(table, condition.column), condition.value)}`,
    ),
  ];
  return terms.length === 0 ? '' : `${prefix}${terms.join(' AND ')}`;
}

/** A constant of a column's type. */
function constant(catalog: Catalog, column: CatalogColumn, value: string): string {
  const type = column.type === 'enum' ? inSchema(catalog, column.enum?.name ?? '') : column.type;
  return `${quoteLiteral(value)}::${type === 'char' ? 'bpchar' : type}`;
}

/** SQL for each content column as text, in catalog order. Read under the settings of `readingSettings`. */
export function contentTexts(table: CatalogTable, alias: string): readonly string[] {
  return contentColumns(table).map((column) => `${columnOf(alias, column.name)}::text`);
}

/** SQL list of the content columns as text, in catalog order. */
export function contentAsText(table: CatalogTable, alias: string): string {
  return contentTexts(table, alias).join(', ');
}
