import type { ClassStore } from './class-store.ts';
import { fromSqliteError } from './sqlite-error.ts';

/** What a full check of an open class file found. */
export interface StoreCheck {
  /** Pages, indexes and constraints that do not fit together; 0 when the file is sound. */
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
    const findings = rows.length === 1 && rows[0] === 'ok' ? 0 : rows.length;
    const lostReferences = store.db.prepare('PRAGMA foreign_key_check').all().length;
    const sqlite = String(store.db.prepare('SELECT sqlite_version()').pluck().get());
    return { findings, lostReferences, sqlite };
  } catch (error) {
    throw fromSqliteError(error);
  }
}
