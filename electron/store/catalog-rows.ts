import { columnNamed, contentColumns, tableOf } from '../../shared/catalog/catalog.ts';
import type { CatalogColumn, CatalogForeignKey, CatalogTable, ColumnType } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import { keyCells, keyOf, pkFromCells, pkOf } from '../../shared/catalog/key.ts';
import { AppError } from '../../shared/errors.ts';
import type { Cell, Row, TreeRow } from '../../shared/sync/plan.ts';
import type { ClassStore } from './class-store.ts';
import { rawStatement, statement } from './statement.ts';
import type { SqlValue } from './statement.ts';

/*
 * Rows of any catalog table as canonical text, for the sync engine. The store holds nothing but canonical values, so reading only prints them;
 * writing takes rows that `canonicalCell` has judged.
 */

/** A row with its address. */
export interface KeyedRow {
  readonly pk: string;
  readonly row: Row;
}

/** Rows `eachRow` reads at once. Between two reads other statements may run: an open cursor would lock the connection. */
const pageSize = 1_000;

/** The row of that address, or null when there is none. */
export function readRow(store: ClassStore, table: CatalogTable, pk: string): TreeRow {
  const sql = sqlOf(table);
  const found = rawStatement(store.db, sql.selectOne).get(...keyValues(table, pk));
  return found === undefined ? null : toRow(sql, found);
}

/** Rows looked up by one statement. */
const LOOKED_UP_AT_ONCE = 64;

/** The rows at some addresses, by address; what is not there is not in it. One statement for many: a question for each costs more than its answer. */
export function readRows(store: ClassStore, table: CatalogTable, pks: readonly string[]): ReadonlyMap<string, Row> {
  const sql = sqlOf(table);
  const rows = new Map<string, Row>();
  for (let from = 0; from < pks.length; from += LOOKED_UP_AT_ONCE) {
    const some = pks.slice(from, from + LOOKED_UP_AT_ONCE);
    const keys = some.flatMap((pk) => keyValues(table, pk));
    // The same text for every number of rows: what is missing is asked for as NULL, which no key is.
    while (keys.length < LOOKED_UP_AT_ONCE * table.key.length) keys.push(null);
    for (const found of rawStatement(store.db, sql.selectMany).all(...keys)) {
      const row = toRow(sql, found);
      rows.set(pkOf(table, row), row);
    }
  }
  return rows;
}

/**
 * Makes the row at an address what is given: inserts, updates the columns that differ and no others, or deletes (null).
 * Writes nothing when it is so already; answers whether it wrote. Runs in the caller's transaction.
 */
export function writeRow(store: ClassStore, table: CatalogTable, pk: string, row: TreeRow): boolean {
  if (row === null) {
    const removed = statement(store.db, sqlOf(table).deleteOne);
    return removed.run(...keyValues(table, pk)).changes > 0;
  }
  if (pkOf(table, row) !== pk) throw new Error(`a row of ${table.name} under another row's key`);
  const current = readRow(store, table, pk);
  if (current === null) {
    insertRow(store, table, row);
    return true;
  }
  const changed = contentColumns(table).filter(({ name }) => cellOf(row, name) !== current[name]);
  if (changed.length === 0) return false;
  const assignments = changed.map(({ name }) => `${quoteIdentifier(name)} = ?`).join(', ');
  statement(store.db, `UPDATE ${quoteIdentifier(table.name)} SET ${assignments} WHERE ${sqlOf(table).atKey}`).run(
    ...changed.map(({ name, type }) => toSqlite(type, cellOf(row, name))),
    ...keyValues(table, pk),
  );
  return true;
}

/** Inserts a row that is known to be new; a plain INSERT, so one that is there after all fails instead of being overwritten. */
export function insertRow(store: ClassStore, table: CatalogTable, row: Row): void {
  const { insert, columns } = sqlOf(table);
  statement(store.db, insert).run(...columns.map(({ name, type }) => toSqlite(type, cellOf(row, name))));
}

/**
 * Every row of a table in key order, read a page at a time: the caller may write, or let others write, between two rows.
 * A row that changes meanwhile is seen as it is when its page is read.
 */
export function* eachRow(store: ClassStore, table: CatalogTable): Generator<KeyedRow, void> {
  const sql = sqlOf(table);
  let after: readonly SqlValue[] | undefined;
  for (;;) {
    const page =
      after === undefined
        ? rawStatement(store.db, `${sql.select} ORDER BY ${sql.keyList} LIMIT ${pageSize}`).all()
        : rawStatement(store.db, `${sql.select} WHERE ${sql.afterKey} ORDER BY ${sql.keyList} LIMIT ${pageSize}`).all(
            ...after,
          );
    let last: string | undefined;
    for (const values of page) {
      const row = toRow(sql, values);
      last = pkOf(table, row);
      yield { pk: last, row };
    }
    if (last === undefined || page.length < pageSize) return;
    after = keyValues(table, last);
  }
}

/** The next addresses of a table in key order; `after` is the last one already known, null to begin. */
export function keysAfter(
  store: ClassStore,
  table: CatalogTable,
  after: string | null,
  limit: number,
): readonly string[] {
  const { keyList, keyAsText, afterKey } = sqlOf(table);
  const from = `SELECT ${keyAsText} FROM ${quoteIdentifier(table.name)}`;
  const order = `ORDER BY ${keyList} LIMIT ?`;
  const found =
    after === null
      ? rawStatement(store.db, `${from} ${order}`).all(BigInt(limit))
      : rawStatement(store.db, `${from} WHERE ${afterKey} ${order}`).all(...keyValues(table, after), BigInt(limit));
  return (found as string[][]).map(pkFromCells);
}

/**
 * A page of a table in key order as SQL: `sql` selects `pk`, the address, and `row`, its text as the trees keep it, `keys` the addresses alone; `last` is the address
 * the next page begins after, null at the end.
 */
export interface TextPage {
  readonly sql: string;
  readonly keys: string;
  readonly values: readonly SqlValue[];
  readonly last: string | null;
}

/** The next so many rows of a table after an address, null to begin, for statements that work on whole pages. */
export function textPage(store: ClassStore, table: CatalogTable, after: string | null, rows: number): TextPage {
  const { columns, keyList, keyAsText, afterKey } = sqlOf(table);
  const cells = columns.map((column) => `'${column.name.replaceAll("'", "''")}', ${printed(column)}`);
  const from = `FROM ${quoteIdentifier(table.name)}${after === null ? '' : ` WHERE ${afterKey}`} ORDER BY ${keyList} LIMIT`;
  const bounds = after === null ? [] : keyValues(table, after);
  const end = rawStatement(store.db, `SELECT ${keyAsText} ${from} 1 OFFSET ?`).get(...bounds, BigInt(rows - 1));
  return {
    sql: `SELECT json_array(${keyAsText}) AS pk, json_object(${cells.join(', ')}) AS row ${from} ?`,
    keys: `SELECT json_array(${keyAsText}) AS pk ${from} ?`,
    values: [...bounds, BigInt(rows)],
    last: end === undefined ? null : pkFromCells(end as string[]),
  };
}

/** The rows whose columns hold these values; null finds NULL. */
export function findByColumns(
  store: ClassStore,
  table: CatalogTable,
  columns: readonly string[],
  values: readonly Cell[],
): readonly KeyedRow[] {
  const sql = sqlOf(table);
  const where = columns.map((column) => `${quoteIdentifier(column)} IS ?`).join(' AND ');
  const bound = columns.map((column, index) => toSqlite(columnNamed(table, column).type, values[index] ?? null));
  return rawStatement(store.db, `${sql.select} WHERE ${where} ORDER BY ${sql.keyList}`)
    .all(...bound)
    .map((found) => {
      const row = toRow(sql, found);
      return { pk: pkOf(table, row), row };
    });
}

/** The rows of `child` that point with this foreign key at the row whose address in the referenced table is `parentPk`. */
export function childrenOf(
  store: ClassStore,
  child: CatalogTable,
  foreignKey: CatalogForeignKey,
  parent: CatalogTable,
  parentPk: string,
): readonly KeyedRow[] {
  const key = keyOf(parent, parentPk);
  return findByColumns(
    store,
    child,
    foreignKey.columns,
    parent.key.map((column) => key[column] ?? null),
  );
}

/** How many rows a table has. */
export function countRows(store: ClassStore, table: CatalogTable): number {
  const [count] = rawStatement(store.db, `SELECT count(*) FROM ${quoteIdentifier(table.name)}`).get() as [number];
  return count;
}

/** How many rows of a table are not deleted as people see it. */
export function countLive(store: ClassStore, table: CatalogTable): number {
  if (table.softDelete === null) return countRows(store, table);
  const sql = `SELECT count(*) FROM ${quoteIdentifier(table.name)} WHERE ${quoteIdentifier(table.softDelete)} IS NULL`;
  const [count] = rawStatement(store.db, sql).get() as [number];
  return count;
}

/** How large a class is: the living rows of its catalog's table of members; 0 where it has none. */
export function countMembers(store: ClassStore): number {
  const { members } = store.catalog.roles;
  return members === null ? 0 : countLive(store, tableOf(store.catalog, members));
}

interface TableSql {
  readonly columns: readonly CatalogColumn[];
  readonly select: string;
  readonly insert: string;
  readonly atKey: string;
  readonly afterKey: string;
  readonly keyList: string;
  readonly keyAsText: string;
  /** Whole statements, because a text put together anew is a text to look up anew, a hundred thousand times. */
  readonly selectOne: string;
  readonly selectMany: string;
  readonly deleteOne: string;
  readonly keyTypes: readonly ColumnType[];
}

const sqlOfTables = new WeakMap<CatalogTable, TableSql>();

function sqlOf(table: CatalogTable): TableSql {
  const known = sqlOfTables.get(table);
  if (known !== undefined) return known;
  const columns = contentColumns(table);
  const name = quoteIdentifier(table.name);
  const key = table.key.map(quoteIdentifier);
  const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ');
  const select = `SELECT ${columns.map(printed).join(', ')} FROM ${name}`;
  const atKey = key.map((column) => `${column} = ?`).join(' AND ');
  const sql: TableSql = {
    columns,
    select,
    insert: `INSERT INTO ${name} (${columns.map((column) => quoteIdentifier(column.name)).join(', ')}) VALUES (${marks(columns.length)})`,
    atKey,
    selectOne: `${select} WHERE ${atKey}`,
    selectMany: `${select} WHERE (${key.join(', ')}) IN (VALUES ${Array.from({ length: LOOKED_UP_AT_ONCE }, () => `(${marks(key.length)})`).join(', ')})`,
    deleteOne: `DELETE FROM ${name} WHERE ${atKey}`,
    keyTypes: table.key.map((column) => columnNamed(table, column).type),
    afterKey: `(${key.join(', ')}) > (${marks(key.length)})`,
    keyList: key.join(', '),
    keyAsText: table.key.map((column) => printed(columnNamed(table, column))).join(', '),
  };
  sqlOfTables.set(table, sql);
  return sql;
}

/** The expression that prints a column as canonical text, so that no integer ever is a JS number. */
function printed({ name, type }: CatalogColumn): string {
  const column = quoteIdentifier(name);
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8':
      return `CAST(${column} AS TEXT)`;
    case 'bool':
      return `CASE ${column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END`;
    case 'bytea':
      return `CASE WHEN ${column} IS NOT NULL THEN '\\x' || lower(hex(${column})) END`;
    default:
      // Everything else stands in the file as its canonical text.
      return column;
  }
}

function toSqlite(type: ColumnType, cell: Cell): SqlValue {
  if (cell === null) return null;
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8':
      return BigInt(cell);
    case 'bool':
      return cell === 'true' ? 1n : 0n;
    case 'bytea':
      return Buffer.from(cell.slice(2), 'hex');
    default:
      // The driver would put another letter in the place of half a surrogate pair, and say nothing.
      if (!cell.isWellFormed()) throw new AppError('value-refused', { type });
      return cell;
  }
}

function toRow({ columns }: TableSql, found: unknown): Row {
  const values = found as readonly Cell[];
  const row: Record<string, Cell> = {};
  for (let index = 0; index < columns.length; index += 1) {
    const column = columns[index];
    if (column !== undefined) row[column.name] = values[index] ?? null;
  }
  return row;
}

function keyValues(table: CatalogTable, pk: string): readonly SqlValue[] {
  const { keyTypes } = sqlOf(table);
  return keyCells(table, pk).map((cell, index) => toSqlite(keyTypes[index] ?? 'text', cell));
}

function cellOf(row: Row, name: string): Cell {
  const cell = row[name];
  if (cell === undefined) throw new Error(`a row without its column ${name}`);
  return cell;
}
