import { tableOf, type Catalog, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { erasureRules } from '../../shared/sync/erasure-rules.ts';
import { quoteLiteral } from './identifiers.ts';
import { columnOf, inSchema } from './row-sql.ts';

/**
 * SQL that is true of a row (`alias`) that belongs to one of the records whose keys stand, as text, in the array `records`; null where no row of the table can
 * belong to one. Not true is not false: a column may be NULL.
 */
export function erasedRow(catalog: Catalog, table: CatalogTable, alias: string, records: string): string | null {
  const rules = erasureRules(catalog);
  if (rules === null) return null;
  const isRecord = (column: string): string => `${columnOf(alias, column)}::text = ANY (${records})`;
  if (table.name === rules.of.name) return isRecord(rules.of.key[0] ?? '');
  if (table.name === rules.alias?.name)
    return `${columnOf(alias, 'tbl')} = ${quoteLiteral(rules.of.name)} AND (${isRecord('old_id')} OR ${isRecord('new_id')})`;
  const through = rules.covered.find((covered) => covered.table.name === table.name)?.through ?? [];
  const terms = through.map(({ columns, references }) => {
    const column = columns[0] ?? '';
    if (references === rules.of.name) return isRecord(column);
    const parent = tableOf(catalog, references);
    const above = `${alias}p`;
    const ofClass = `${columnOf(above, catalog.scopeColumn)} = ${columnOf(alias, catalog.scopeColumn)}`;
    const isParent = `${columnOf(above, parent.key[0] ?? '')} = ${columnOf(alias, column)}`;
    return `EXISTS (SELECT FROM ${inSchema(catalog, references)} ${above} WHERE ${ofClass} AND ${isParent} AND (${erasedRow(catalog, parent, above, records) ?? 'false'}))`;
  });
  return terms.length === 0 ? null : terms.join(' OR ');
}
