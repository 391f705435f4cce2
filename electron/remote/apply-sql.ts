import { columnNamed, contentColumns, tableOf } from '../../shared/catalog/catalog.ts';
import type { Catalog, CatalogColumn, CatalogTable } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import type { Payload, UpdateGroup, WriteOp } from './apply-payload.ts';
import { identifierList, quoteLiteral } from './identifiers.ts';
import type { PgStatement } from './pg-session.ts';
import { columnOf, contentAsText, inSchema, keyMatches } from './row-sql.ts';
import { bookkeepingTables } from './schema-state.ts';

/** The run's own table, gone with its transaction. `state` says of a row that it is already there, or stale; NULL is still to be written. */
const effects = 'pg_temp.tallybook_effect';

/** Makes the temporary table. */
export const createEffects = `CREATE TEMPORARY TABLE tallybook_effect (
  ord int4 PRIMARY KEY, tbl text NOT NULL, pk text NOT NULL, op text NOT NULL, grp int4, park text, expected jsonb, result jsonb, ver int8,
  edited_from timestamptz, edited_to timestamptz, state text
) ON COMMIT DROP`;

const payloadColumns = 'ord, tbl, pk, op, grp, park, expected, result, ver, edited_from, edited_to';

/** Takes the payload through a COPY. */
export const copyEffects = `COPY ${effects} (${payloadColumns}) FROM STDIN`;

/** Takes the payload from one parameter. */
export const insertEffects = `INSERT INTO ${effects} (${payloadColumns})
SELECT ${payloadColumns} FROM jsonb_to_recordset($1::jsonb) AS x (ord int4, tbl text, pk text, op text, grp int4, park text, expected jsonb, result jsonb, ver int8,
  edited_from timestamptz, edited_to timestamptz)`;

/** Tells the planner how large the payload is. */
export const analyzeEffects = `ANALYZE ${effects}`;

/** Every row that was found not to be as the plan says. */
export const notedEffects = `SELECT tbl, pk, state FROM ${effects} WHERE state IS NOT NULL ORDER BY ord`;

/** The statements of one run: which catalog, which class, which tables have something to do. */
export interface RunSql {
  readonly catalog: Catalog;
  readonly scope: string;
  readonly payload: Payload;
  /** Writes only the row whose number stands in the setting `tallybook.ord`: for finding the one a server refuses. */
  readonly oneByOne?: boolean;
}

function unwritten(run: RunSql): string {
  return run.oneByOne === true ? "e.ord = pg_catalog.current_setting('tallybook.ord')::int4" : 'e.state IS NULL';
}

function scopeIs(run: RunSql, alias: string): string {
  return `${columnOf(alias, run.catalog.scopeColumn)} = ${quoteLiteral(run.scope)}::uuid`;
}

function ofTable(table: CatalogTable): string {
  return `e.tbl = ${quoteLiteral(table.name)}`;
}

function typed(alias: string, column: CatalogColumn): string {
  return `(${alias}->>${quoteLiteral(column.name)})::${column.type}`;
}

function typedRow(alias: string, table: CatalogTable): string {
  return `ROW(${contentColumns(table)
    .map((column) => typed(alias, column))
    .join(', ')})`;
}

function tablesWith(run: RunSql, op?: WriteOp): readonly CatalogTable[] {
  const names = new Set(run.payload.rows.filter((row) => op === undefined || row.op === op).map((row) => row.table));
  return run.catalog.tables.filter((table) => names.has(table.name));
}

/** From this many rows on, tables are joined as wholes; below, each row is looked up by its key. */
const bulkRows = 1_000;

/** Whether a run is large enough to join tables as wholes. The transaction then has nested loops switched off. */
export function isBulk(run: RunSql): boolean {
  return run.payload.rows.length > bulkRows && run.oneByOne !== true;
}

/**
 * Keeps a lookup a lookup: of a table that was just loaded the planner knows too little, and would compare every row with every other. A large run has no fence
 * and no nested loops instead.
 */
function fence(run: RunSql): string {
  return isBulk(run) ? '' : ' OFFSET 0';
}

/** The row of a table with the key of a row of the run (e). */
function beside(run: RunSql, table: CatalogTable, columns: string, lock = ''): string {
  return `LATERAL (SELECT ${columns} FROM ${inSchema(run.catalog, table.name)} t WHERE ${scopeIs(run, 't')} AND ${keyMatches(table, 't', 'e.pk')}${lock === '' ? fence(run) : lock})`;
}

/** The journal's entry for a row of the run (e). */
function journalBeside(run: RunSql, columns: string): string {
  return `LATERAL (SELECT ${columns} FROM ${inSchema(run.catalog, 'row_state')} s
  WHERE s.scope = ${quoteLiteral(run.scope)}::uuid AND s.tbl = e.tbl AND s.pk = e.pk${fence(run)})`;
}

/** Locks the touched rows, and the parents of what is written, table by table in the catalog's order and by key within: two runs never wait for each other in a circle. */
export function lockStatements(run: RunSql): readonly PgStatement[] {
  const touched = new Set(tablesWith(run));
  return run.catalog.tables.flatMap((table) => {
    const own = `(SELECT e.pk FROM ${effects} e WHERE ${ofTable(table)} AND e.expected IS NOT NULL ORDER BY e.pk) e CROSS JOIN ${beside(run, table, '1', ' OFFSET 0 FOR UPDATE OF t')} l`;
    const children = [...touched].flatMap((child) =>
      child.foreignKeys
        .filter((key) => !key.soft && key.references === table.name)
        .map(
          (key) =>
            `(${parentKeys(table, child, key.columns)}) e CROSS JOIN ${beside(run, table, '1', ' OFFSET 0 FOR KEY SHARE OF t')} l`,
        ),
    );
    return [...(touched.has(table) ? [own] : []), ...children].map((from) => ({ sql: `SELECT count(*) FROM ${from}` }));
  });
}

/** The keys of the parents that written rows of a table name, each once. */
function parentKeys(parent: CatalogTable, child: CatalogTable, columns: readonly string[]): string {
  const cells = columns.map((name) => `e.result->>${quoteLiteral(name)}`);
  const present = cells.map((cell) => `${cell} IS NOT NULL`).join(' AND ');
  if (columns.length !== parent.key.length)
    throw new Error(`${child.name} names ${parent.name} by something else than its key`);
  return `SELECT DISTINCT json_build_array(${cells.join(', ')})::text AS pk FROM ${effects} e WHERE ${ofTable(child)} AND e.result IS NOT NULL AND ${present} ORDER BY 1`;
}

/** Compares every touched row, in a statement of its own after the locks, with what the plan was made on; notes the rows that differ. */
export function compareStatements(run: RunSql): readonly PgStatement[] {
  return tablesWith(run).map((table) => {
    const content = `ROW(${contentColumns(table)
      .map((column) => columnOf('t', column.name))
      .join(', ')})`;
    const absent = `${columnOf('t', run.catalog.scopeColumn)} IS NULL`;
    const is = (tree: string): string =>
      `CASE WHEN ${tree} IS NULL OR ${absent} THEN ${tree} IS NULL AND ${absent} ELSE ${content} IS NOT DISTINCT FROM ${typedRow(tree, table)} END`;
    return {
      sql: `UPDATE ${effects} n SET state = c.state FROM (
  SELECT e.ord, CASE WHEN ${is('e.result')} THEN 'there' WHEN ${is('e.expected')} AND (e.ver IS NULL OR e.ver = s.ver) THEN NULL ELSE 'stale' END AS state
  FROM ${effects} e LEFT JOIN ${beside(run, table, 't.*')} t ON true LEFT JOIN ${journalBeside(run, 's.ver')} s ON e.ver IS NOT NULL
  WHERE ${ofTable(table)}) c
WHERE n.ord = c.ord AND c.state IS NOT NULL`,
    };
  });
}

/** A writing statement, and which of the run's rows it must hit. */
export interface WriteStatement {
  readonly sql: string;
  readonly table: string;
  readonly which: { readonly op: WriteOp; readonly group: number | null };
  readonly hits: (row: Payload['rows'][number]) => boolean;
}

/**
 * The writes, in an order that works: deletes from children to parents, rows that leave a unique index, parked values, additions from parents to children,
 * then all other updates. Foreign keys wait until the end.
 */
export function writeStatements(run: RunSql): readonly WriteStatement[] {
  const updates = run.payload.groups;
  return [
    ...tablesWith(run, 'delete')
      .toReversed()
      .map((table) => deleteStatement(run, table)),
    ...updates.filter((group) => group.leaving).map((group) => updateStatement(run, group)),
    ...(run.oneByOne === true ? [] : parkStatements(run)),
    ...tablesWith(run, 'add').map((table) => addStatement(run, table)),
    ...updates.filter((group) => !group.leaving).map((group) => updateStatement(run, group)),
  ];
}

/** What stands behind FROM or USING to write rows of a table (t) that are still to be written. The rows are locked, so their place in the table holds. */
function target(run: RunSql, table: CatalogTable, which: string): string {
  const wanted = `${ofTable(table)} AND ${which} AND ${unwritten(run)}`;
  if (isBulk(run)) return `${effects} e WHERE ${wanted} AND ${scopeIs(run, 't')} AND ${keyMatches(table, 't', 'e.pk')}`;
  return `(SELECT e.*, l.place FROM ${effects} e CROSS JOIN ${beside(run, table, 't.ctid AS place')} l WHERE ${wanted}) e WHERE t.ctid = e.place`;
}

function deleteStatement(run: RunSql, table: CatalogTable): WriteStatement {
  return {
    table: table.name,
    which: { op: 'delete', group: null },
    hits: (row) => row.table === table.name && row.op === 'delete',
    sql: `DELETE FROM ${inSchema(run.catalog, table.name)} t USING ${target(run, table, `e.op = 'delete'`)}`,
  };
}

function addStatement(run: RunSql, table: CatalogTable): WriteStatement {
  const columns = contentColumns(table);
  return {
    table: table.name,
    which: { op: 'add', group: null },
    hits: (row) => row.table === table.name && row.op === 'add',
    sql: `INSERT INTO ${inSchema(run.catalog, table.name)} (${identifierList([run.catalog.scopeColumn, ...columns.map((column) => column.name)])})
SELECT ${quoteLiteral(run.scope)}::uuid, ${columns.map((column) => typed('e.result', column)).join(', ')} FROM ${effects} e
WHERE ${ofTable(table)} AND e.op = 'add' AND ${unwritten(run)} ORDER BY e.ord`,
  };
}

function updateStatement(run: RunSql, group: UpdateGroup): WriteStatement {
  const table = tableOf(run.catalog, group.table);
  const sets = group.columns.map((name) => `${quoteIdentifier(name)} = ${typed('e.result', columnNamed(table, name))}`);
  return {
    table: table.name,
    which: { op: 'update', group: group.group },
    hits: (row) => row.group === group.group,
    sql: `UPDATE ${inSchema(run.catalog, table.name)} t SET ${sets.join(', ')} FROM ${target(run, table, `e.grp = ${group.group}`)}`,
  };
}

function parkStatements(run: RunSql): readonly WriteStatement[] {
  const places = new Map(
    run.payload.rows.filter((row) => row.park !== null).map((row) => [`${row.table} ${row.park}`, row]),
  );
  return [...places.values()].map(({ table: name, park }) => {
    const table = tableOf(run.catalog, name);
    const column = columnNamed(table, park ?? '');
    return {
      table: name,
      which: { op: 'update', group: null },
      hits: (row) => row.table === name && row.park === park,
      sql: `UPDATE ${inSchema(run.catalog, name)} t SET ${quoteIdentifier(column.name)} = ${parkedValue(column)}
FROM ${target(run, table, `e.park = ${quoteLiteral(column.name)}`)}`,
    };
  });
}

/** A value no other row holds, until the row gets its own later in the same transaction. */
function parkedValue(column: CatalogColumn): string {
  if (column.nullable) return 'NULL';
  switch (column.type) {
    case 'text':
      return "'parked ' || md5(e.pk)";
    case 'uuid':
      return 'md5(e.pk)::uuid';
    case 'int4':
    case 'int8':
    case 'numeric':
      return '-2000000000 - e.ord';
    case 'bool':
    case 'timestamptz':
    case 'jsonb':
    case 'bytea':
      throw new Error(`${column.name} cannot be part of a unique rule`);
  }
}

/** Notes when each row was edited, in the server's time, over the moment of writing that the trigger noted. */
export function editedStatement(run: RunSql): PgStatement {
  return {
    sql: `UPDATE ${inSchema(run.catalog, 'row_state')} j SET edited_from = e.edited_from, edited_to = e.edited_to FROM ${
      isBulk(run)
        ? `${effects} e WHERE e.state IS NULL AND j.scope = ${quoteLiteral(run.scope)}::uuid AND j.tbl = e.tbl AND j.pk = e.pk`
        : `(SELECT e.edited_from, e.edited_to, l.place FROM ${effects} e CROSS JOIN ${journalBeside(run, 's.ctid AS place')} l WHERE e.state IS NULL) e WHERE j.ctid = e.place`
    }`,
  };
}

/** Tables whose journal, of any class, does not say exactly what the run meant to do. */
export function journalProofStatement(run: RunSql): PgStatement {
  return {
    sql: `SELECT coalesce(j.tbl, e.tbl), coalesce(j.pk, e.pk) FROM (
  SELECT s.* FROM ${inSchema(run.catalog, 'class')} c CROSS JOIN LATERAL (
    SELECT r.scope, r.tbl, r.pk, r.deleted FROM ${inSchema(run.catalog, 'row_state')} r WHERE r.scope = c.id AND r.xid = txid_current() OFFSET 0
  ) s
) j FULL JOIN (
  SELECT ${quoteLiteral(run.scope)}::uuid AS scope, tbl, pk, op = 'delete' AS deleted FROM ${effects} WHERE state IS NULL
) e ON j.scope = e.scope AND j.tbl = e.tbl AND j.pk = e.pk
WHERE j.deleted IS DISTINCT FROM e.deleted LIMIT 1`,
  };
}

/** Counts what this transaction wrote to tables that are not ours and not temporary ones of our own. A connection may carry counts from before: compare two answers. */
export function foreignWritesStatement(catalog: Catalog): PgStatement {
  const ours = [...bookkeepingTables, ...catalog.tables.map((table) => table.name)].map(quoteLiteral).join(', ');
  return {
    sql: `SELECT x.schemaname || '.' || x.relname, x.n_tup_ins + x.n_tup_upd + x.n_tup_del FROM pg_catalog.pg_stat_xact_user_tables x
JOIN pg_catalog.pg_class c ON c.oid = x.relid
WHERE x.n_tup_ins + x.n_tup_upd + x.n_tup_del > 0 AND c.relnamespace <> pg_catalog.pg_my_temp_schema()
  AND NOT (x.schemaname = ${quoteLiteral(catalog.schema)} AND x.relname IN (${ours})) ORDER BY 1`,
  };
}

/** Reads what was written, in the form `serverRowDecoder` takes. */
export function readBackStatements(
  run: RunSql,
  deviceName: string,
): readonly { readonly table: CatalogTable; readonly statement: PgStatement }[] {
  return tablesWith(run).map((table) => ({
    table,
    statement: {
      sql: `SELECT e.pk, s.ver, s.edited_from, s.edited_to, ${quoteLiteral(deviceName)}::text, ${columnOf('t', run.catalog.scopeColumn)} IS NOT NULL, s.content_at_delete, ${contentAsText(table, 't')}
FROM ${effects} e LEFT JOIN ${beside(run, table, 't.*')} t ON true LEFT JOIN ${journalBeside(run, 's.*')} s ON true
WHERE ${ofTable(table)} AND e.state IS NULL ORDER BY e.ord`,
    },
  }));
}
