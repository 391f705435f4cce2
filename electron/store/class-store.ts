import type Database from 'better-sqlite3';
import { basename, dirname, join } from 'node:path';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { AppError } from '../../shared/errors.ts';
import type { ClockReading } from '../../shared/sync/clock.ts';
import { classMigrations } from './migrations/migrations.ts';
import { createDatabase, openDatabase } from './open-database.ts';
import type { FileKind } from './open-database.ts';
import { fromSqliteError } from './sqlite-error.ts';
import { refuseClosed, statement } from './statement.ts';

/** Reads the clocks of this PC. */
export type ReadClock = () => ClockReading;

/** The open file of one class: the only way to its rows. */
export interface ClassStore {
  readonly classId: string;
  readonly file: string;
  /** What its tables are and how they sync. */
  readonly catalog: Catalog;
  readonly db: Database.Database;
  /**
   * Runs `fn` in one transaction that is written to disk when it returns, and rolled back when it throws. A nested call is
   * undone alone when it throws, and with the outer one.
   * `fn` is synchronous: a promise from it is refused, because a point recorded during an awaited transaction would vanish with its rollback.
   */
  transaction<T>(fn: () => T): T;
  /**
   * As `transaction`, for work that is made again when it is lost: it reaches the disk with the next `transaction`, in order and whole. Only a power
   * cut before that undoes it. For the many small steps of observing and planning, which otherwise each wait for the disk. Never nested.
   */
  stepTransaction<T>(fn: () => T): T;
  close(): void;
}

/** What a class file says about itself. */
export interface ClassInfo {
  readonly id: string;
  readonly name: string;
  readonly sample: boolean;
  readonly createdAt: string;
}

/** "Tbly": the header of a class file. */
const classApplicationId = 0x54626c79;

/**
 * Opens the file of a class that exists: checked, at the newest schema, with every setting that keeps it safe.
 * Throws `not-found` (no file), `store-damaged` (also when the file is another class's), `store-newer`, `folder-unwritable`; the file is then untouched.
 */
export function openClassStore(
  file: string,
  {
    classId,
    catalog = classroomCatalog,
    clock,
  }: { readonly classId: string; readonly catalog?: Catalog; readonly clock?: ReadClock | undefined },
): ClassStore {
  const db = openDatabase(file, classFile(file, catalog));
  try {
    if (readClassInfo(db).id !== classId) throw new AppError('store-damaged', { reason: 'other-class' });
  } catch (error) {
    db.close();
    throw fromSqliteError(error);
  }
  return classStore(file, classId, catalog, db, clock);
}

/** Makes the file of a new class with nothing in it but what the class is. The caller says that there is none at that path. */
export function createClassStore(file: string, info: ClassInfo, catalog: Catalog = classroomCatalog): ClassStore {
  const db = createDatabase(file, classFile(file, catalog));
  const store = classStore(file, info.id, catalog, db);
  try {
    store.transaction(() =>
      db
        .prepare('INSERT INTO class_info (only, id, name, sample, created_at) VALUES (1, ?, ?, ?, ?)')
        .run(info.id, info.name, info.sample ? 1n : 0n, info.createdAt),
    );
  } catch (error) {
    db.close();
    throw error;
  }
  return store;
}

/** What the file says which class it holds. */
export function readClassInfo(db: Database.Database): ClassInfo {
  const row = db.prepare('SELECT id, name, sample, created_at FROM class_info').get() as
    | { readonly id: string; readonly name: string; readonly sample: number; readonly created_at: string }
    | undefined;
  if (row === undefined) throw new AppError('store-damaged', { reason: 'no-class' });
  return { id: row.id, name: row.name, sample: row.sample === 1, createdAt: row.created_at };
}

/** Gives the class another name in its own file. */
export function writeClassName(store: ClassStore, name: string): void {
  store.transaction(() => store.db.prepare('UPDATE class_info SET name = ?').run(name));
}

function classStore(
  file: string,
  classId: string,
  catalog: Catalog,
  db: Database.Database,
  clock?: ReadClock,
): ClassStore {
  const transaction = <T>(fn: () => T): T => {
    refuseClosed(db);
    try {
      return db.transaction(clock === undefined || db.inTransaction ? fn : timed(db, clock, fn)).immediate();
    } catch (error) {
      throw fromSqliteError(error);
    }
  };
  return {
    classId,
    file,
    catalog,
    db,
    transaction,
    stepTransaction: (fn) => {
      refuseClosed(db);
      // Inside a transaction SQLite ignores the setting, and the step would quietly be as slow as any other.
      if (db.inTransaction) throw new Error('a step inside a transaction');
      db.exec('PRAGMA synchronous = NORMAL');
      try {
        return transaction(fn);
      } finally {
        db.exec('PRAGMA synchronous = FULL');
      }
    },
    close: () => {
      if (!db.open) return;
      db.pragma('optimize');
      db.close();
    },
  };
}

/** Writes under the clocks of the moment it began, so that every mark says when its edit was made. Outside, a mark says that nobody noted it. */
function timed<T>(db: Database.Database, clock: ReadClock, fn: () => T): () => T {
  return () => {
    const { wallMs, monotonicMs, bootId } = clock();
    statement(db, 'UPDATE clock_now SET wall = ?, mono_ms = CAST(? AS REAL), boot = ?').run(
      new Date(wallMs).toISOString(),
      String(monotonicMs),
      bootId,
    );
    const result = fn();
    statement(db, 'UPDATE clock_now SET wall = NULL, mono_ms = NULL, boot = NULL').run();
    return result;
  };
}

function classFile(file: string, catalog: Catalog): FileKind {
  const folder = join(dirname(dirname(file)), 'backups', basename(file, '.db'));
  return {
    applicationId: classApplicationId,
    migrations: classMigrations(catalog),
    backupFile: (version) => join(folder, `before-migration-from-${version}.db`),
  };
}
