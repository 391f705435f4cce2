import type { Catalog, CatalogColumn, CatalogTable, ColumnCondition } from '../../../shared/catalog/catalog.ts';
import { columnNamed, tableOf } from '../../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../../shared/catalog/identifier.ts';
import type { Migration } from '../migration.ts';
import { classInfoTable } from './0001-domain-tables.ts';

/**
 * The tables of any catalog, made from its description: what `domainTables` is for the classroom, whose tables have views beside them. Without the server's scope
 * column and with the same rules: STRICT, foreign keys without actions that are checked at commit.
 */
export function catalogTables(catalog: Catalog): Migration {
  return {
    version: 1,
    name: 'catalog-tables',
    up(db) {
      db.exec(classInfoTable);
      for (const [place, table] of catalog.tables.entries())
        for (const sql of tableStatements(catalog, table, place)) db.exec(sql);
    },
  };
}

function tableStatements(catalog: Catalog, table: CatalogTable, place: number): readonly string[] {
  const hard = table.foreignKeys.filter((key) => !key.soft);
  const lines = [
    ...table.columns.map(columnLine),
    `PRIMARY KEY (${list(table.key)})`,
    ...hard.map(
      (key) =>
        `FOREIGN KEY (${list(key.columns)}) REFERENCES ${quoteIdentifier(key.references)} (${list(tableOf(catalog, key.references).key)}) DEFERRABLE INITIALLY DEFERRED`,
    ),
  ];
  // Rows with an image would fill a page each where the key is the table.
  const large = table.columns.some(({ type }) => type === 'bytea' || type === 'bytea[]');
  const name = quoteIdentifier(table.name);
  return [
    `CREATE TABLE ${name} (\n  ${lines.join(',\n  ')}\n) STRICT${large ? '' : ', WITHOUT ROWID'}`,
    ...table.unique.map(
      (unique, index) =>
        `CREATE UNIQUE INDEX ${quoteIdentifier(`tallybook_unique_${place}_${index}`)} ON ${name} (${list(unique.columns)})${where(table, unique)}`,
    ),
    ...table.foreignKeys
      .filter((key) => !key.columns.every((column, index) => table.key[index] === column))
      .map(
        (key, index) =>
          `CREATE INDEX ${quoteIdentifier(`tallybook_points_${place}_${index}`)} ON ${name} (${list(key.columns)})`,
      ),
  ];
}

function where(table: CatalogTable, unique: CatalogTable['unique'][number]): string {
  const live: readonly ColumnCondition[] =
    unique.amongLive && table.softDelete !== null ? [{ kind: 'null', column: table.softDelete }] : [];
  const terms = [...live, ...unique.where].map((condition) => {
    const column = quoteIdentifier(condition.column);
    if (condition.kind === 'null') return `${column} IS NULL`;
    return `${column} = ${constant(columnNamed(table, condition.column), condition.value)}`;
  });
  return terms.length === 0 ? '' : ` WHERE ${terms.join(' AND ')}`;
}

/** A canonical value as the column holds it. */
function constant({ type }: CatalogColumn, value: string): string {
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8':
      return value;
    case 'bool':
      return value === 'true' ? '1' : '0';
    case 'bytea':
      return `x'${value.slice(2)}'`;
    default:
      return `'${value.replaceAll("'", "''")}'`;
  }
}

function columnLine(column: CatalogColumn): string {
  const name = quoteIdentifier(column.name);
  const rules = rulesOf(column).map((rule) => `CHECK (${rule})`);
  return [name, storageOf(column), ...(column.nullable ? [] : ['NOT NULL']), ...rules].join(' ');
}

/** What has no integer or bytes stands in the file as canonical text: a REAL would lose digits, and NaN with them. */
function storageOf({ type }: CatalogColumn): string {
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8':
    case 'bool':
      return 'INTEGER';
    case 'bytea':
      return 'BLOB';
    default:
      return 'TEXT';
  }
}

/** The bounds SQLite can hold a value to. All others are judged when a row is planned. */
function rulesOf(column: CatalogColumn): readonly string[] {
  const name = quoteIdentifier(column.name);
  const { min, max, maxBytes } = column.limits ?? {};
  switch (column.type) {
    case 'int2':
      return [`${name} BETWEEN ${min ?? -32768} AND ${max ?? 32767}`];
    case 'int4':
      return [`${name} BETWEEN ${min ?? -2147483648} AND ${max ?? 2147483647}`];
    case 'int8':
      return [...(min === undefined ? [] : [`${name} >= ${min}`]), ...(max === undefined ? [] : [`${name} <= ${max}`])];
    case 'bool':
      return [`${name} IN (0, 1)`];
    case 'char':
    case 'varchar':
      return column.length === undefined ? [] : [`length(${name}) <= ${column.length}`];
    case 'enum':
      return [`${name} IN (${(column.enum?.labels ?? []).map((label) => constant(column, label)).join(', ')})`];
    case 'bytea':
      return maxBytes === undefined ? [] : [`length(${name}) <= ${maxBytes}`];
    default:
      return [];
  }
}

function list(columns: readonly string[]): string {
  return columns.map(quoteIdentifier).join(', ');
}
