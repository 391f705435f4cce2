import type Database from 'better-sqlite3';

/** What a statement may be given. Integers are BigInt: a JS number binds as REAL. */
export type SqlValue = string | bigint | Buffer | null;

type Statement = Database.Statement<SqlValue[]>;

const prepared = new WeakMap<Database.Database, Map<string, Statement>>();
const preparedRaw = new WeakMap<Database.Database, Map<string, Statement>>();

/** A statement of a connection, prepared once. Its rows are objects; do not switch its mode. */
export function statement(db: Database.Database, sql: string): Statement {
  return cached(prepared, db, sql, () => db.prepare<SqlValue[]>(sql));
}

/** A statement whose rows are arrays of values in the order of the columns, prepared once. */
export function rawStatement(db: Database.Database, sql: string): Statement {
  return cached(preparedRaw, db, sql, () => db.prepare<SqlValue[]>(sql).raw());
}

function cached(
  cache: WeakMap<Database.Database, Map<string, Statement>>,
  db: Database.Database,
  sql: string,
  make: () => Statement,
): Statement {
  let ofDatabase = cache.get(db);
  if (ofDatabase === undefined) cache.set(db, (ofDatabase = new Map<string, Statement>()));
  let found = ofDatabase.get(sql);
  if (found === undefined) ofDatabase.set(sql, (found = make()));
  return found;
}
