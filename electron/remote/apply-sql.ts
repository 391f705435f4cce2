import { contentColumns } from '../../shared/catalog/catalog.ts';
import type { Catalog, CatalogColumn, CatalogTable } from '../../shared/catalog/catalog.ts';
import { serverBookkeeping } from '../../shared/catalog/reserved-names.ts';
import { payloadWidth } from './apply-payload.ts';
import type { PayloadShape } from './apply-payload.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgStatement } from './pg-session.ts';
import { columnOf, inSchema, keyTypeOf } from './row-sql.ts';
import { castType, comparable } from './server-type.ts';
import { hasColumns } from './schema-state.ts';
import type { TableBlock } from './schema-state.ts';

/** The run's own table, gone with its transaction. `state` says of a row that it is already there, or stale; NULL is still to be written. */
export const effectTable = 'pg_temp.tallybook_effect';

/*
 * A row of it holds the cells of what is expected (e1, e2, …) and of what shall be (r1, r2, …) in the order of the table's content columns, as text. One table for
 * all, because one COPY is two round trips; as text, because a cast per cell costs no more than the COPY into a typed column would.
 */
/** A version of a row in the run's table: what is expected there, or what shall be. */
export type Tree = 'e' | 'r';

function cellColumns(catalog: Catalog): readonly string[] {
  const numbers = Array.from({ length: payloadWidth(catalog) }, (_, index) => index + 1);
  return (['e', 'r'] as const).flatMap((tree) => numbers.map((number) => `${tree}${number}`));
}

const headColumns = [
  ['ord', 'int4'],
  ['tbl', 'text COLLATE "C"'],
  ['pk', 'text COLLATE "C"'],
  ['op', 'text'],
  ['grp', 'int4'],
  ['ver', 'int8'],
  ['edited_from', 'text'],
  ['edited_to', 'text'],
  ['asks_ver', 'bool'],
] as const;

/** Makes the temporary table. */
export function createEffects(catalog: Catalog): string {
  const columns = [
    ...headColumns.map((column) => column.join(' ')),
    ...cellColumns(catalog).map((name) => `${name} text`),
  ];
  return `CREATE TEMPORARY TABLE tallybook_effect (${columns.join(', ')}, park text, state text) ON COMMIT DROP`;
}

function payloadColumns(catalog: Catalog): string {
  return [...headColumns.map(([name]) => name), ...cellColumns(catalog)].join(', ');
}

/** Takes the payload through a COPY. */
export function copyEffects(catalog: Catalog): string {
  return `COPY ${effectTable} (${payloadColumns(catalog)}) FROM STDIN`;
}

/** Takes the payload from one parameter. */
export function insertEffects(catalog: Catalog): string {
  const cells = [
    ...headColumns.map(([, type], index) => (type.startsWith('text') ? `x->>${index}` : `(x->>${index})::${type}`)),
    ...cellColumns(catalog).map((_, index) => `x->>${headColumns.length + index}`),
  ];
  return `INSERT INTO ${effectTable} (${payloadColumns(catalog)}) SELECT ${cells.join(', ')} FROM json_array_elements($1::json) x`;
}

/** Tells the planner how large the payload is; only of the columns it joins by, because figures about every cell would cost more than the run. */
export const analyzeEffects = `ANALYZE ${effectTable} (ord, tbl, pk, op, grp)`;

/** For a large run: every statement is about one table, and most tables have few rows of it. */
export const indexEffects = `CREATE INDEX tallybook_effect_tbl ON ${effectTable} (tbl)`;

/** Every row that was found not to be as the plan says. */
export const notedEffects = `SELECT ord, tbl, pk, state FROM ${effectTable} WHERE state IS NOT NULL ORDER BY ord`;

/** The statements of one run: which catalog, which class, which tables have something to do. */
export interface RunSql {
  readonly catalog: Catalog;
  readonly scope: string;
  readonly shape: PayloadShape;
  /** Tables no statement can name, or not with all their columns. */
  readonly blocks?: readonly TableBlock[];
  /** Writes only the row whose number stands in the setting `tallybook.ord`: for finding the one a server refuses. */
  readonly oneByOne?: boolean;
}

/** Which rows of the run (e) a statement writes. */
export function unwritten(run: RunSql): string {
  return run.oneByOne === true ? "e.ord = pg_catalog.current_setting('tallybook.ord')::int4" : 'e.state IS NULL';
}

/** Whether a row of a table (an alias) is of the run's class. */
export function scopeIs(run: RunSql, alias: string): string {
  return `${columnOf(alias, run.catalog.scopeColumn)} = ${quoteLiteral(run.scope)}::uuid`;
}

/** Whether a row of the run (e) is of a table. */
export function ofTable(table: CatalogTable): string {
  return `e.tbl = ${quoteLiteral(table.name)}`;
}

/** The cell of a column in the row of the run `alias`. */
export function cell(table: CatalogTable, name: string, tree: Tree, alias = 'e'): string {
  const place = contentColumns(table).findIndex((column) => column.name === name) + 1;
  if (place === 0) throw new Error(`${table.name}.${name} does not travel`);
  return `${alias}.${tree}${place}`;
}

/** The cell of a column in a row of the run (e), in the column's type. */
export function typed({ catalog }: RunSql, table: CatalogTable, column: CatalogColumn, tree: Tree): string {
  const text = cell(table, column.name, tree);
  return column.type === 'text' ? text : `${text}::${castType(catalog, column)}`;
}

/** The content of a row of the run (e), in a form that can be compared with that of a table. */
export function typedRow(run: RunSql, table: CatalogTable, tree: Tree): string {
  return `ROW(${contentColumns(table)
    .map((column) => comparable(column, typed(run, table, column, tree)))
    .join(', ')})`;
}

/** Finds the row of a table (t) with the key of a row of the run (e), in a form that uses the primary key's index. */
export function keyMatches(table: CatalogTable): string {
  return table.key
    .map((name) => {
      const key = `coalesce(${cell(table, name, 'r')}, ${cell(table, name, 'e')})`;
      return `${columnOf('t', name)} = ${key}::${keyTypeOf(table, name)}`;
    })
    .join(' AND ');
}

/** From this many rows on, tables are joined as wholes; below, each row is looked up by its key. */
const bulkRows = 1_000;

/** Whether a run is large enough to join tables as wholes. The transaction then has nested loops switched off. */
export function isBulk(run: RunSql): boolean {
  return run.shape.total > bulkRows && run.oneByOne !== true;
}

/**
 * Keeps a lookup a lookup: of a table that was just loaded the planner knows too little, and would compare every row with every other. A large run has no fence
 * and no nested loops instead.
 */
function fence(run: RunSql): string {
  return isBulk(run) ? '' : ' OFFSET 0';
}

/** The row of a table with the key of a row of the run (e). */
export function beside(run: RunSql, table: CatalogTable, columns: string, lock = ''): string {
  return `LATERAL (SELECT ${columns} FROM ${inSchema(run.catalog, table.name)} t WHERE ${scopeIs(run, 't')} AND ${keyMatches(table)}${lock === '' ? fence(run) : lock})`;
}

/** The journal's entry for a row of the run (e). */
export function journalBeside(run: RunSql, columns: string): string {
  return `LATERAL (SELECT ${columns} FROM ${inSchema(run.catalog, 'row_state')} s
  WHERE s.scope = ${quoteLiteral(run.scope)}::uuid AND s.tbl = e.tbl AND s.pk = e.pk${fence(run)})`;
}

/** Locks the touched rows, and the parents of what is written, table by table in the catalog's order and by key within: two runs never wait for each other in a circle. */
export function lockStatements(run: RunSql): readonly PgStatement[] {
  const touched = new Set(run.shape.tablesWith());
  return run.catalog.tables.flatMap((table) => {
    const own = `(SELECT e.* FROM ${effectTable} e WHERE ${ofTable(table)} AND e.op <> 'add' ORDER BY e.pk COLLATE "C") e CROSS JOIN ${beside(run, table, '1', ' OFFSET 0 FOR UPDATE OF t')} l`;
    const children = [...touched].flatMap((child) =>
      child.foreignKeys
        .filter((key) => !key.soft && key.references === table.name)
        .filter(() => hasColumns(run.blocks ?? [], table.name, [run.catalog.scopeColumn, ...table.key]))
        .map((key) => lockedParents(run, table, child, key.columns)),
    );
    const changes = run.shape.tablesWith('update').includes(table) || run.shape.tablesWith('delete').includes(table);
    return [...(changes ? [own] : []), ...children].map((from) => ({ sql: `SELECT count(*) FROM ${from}` }));
  });
}

/** The parents that written rows of a table name, each once. */
function lockedParents(run: RunSql, parent: CatalogTable, child: CatalogTable, columns: readonly string[]): string {
  if (columns.length !== parent.key.length)
    throw new Error(`${child.name} names ${parent.name} by something else than its key`);
  const cells = columns.map((name) => cell(child, name, 'r'));
  const present = cells.map((text) => `${text} IS NOT NULL`).join(' AND ');
  const named = cells.map((text, index) => `${text} AS k${index}`).join(', ');
  const keys = `SELECT DISTINCT ${named} FROM ${effectTable} e WHERE ${ofTable(child)} AND e.op <> 'delete' AND ${present}`;
  const order = cells.map((_, index) => `k${index} COLLATE "C"`).join(', ');
  const matches = parent.key.map((name, index) => `${columnOf('t', name)} = e.k${index}::${keyTypeOf(parent, name)}`);
  return `(SELECT * FROM (${keys}) k ORDER BY ${order}) e CROSS JOIN LATERAL (SELECT 1 FROM ${inSchema(run.catalog, parent.name)} t
  WHERE ${scopeIs(run, 't')} AND ${matches.join(' AND ')} OFFSET 0 FOR KEY SHARE OF t) l`;
}

/** How many rows each writing statement has to hit: by table, operation, group and parked column. */
export const wantedCounts = `SELECT tbl, op, grp, park, count(*) FROM ${effectTable} WHERE state IS NULL GROUP BY 1, 2, 3, 4`;

/**
 * Tells the journal's triggers when the rows were edited, in the server's time, by two settings that end with the transaction: the times most rows share, and a
 * list of the others. The trigger would otherwise note the moment of writing, and every row would have to be updated once more.
 */
export const editedStatements: readonly PgStatement[] = [
  {
    sql: `SELECT length(pg_catalog.set_config('tallybook.edited', (SELECT coalesce(edited_from, '') || ',' || coalesce(edited_to, '') FROM ${effectTable}
  WHERE state IS NULL GROUP BY edited_from, edited_to ORDER BY count(*) DESC LIMIT 1), true))`,
  },
  {
    sql: `SELECT length(pg_catalog.set_config('tallybook.edits', coalesce((SELECT json_agg(json_build_array(tbl, pk, edited_from, edited_to))::text FROM ${effectTable}
  WHERE state IS NULL AND coalesce(edited_from, '') || ',' || coalesce(edited_to, '') <> pg_catalog.current_setting('tallybook.edited')), ''), true))`,
  },
];

/** Tables whose journal, of any class, does not say exactly what the run meant to do. */
export function journalProofStatement(run: RunSql): PgStatement {
  return {
    sql: `SELECT coalesce(j.tbl, e.tbl), coalesce(j.pk, e.pk) FROM (
  SELECT s.* FROM ${inSchema(run.catalog, 'class')} c CROSS JOIN LATERAL (
    SELECT r.scope, r.tbl, r.pk, r.deleted FROM ${inSchema(run.catalog, 'row_state')} r WHERE r.scope = c.id AND r.xid = txid_current() OFFSET 0
  ) s
) j FULL JOIN (
  SELECT ${quoteLiteral(run.scope)}::uuid AS scope, tbl, pk, op = 'delete' AS deleted FROM ${effectTable} WHERE state IS NULL
) e ON j.scope = e.scope AND j.tbl = e.tbl AND j.pk = e.pk
WHERE j.deleted IS DISTINCT FROM e.deleted
UNION ALL SELECT o.tbl, NULL FROM ${inSchema(run.catalog, 'journal_elsewhere')}(${quoteLiteral(run.scope)}::uuid) o LIMIT 1`,
  };
}

/** Counts what this transaction wrote to tables that are not ours and not temporary ones of our own. A connection may carry counts from before: compare two answers. */
export function foreignWritesStatement(catalog: Catalog): PgStatement {
  const ours = [...serverBookkeeping, ...catalog.tables.map((table) => table.name)].map(quoteLiteral).join(', ');
  return {
    sql: `SELECT x.schemaname || '.' || x.relname, x.n_tup_ins + x.n_tup_upd + x.n_tup_del FROM pg_catalog.pg_stat_xact_user_tables x
JOIN pg_catalog.pg_class c ON c.oid = x.relid
WHERE x.n_tup_ins + x.n_tup_upd + x.n_tup_del > 0 AND c.relnamespace <> pg_catalog.pg_my_temp_schema()
  AND NOT (x.schemaname = ${quoteLiteral(catalog.schema)} AND x.relname IN (${ours})) ORDER BY 1`,
  };
}
