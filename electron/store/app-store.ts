import type Database from 'better-sqlite3';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { appMigrations } from './app-migrations/app-migrations.ts';
import { createDatabase, openDatabase } from './open-database.ts';
import type { FileKind } from './open-database.ts';
import { makePrivateFolder } from './private-files.ts';
import { fromSqliteError } from './sqlite-error.ts';
import { statement, type SqlValue } from './statement.ts';
import { uuidv7 } from './uuid.ts';

/** This installation. `name` is null until someone has named it. */
export interface Device {
  readonly id: string;
  readonly name: string | null;
}

/** A class in the list of this device. `students` is what was last counted. */
export interface ClassEntry {
  readonly id: string;
  readonly name: string;
  readonly sample: boolean;
  readonly archived: boolean;
  readonly students: number;
}

/** The store of this installation: the device, its classes, its settings. Nothing of it ever syncs. */
export interface AppStore {
  device(): Device;
  setDeviceName(name: string): void;
  /** The classes of this device in the order they were added. */
  classes(): readonly ClassEntry[];
  /** Throws `not-found`. */
  classOf(id: string): ClassEntry;
  /** Adds a class at the end of the list. Throws `class-exists` when the list has that id. */
  addClass(entry: ClassEntry, at: string): void;
  renameClass(id: string, name: string): void;
  archiveClass(id: string, archived: boolean): void;
  setStudentCount(id: string, students: number): void;
  /** A setting of this device; null when it was never set. */
  setting(key: string): string | null;
  /** Null forgets the setting. */
  setSetting(key: string, value: string | null): void;
  close(): void;
}

interface ClassRow {
  readonly id: string;
  readonly name: string;
  readonly sample: number;
  readonly archived: number;
  readonly students: number;
}

/** "Tbla": the header of `app.db`. */
const appApplicationId = 0x54626c61;

/**
 * Opens `app.db` in the data folder and makes it, with a new device id, where there is none.
 * Throws `store-damaged` or `store-newer` and then leaves the file as it is; `folder-unwritable`.
 */
export function openAppStore(folder: string): AppStore {
  const file = join(folder, 'app.db');
  const kind: FileKind = {
    applicationId: appApplicationId,
    migrations: appMigrations,
    backupFile: (version) => join(folder, 'backups', 'app', `before-migration-from-${version}.db`),
  };
  try {
    makePrivateFolder(folder);
  } catch (error) {
    throw new AppError('folder-unwritable', {}, { cause: error });
  }
  // An empty file is a creation that a power cut ended: there is nothing in it to keep.
  const isThere = existsSync(file) && statSync(file).size > 0;
  const db = isThere ? openDatabase(file, kind) : createDatabase(file, kind);
  db.prepare('INSERT INTO device (only, id, name) VALUES (1, ?, NULL) ON CONFLICT DO NOTHING').run(uuidv7());
  return appStore(db);
}

function appStore(db: Database.Database): AppStore {
  const write = (sql: string, ...values: readonly SqlValue[]): number => {
    try {
      return statement(db, sql).run(...values).changes;
    } catch (error) {
      throw fromSqliteError(error);
    }
  };
  const change = (id: string, sql: string, value: SqlValue): void => {
    if (write(sql, value, id) === 0) throw new AppError('not-found', { what: 'class' });
  };
  const classes = (where: string, ...values: readonly SqlValue[]): readonly ClassEntry[] =>
    (
      statement(db, `SELECT id, name, sample, archived, students FROM class ${where} ORDER BY added_at, rowid`).all(
        ...values,
      ) as ClassRow[]
    ).map((row) => ({ ...row, sample: row.sample === 1, archived: row.archived === 1 }));
  return {
    device: () => statement(db, 'SELECT id, name FROM device').get() as Device,
    setDeviceName: (name) => void write('UPDATE device SET name = ?', name),
    classes: () => classes(''),
    classOf: (id) => {
      const [entry] = classes('WHERE id = ?', id);
      if (entry === undefined) throw new AppError('not-found', { what: 'class' });
      return entry;
    },
    addClass: ({ id, name, sample, archived, students }, at) => {
      const added = write(
        `INSERT INTO class (id, name, sample, archived, students, added_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        id,
        name,
        flag(sample),
        flag(archived),
        BigInt(students),
        at,
      );
      if (added === 0) throw new AppError('class-exists', { name });
    },
    renameClass: (id, name) => change(id, 'UPDATE class SET name = ? WHERE id = ?', name),
    archiveClass: (id, archived) => change(id, 'UPDATE class SET archived = ? WHERE id = ?', flag(archived)),
    setStudentCount: (id, students) => change(id, 'UPDATE class SET students = ? WHERE id = ?', BigInt(students)),
    setting: (key) =>
      (statement(db, 'SELECT value FROM setting WHERE key = ?').get(key) as { value: string } | undefined)?.value ??
      null,
    setSetting: (key, value) => {
      if (value === null) write('DELETE FROM setting WHERE key = ?', key);
      else
        write(
          'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
          key,
          value,
        );
    },
    close: () => db.close(),
  };
}

function flag(value: boolean): bigint {
  return value ? 1n : 0n;
}
