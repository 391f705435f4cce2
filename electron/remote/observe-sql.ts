import { contentColumns } from '../../shared/catalog/catalog.ts';
import type { Catalog, CatalogTable } from '../../shared/catalog/catalog.ts';
import type { Cell } from '../../shared/sync/plan.ts';
import { decodeContent, decodeTime, rowDecoder } from './decode-row.ts';
import { quoteLiteral } from './identifiers.ts';
import type { ServerRow } from './remote.ts';
import { columnOf, contentAsText, inSchema, keyMatches, pkExpression } from './row-sql.ts';

/** Cells in front of the content: key, version, edited from and to, device, whether the row is there, content of a tombstone. */
const headCells = 7;

/** Reads the data rows of a class with their journal entries. */
export function dataRowsSql(catalog: Catalog, table: CatalogTable, scope: string): string {
  const pk = pkExpression(table, 't');
  return `SELECT ${pk}, s.ver, s.edited_from, s.edited_to, ${device(catalog)}, true, NULL, ${contentAsText(table, 't')}
FROM ${inSchema(catalog, table.name)} t
LEFT JOIN ${inSchema(catalog, 'row_state')} s ON s.scope = ${columnOf('t', catalog.scopeColumn)} AND s.tbl = ${quoteLiteral(table.name)} AND s.pk = ${pk}
${runOf(catalog)}
WHERE ${columnOf('t', catalog.scopeColumn)} = ${quoteLiteral(scope)}`;
}

/** Reads the keys and the content of the data rows of a class, and nothing else. */
export function plainRowsSql(catalog: Catalog, table: CatalogTable, scope: string): string {
  return `SELECT ${pkExpression(table, 't')}, ${contentAsText(table, 't')} FROM ${inSchema(catalog, table.name)} t
WHERE ${columnOf('t', catalog.scopeColumn)} = ${quoteLiteral(scope)}`;
}

/** Reads, as `dataRowsSql`, the data rows whose keys are given as an array of texts. */
export function rowsAtSql(catalog: Catalog, table: CatalogTable, scope: string): string {
  const ofScope = (alias: string): string => `${columnOf(alias, catalog.scopeColumn)} = ${quoteLiteral(scope)}`;
  return `SELECT k.pk, s.ver, s.edited_from, s.edited_to, ${device(catalog)}, true, NULL, ${contentAsText(table, 't')}
FROM unnest($1::text[]) k (pk)
CROSS JOIN LATERAL (SELECT r.* FROM ${inSchema(catalog, table.name)} r WHERE ${ofScope('r')} AND ${keyMatches(table, 'r', 'k.pk')} OFFSET 0) t
LEFT JOIN LATERAL (
  SELECT j.* FROM ${inSchema(catalog, 'row_state')} j WHERE j.scope = ${quoteLiteral(scope)} AND j.tbl = ${quoteLiteral(table.name)} AND j.pk = k.pk OFFSET 0
) s ON true
${runOf(catalog)}`;
}

/** Reads the tombstones of a class whose row is really gone: a row that is there wins over a stale journal flag. */
export function tombstonesSql(catalog: Catalog, table: CatalogTable, scope: string): string {
  return `SELECT s.pk, s.ver, s.edited_from, s.edited_to, ${device(catalog)}, false, s.content_at_delete, ${nulls(table)}
FROM ${inSchema(catalog, 'row_state')} s
LEFT JOIN ${inSchema(catalog, table.name)} t ON ${columnOf('t', catalog.scopeColumn)} = s.scope AND ${keyMatches(table, 't', 's.pk')}
${runOf(catalog)}
WHERE s.scope = ${quoteLiteral(scope)} AND s.tbl = ${quoteLiteral(table.name)} AND s.deleted AND ${columnOf('t', catalog.scopeColumn)} IS NULL`;
}

/**
 * Reads every row whose last writer is not older than the horizon, as it is now. The journal is read by transaction and each row looked up by its key
 * (`OFFSET 0` keeps it that way): after a large load the planner's figures are wrong until the server has caught up, and it would compare every row with every other.
 */
export function changedRowsSql(
  catalog: Catalog,
  table: CatalogTable,
  scope: string,
  since: string,
  settled?: string,
): string {
  const there = `${columnOf('t', catalog.scopeColumn)} IS NOT NULL`;
  return `SELECT s.pk, s.ver, s.edited_from, s.edited_to, ${device(catalog)}, CASE WHEN ${there} THEN true WHEN s.deleted THEN false END,
  CASE WHEN NOT (${there}) THEN s.content_at_delete END, ${contentAsText(table, 't')}
FROM (${journalSince(catalog, scope, since, settled)} OFFSET 0) s
LEFT JOIN LATERAL (
  SELECT r.* FROM ${inSchema(catalog, table.name)} r WHERE ${columnOf('r', catalog.scopeColumn)} = s.scope AND ${keyMatches(table, 'r', 's.pk')} OFFSET 0
) t ON true
${runOf(catalog)}
WHERE s.tbl = ${quoteLiteral(table.name)}`;
}

/** For reading a whole class: tables are joined as wholes, never row by row, whatever the planner believes about their size. */
export const wholeTables = 'SET LOCAL enable_nestloop = off';

/** Counts, per table, the rows `changedRowsSql` would give. */
export function changedCountsSql(catalog: Catalog, scope: string, since: string, settled?: string): string {
  return `SELECT tbl, count(*) FROM (${journalSince(catalog, scope, since, settled)}) s GROUP BY tbl`;
}

/**
 * Entries of the journal whose last writer is not older than the horizon and is not a run (`settled`) of which everything is known here. Two ranges of the index:
 * what a large run wrote is passed over without being looked at. A run nobody knows stands for none.
 */
export function journalSince(catalog: Catalog, scope: string, since: string, settled?: string): string {
  const entries = `SELECT * FROM ${inSchema(catalog, 'row_state')} WHERE scope = ${quoteLiteral(scope)}::uuid AND xid >= ${xidConstant(since)}`;
  if (settled === undefined) return entries;
  const run = `(SELECT coalesce(max(r.xid), 0) FROM ${inSchema(catalog, 'run')} r WHERE r.class_id = ${quoteLiteral(scope)}::uuid AND r.run_id = ${quoteLiteral(settled)}::uuid)`;
  return `${entries} AND xid < ${run} UNION ALL ${entries} AND xid > ${run}`;
}

/** Turns an answer of these statements into rows. `null` stands for a row the journal calls alive and nobody can see. */
export function serverRowDecoder(table: CatalogTable): (cells: readonly Cell[]) => ServerRow | null {
  const decode = rowDecoder(table);
  return (cells) => {
    const [pk = null, ver = null, from = null, to = null, by = null, there = null, content = null] = cells;
    if (there === null) return null;
    return {
      table: table.name,
      pk: pk ?? '',
      row: there === 't' ? decode(cells, headCells) : null,
      ver,
      content: decodeContent(table, content),
      editedFrom: decodeTime(from),
      editedAt: decodeTime(to),
      by,
    };
  };
}

/** A transaction number as a constant, for a statement. It comes from a store that may be damaged. */
export function xidConstant(xid: string): string {
  if (!/^\d{1,19}$/.test(xid)) throw new Error('not a transaction number');
  return `'${xid}'::int8`;
}

function nulls(table: CatalogTable): string {
  return contentColumns(table)
    .map(() => 'NULL')
    .join(', ');
}

function device(catalog: Catalog): string {
  return `(SELECT d.name FROM ${inSchema(catalog, 'device')} d WHERE d.class_id = u.class_id AND d.device = u.device)`;
}

function runOf(catalog: Catalog): string {
  return `LEFT JOIN ${inSchema(catalog, 'run')} u ON u.class_id = s.scope AND u.xid = s.xid`;
}
