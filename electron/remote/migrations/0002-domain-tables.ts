import type { Catalog, CatalogColumn, CatalogForeignKey, CatalogTable } from '../../../shared/catalog/catalog.ts';
import { tableOf } from '../../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../../shared/catalog/identifier.ts';
import { identifierList } from '../identifiers.ts';
import { inSchema, uniquePredicate } from '../row-sql.ts';
import type { ServerMigration } from './migration.ts';

/** The tables of the catalog. The scope column stands first in every primary, foreign and unique key, so several classes share them. */
export const domainTables: ServerMigration = {
  version: 2,
  name: 'domain-tables',
  statements: (catalog) => catalog.tables.flatMap((table) => tableStatements(catalog, table)),
};

function tableStatements(catalog: Catalog, table: CatalogTable): readonly string[] {
  const scoped = (columns: readonly string[]): string => identifierList([catalog.scopeColumn, ...columns]);
  const hard = table.foreignKeys.filter((key) => !key.soft);
  const lines = [
    `${quoteIdentifier(catalog.scopeColumn)} uuid NOT NULL`,
    ...table.columns.map(columnLine),
    'updated_at timestamptz NOT NULL DEFAULT now()',
    `PRIMARY KEY (${scoped(table.key)})`,
    ...(hard.some((key) => isRequired(table, key)) ? [] : [scopeReference(catalog)]),
    ...hard.map((key) => foreignKeyLine(catalog, key)),
  ];
  return [
    `CREATE TABLE ${inSchema(catalog, table.name)} (\n  ${lines.join(',\n  ')}\n)`,
    ...table.unique.map((unique) => {
      const live = uniquePredicate(table, unique, ' WHERE ');
      return `CREATE UNIQUE INDEX ${quoteIdentifier(uniqueIndexName(table, unique.columns))} ON ${inSchema(catalog, table.name)} (${scoped(unique.columns)})${live}`;
    }),
    ...hard
      .filter((key) => !key.columns.every((column, index) => table.key[index] === column))
      .map(
        (key) =>
          `CREATE INDEX ${quoteIdentifier(`${table.name}_${key.columns.join('_')}_fk`)} ON ${inSchema(catalog, table.name)} (${scoped(key.columns)})`,
      ),
  ];
}

/** Name of the index behind a unique rule. */
export function uniqueIndexName(table: CatalogTable, columns: readonly string[]): string {
  return `${table.name}_${columns.join('_')}_unique`;
}

function columnLine(column: CatalogColumn): string {
  const name = quoteIdentifier(column.name);
  const checks = [
    ...(column.limits?.min === undefined ? [] : [`CHECK (${name} >= ${column.limits.min})`]),
    ...(column.limits?.maxBytes === undefined ? [] : [`CHECK (octet_length(${name}) <= ${column.limits.maxBytes})`]),
  ];
  return [name, column.type, ...(column.nullable ? [] : ['NOT NULL']), ...checks].join(' ');
}

/** A table that always has a parent gets its class through it; only the others name the class themselves, because every constraint costs time on every row. */
function isRequired(table: CatalogTable, key: CatalogForeignKey): boolean {
  return key.columns.every((name) => table.columns.some((column) => column.name === name && !column.nullable));
}

function scopeReference(catalog: Catalog): string {
  return `FOREIGN KEY (${quoteIdentifier(catalog.scopeColumn)}) REFERENCES ${inSchema(catalog, 'class')} (id)`;
}

/** Deferrable, so that a run may write in the order unique values need. Never an action: a cascade would delete what nobody saw in a preview. */
function foreignKeyLine(catalog: Catalog, key: CatalogForeignKey): string {
  const parent = tableOf(catalog, key.references);
  const from = identifierList([catalog.scopeColumn, ...key.columns]);
  const to = identifierList([catalog.scopeColumn, ...parent.key]);
  return `FOREIGN KEY (${from}) REFERENCES ${inSchema(catalog, parent.name)} (${to}) DEFERRABLE INITIALLY IMMEDIATE`;
}
