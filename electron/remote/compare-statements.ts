import { contentColumns } from '../../shared/catalog/catalog.ts';
import type { CatalogTable } from '../../shared/catalog/catalog.ts';
import {
  beside,
  cell,
  effectTable,
  isBulk,
  journalBeside,
  keyMatches,
  ofTable,
  scopeIs,
  typedRow,
  type RunSql,
} from './apply-sql.ts';
import { erasedMeanwhileStatement } from './erasure-sql.ts';
import type { PgStatement } from './pg-session.ts';
import { columnOf, inSchema } from './row-sql.ts';
import { comparable } from './server-type.ts';

/** Compares every touched row, in a statement of its own after the locks, with what the plan was made on; notes the rows that differ. */
export function compareStatements(run: RunSql): readonly PgStatement[] {
  const touched = run.shape.tablesWith();
  const erased = erasedMeanwhileStatement(run.catalog, run.scope, touched, {
    effects: effectTable,
    cell: (table, name) => cell(table, name, 'r', 'n'),
  });
  const compared = touched.flatMap((table) => {
    if (!isBulk(run)) return [compareRows(run, table)];
    const others = run.shape.comparesContent(table) ? [compareRows(run, table, `NOT (${isNew})`)] : [];
    return run.shape.tablesWith('add').includes(table) ? [compareNew(run, table), ...others] : others;
  });
  return erased === null ? compared : [...compared, erased];
}

/** A row that was on no side when the plan was made. */
const isNew = `e.op = 'add' AND e.ver IS NULL`;

/** A deletion that was seen and that the server has let go of since: after more than a year, and only where nobody wrote the row again. */
const isForgotten = `e.op = 'add' AND s.ver IS NULL`;

function content(table: CatalogTable): string {
  const columns = contentColumns(table).map((column) => comparable(column, columnOf('t', column.name)));
  return `ROW(${columns.join(', ')})`;
}

function compareRows(run: RunSql, table: CatalogTable, which = 'true'): PgStatement {
  const gone = `${columnOf('t', run.catalog.scopeColumn)} IS NULL`;
  const is = (tree: 'e' | 'r'): string => {
    const absent = tree === 'e' ? "e.op = 'add'" : "e.op = 'delete'";
    return `CASE WHEN ${absent} OR ${gone} THEN ${absent} AND ${gone} ELSE ${content(table)} IS NOT DISTINCT FROM ${typedRow(run, table, tree)} END`;
  };
  return {
    sql: `UPDATE ${effectTable} n SET state = c.state FROM (
  SELECT e.ord, CASE WHEN ${is('r')} THEN 'there' WHEN ${is('e')} AND (e.ver IS NULL OR e.ver = s.ver OR ${isForgotten}) THEN NULL ELSE 'stale' END AS state
  FROM ${effectTable} e LEFT JOIN ${beside(run, table, 't.*')} t ON true LEFT JOIN ${journalBeside(run, 's.ver')} s ON e.ver IS NOT NULL
  WHERE ${ofTable(table)} AND ${which}) c
WHERE n.ord = c.ord AND c.state IS NOT NULL`,
  };
}

/** The same for the new rows of a large run: only those that meet a row there need a look, and mostly none does. */
function compareNew(run: RunSql, table: CatalogTable): PgStatement {
  return {
    sql: `UPDATE ${effectTable} e SET state = CASE WHEN ${content(table)} IS NOT DISTINCT FROM ${typedRow(run, table, 'r')} THEN 'there' ELSE 'stale' END
FROM ${inSchema(run.catalog, table.name)} t WHERE ${ofTable(table)} AND ${isNew} AND ${scopeIs(run, 't')} AND ${keyMatches(table)}`,
  };
}
