import type { Catalog, CatalogTable } from '../../shared/catalog/catalog.ts';
import type { Row } from '../../shared/sync/plan.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import { quoteLiteral } from '../../electron/remote/identifiers.ts';
import { pick, type Random } from '../simulation/random.ts';
import type { SimServer } from '../simulation/sim-server.ts';
import { rowsThere } from './schema-checks.ts';
import { someCells } from './schema-edits.ts';

/** Somebody with psql adds, changes or deletes a row, as far as the rules of the server let them. */
export async function foreignSchemaEdit(
  next: Random,
  server: SimServer,
  catalog: Catalog,
  scope: string,
): Promise<string> {
  const table = pick(next, catalog.tables);
  if (table === undefined) return 'nothing';
  const rows = await rowsThere(server, catalog, scope);
  const own = [...rows]
    .filter(([address]) => address.startsWith(`${table.name} `))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const name = `${quoteIdentifier(catalog.schema)}.${quoteIdentifier(table.name)}`;
  const row = pick(next, own)?.[1];
  const kind = row === undefined || table.kind === 'append-only' ? 0 : next(4);
  const sql =
    row === undefined || kind === 0
      ? insertSql(name, someCells(next, table, rows, true), scope)
      : kind === 1 && table.softDelete === null
        ? `DELETE FROM ${name} WHERE ${isRow(table, row, scope)}`
        : updateSql(name, table, row, someCells(next, table, rows), scope);
  if (sql === null) return 'nothing';
  try {
    await server.rows(sql);
    return `${table.name} ${sql.split(' ')[0] ?? ''}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('23')) return 'refused';
    throw error;
  }
}

function literal(cell: string | null | undefined): string {
  return cell == null ? 'NULL' : quoteLiteral(cell);
}

function isRow(table: CatalogTable, row: Row, scope: string): string {
  const keys = table.key.map((column) => `${quoteIdentifier(column)} = ${literal(row[column])}`);
  return [`class_id = ${quoteLiteral(scope)}`, ...keys].join(' AND ');
}

function insertSql(name: string, cells: Row, scope: string): string {
  const columns = Object.keys(cells);
  return `INSERT INTO ${name} (class_id, ${columns.map(quoteIdentifier).join(', ')}) VALUES (${quoteLiteral(scope)}, ${columns.map((column) => literal(cells[column])).join(', ')}) ON CONFLICT DO NOTHING`;
}

function updateSql(name: string, table: CatalogTable, row: Row, cells: Row, scope: string): string | null {
  const set = Object.entries(cells).map(([column, cell]) => `${quoteIdentifier(column)} = ${literal(cell)}`);
  return set.length === 0 || table.kind === 'set'
    ? null
    : `UPDATE ${name} SET ${set.join(', ')} WHERE ${isRow(table, row, scope)}`;
}
