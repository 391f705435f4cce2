import Database from 'better-sqlite3';
import { statSync } from 'node:fs';
import { AppError } from '../../shared/errors.ts';
import { makePrivateFile } from './private-files.ts';
import { saveCopy } from './save-copy.ts';
import { migrate, refuseNewer, schemaVersion } from './migrate.ts';
import type { Migration } from './migration.ts';
import { fromSqliteError } from './sqlite-error.ts';

/** What a file must be to be opened as ours. */
export interface FileKind {
  /** Number in the file's header that says whose file it is. */
  readonly applicationId: number;
  readonly migrations: readonly Migration[];
  /** Where the copy goes that is made before a migration. */
  readonly backupFile: (version: number) => string;
}

/** How long a statement waits for another process that holds the file, in milliseconds. */
const busyTimeoutMs = 5_000;

/**
 * Opens a file that exists, checks it and takes it to the newest schema.
 * A file that is damaged (`store-damaged`), of a newer app (`store-newer`) or not ours (`store-damaged`) is only ever read: it is kept as it is,
 * byte for byte, for whoever can save something from it.
 */
export function openDatabase(file: string, kind: FileKind): Database.Database {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new AppError('not-found', { what: 'file' });
  // Opening a pipe would wait for whoever writes into it, for ever.
  if (!found.isFile()) throw new AppError('store-damaged', { reason: 'not-ours' });
  try {
    inspect(file, kind);
    return prepare(file, kind);
  } catch (error) {
    throw fromSqliteError(error);
  }
}

/** Makes a new file with the newest schema. The caller says that there is none at that path. */
export function createDatabase(file: string, kind: FileKind): Database.Database {
  try {
    makePrivateFile(file);
    return prepare(file, kind);
  } catch (error) {
    throw fromSqliteError(error);
  }
}

/** Reads without the right to write, because closing a writable connection would already move the write-ahead log into the file. */
function inspect(file: string, kind: FileKind): void {
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
  try {
    db.pragma('trusted_schema = OFF');
    if (Number(db.pragma('application_id', { simple: true })) !== kind.applicationId) {
      throw new AppError('store-damaged', { reason: 'not-ours' });
    }
    refuseNewer(schemaVersion(db), kind.migrations);
    const findings = db.pragma('quick_check(1)', { simple: true });
    if (findings !== 'ok') throw new AppError('store-damaged', { reason: 'check' });
  } finally {
    db.close();
  }
}

function prepare(file: string, kind: FileKind): Database.Database {
  const db = new Database(file, { timeout: busyTimeoutMs });
  try {
    db.pragma('journal_mode = WAL');
    // After the journal mode: switching a connection to WAL resets it to NORMAL, which loses the last points in a power cut.
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    // Without it `INSERT OR REPLACE` removes a row without its delete trigger, and the change never syncs.
    db.pragma('recursive_triggers = ON');
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    db.pragma('journal_size_limit = 16777216');
    if (schemaVersion(db) === 0) db.pragma(`application_id = ${kind.applicationId}`);
    migrate(db, kind.migrations, () => saveCopy(db, kind.backupFile(schemaVersion(db))));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
