import Database from 'better-sqlite3';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { ClassStore } from './class-store.ts';
import { migrate } from './migrate.ts';
import { classMigrations } from './migrations/migrations.ts';
import { statement } from './statement.ts';
import { fromSqliteError } from './sqlite-error.ts';

/** What a full check of an open class file found. */
export interface StoreCheck {
  /** Pages, indexes and constraints that do not fit together, tables and triggers that are not as they were made, and notes on rows that can be read no more; 0 when the file is sound. */
  readonly findings: number;
  /** References that lead nowhere. */
  readonly lostReferences: number;
  /** Version of SQLite. */
  readonly sqlite: string;
}

/** Most findings that are counted: a damaged file is not read to its end. */
const mostFindings = 100;

/** Reads the whole file and checks it; takes about a second per 100 MB. Throws `store-damaged` where it cannot even be read. */
export function checkStore(store: ClassStore): StoreCheck {
  try {
    const rows = store.db.prepare(`PRAGMA integrity_check(${mostFindings})`).pluck().all();
    const findings =
      (rows.length === 1 && rows[0] === 'ok' ? 0 : rows.length) + alteredObjects(store) + unreadableNotes(store);
    const lostReferences = store.db.prepare('PRAGMA foreign_key_check').all().length;
    const sqlite = String(store.db.prepare('SELECT sqlite_version()').pluck().get());
    return { findings, lostReferences, sqlite };
  } catch (error) {
    throw fromSqliteError(error);
  }
}

/** What a file of a catalog is made of, by type and name. */
const made = new WeakMap<Catalog, ReadonlyMap<string, string>>();

/** How many tables, views, indexes and triggers are not there as the app makes them: a text of theirs in which a byte changed is a statement that fails, or does something else. */
function alteredObjects({ db, catalog }: ClassStore): number {
  const found = objectsOf(db);
  let expected = made.get(catalog);
  if (expected === undefined) {
    const fresh = new Database(':memory:');
    try {
      migrate(fresh, classMigrations(catalog), () => undefined);
      expected = objectsOf(fresh);
    } finally {
      fresh.close();
    }
    made.set(catalog, expected);
  }
  return [...expected].filter(([name, text]) => found.get(name) !== text).length;
}

function objectsOf(db: Database.Database): ReadonlyMap<string, string> {
  const sql = `SELECT type || ' ' || name AS name, coalesce(sql, '') AS text FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'`;
  return new Map((db.prepare(sql).all() as { name: string; text: string }[]).map(({ name, text }) => [name, text]));
}

/** How many notes on rows name none of our tables, or hold a text that is none of ours any more. */
function unreadableNotes({ db, catalog }: ClassStore): number {
  const tables = JSON.stringify(catalog.tables.map(({ name }) => name));
  const count = (from: string, texts: readonly string[]): number => {
    const broken = texts.map((text) => `NOT coalesce(json_valid(${text}), 1)`).join(' OR ');
    const sql = `SELECT count(*) AS n FROM ${from} WHERE ${broken} OR tbl NOT IN (SELECT value FROM json_each(?))`;
    return Number((statement(db, sql).get(tables) as { readonly n: number | bigint }).n);
  };
  return count('base', ['pk', 'row']) + count('remote', ['pk', 'row']) + count('dirty', ['pk']);
}
