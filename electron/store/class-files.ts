import Database from 'better-sqlite3';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { AppError } from '../../shared/errors.ts';
import type { AppStore } from './app-store.ts';
import { countMembers } from './catalog-rows.ts';
import { createClassStore, openClassStore, readClassInfo } from './class-store.ts';
import type { ClassStore } from './class-store.ts';
import { makePrivateFolder } from './private-files.ts';
import { addBuiltInReasons } from './reason.ts';
import { keepFile } from './save-copy.ts';
import { rememberFactoryRows } from './sync/peer-store.ts';

/** What a new class file is made of. */
export interface NewClass {
  readonly id: string;
  readonly name: string;
  readonly sample: boolean;
  /** True for a class that is joined: not even the built-in reasons, because an empty side pulls and never pushes. */
  readonly empty: boolean;
  /** The tables it has; the classroom's by default. Only those have built-in rows. */
  readonly catalog?: Catalog;
}

/** Where the file of a class is in a data folder. */
export function classFileOf(folder: string, classId: string): string {
  return join(folder, 'classes', `${classId}.db`);
}

/**
 * Makes the file of a new class and fills it; it appears under its name only when it is complete, so a failure or a power cut leaves no class.
 * `fill` runs in one transaction; what it throws is thrown on. Throws `class-exists` when there is a file for that id.
 */
export function createClassFile(
  folder: string,
  { id, name, sample, empty, catalog = classroomCatalog }: NewClass,
  fill?: (store: ClassStore) => void,
): void {
  const file = classFileOf(folder, id);
  if (existsSync(file)) throw new AppError('class-exists', { name });
  const unfinished = `${file}.unfinished`;
  removeDatabase(unfinished);
  try {
    makePrivateFolder(dirname(file));
  } catch (error) {
    throw new AppError('folder-unwritable', {}, { cause: error });
  }
  const store = createClassStore(unfinished, { id, name, sample, createdAt: new Date().toISOString() }, catalog);
  try {
    store.transaction(() => {
      if (!empty && catalog.id === classroomCatalog.id) {
        addBuiltInReasons(store);
        rememberFactoryRows(store);
      }
      fill?.(store);
    });
    moveLogIntoFile(store);
    store.close();
    keepFile(unfinished, file);
  } catch (error) {
    store.close();
    removeDatabase(unfinished);
    throw error;
  }
}

/**
 * Moves the write-ahead log into the file, so that one rename makes the whole class appear. Closing would do it too, but says nothing when the disk is full, and
 * the file that then got the name would be half of one. Throws what SQLite says.
 */
function moveLogIntoFile(store: ClassStore): void {
  const [result] = store.db.pragma('wal_checkpoint(TRUNCATE)') as readonly { readonly busy: number }[];
  if (result?.busy !== 0) throw new AppError('disk-full', { where: 'here' });
}

/**
 * Adds the class files of a data folder that the list does not know: the list was lost, or the file was put there by hand.
 * A file that cannot be opened is left alone and stays out. Answers the ids added.
 */
export function adoptClassFiles(app: AppStore, folder: string, now: string, catalog: Catalog): readonly string[] {
  const known = new Set(app.classes().map(({ id }) => id));
  const classes = join(folder, 'classes');
  if (!existsSync(classes)) return [];
  return readdirSync(classes)
    .filter((file) => /^[0-9a-f-]{36}\.db$/.test(file) && !known.has(basename(file, '.db')))
    .toSorted()
    .filter((file) => adopt(app, join(classes, file), now, catalog))
    .map((file) => basename(file, '.db'));
}

function adopt(app: AppStore, file: string, now: string, catalog: Catalog): boolean {
  const id = basename(file, '.db');
  try {
    const store = openClassStore(file, { classId: id, catalog });
    try {
      const { name, sample } = readClassInfo(store.db);
      app.addClass({ id, name, sample, archived: false, students: countMembers(store) }, now);
      return true;
    } finally {
      store.close();
    }
  } catch (error) {
    if (error instanceof AppError || error instanceof Database.SqliteError) return false;
    throw error;
  }
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true });
}
