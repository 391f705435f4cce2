import type Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';

/** What a statement may be given. Integers are BigInt: a JS number binds as REAL. */
export type SqlValue = string | bigint | Buffer | null;

type Statement = Database.Statement<SqlValue[]>;

type NamedStatement = Database.Statement<[Readonly<Record<string, SqlValue>>]>;

const prepared = new WeakMap<Database.Database, Map<string, Statement>>();
const preparedNamed = new WeakMap<Database.Database, Map<string, NamedStatement>>();
const preparedRaw = new WeakMap<Database.Database, Map<string, Statement>>();

/**
 * Refuses work on a file that was closed under it: a class was gone back to a backup while a list of it was worked out in slices. Whoever asks again has the file that
 * is there now. Throws `class-replaced`.
 */
export function refuseClosed(db: Database.Database): void {
  if (!db.open) throw new AppError('class-replaced');
}

/** A statement of a connection, prepared once. Its rows are objects; do not switch its mode. Throws `class-replaced`, as the others do. */
export function statement(db: Database.Database, sql: string): Statement {
  return cached(prepared, db, sql, () => db.prepare<SqlValue[]>(sql));
}

/** A statement whose values have names (`@planId`), prepared once. Its rows are objects; do not switch its mode. */
export function namedStatement(db: Database.Database, sql: string): NamedStatement {
  return cached(preparedNamed, db, sql, () => db.prepare<[Readonly<Record<string, SqlValue>>]>(sql));
}

/** A statement whose rows are arrays of values in the order of the columns, prepared once. */
export function rawStatement(db: Database.Database, sql: string): Statement {
  return cached(preparedRaw, db, sql, () => db.prepare<SqlValue[]>(sql).raw());
}

function cached<S>(
  cache: WeakMap<Database.Database, Map<string, S>>,
  db: Database.Database,
  sql: string,
  make: () => S,
): S {
  refuseClosed(db);
  let ofDatabase = cache.get(db);
  if (ofDatabase === undefined) cache.set(db, (ofDatabase = new Map<string, S>()));
  let found = ofDatabase.get(sql);
  if (found === undefined) ofDatabase.set(sql, (found = make()));
  return found;
}
