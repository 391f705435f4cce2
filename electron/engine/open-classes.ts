import { existsSync, rmSync } from 'node:fs';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { AppStore } from '../store/app-store.ts';
import { classFileOf } from '../store/class-files.ts';
import { openClassStore } from '../store/class-store.ts';
import type { ClassStore, ReadClock } from '../store/class-store.ts';
import { keepFile, saveCopy } from '../store/save-copy.ts';
import { closeRuns } from '../store/sync/run-store.ts';
import { settleNow } from '../store/sync/settle-trees.ts';
import { describeError } from './describe-error.ts';
import type { Log } from './log.ts';

/** The class files of this device, each opened when first asked for and kept open. */
export interface OpenClasses {
  /** Where the file of a class is or will be. */
  fileOf(classId: string): string;
  /** Throws `not-found` when the class is not on this device, `store-damaged` or `store-newer` when its file cannot be used. */
  open(classId: string): ClassStore;
  /** The store of a class that is open now. */
  known(classId: string): ClassStore | undefined;
  /** Closes the file of a class and puts another, closed one in its place. */
  replace(classId: string, file: string): void;
  /** Writes what the write-ahead logs still hold into the files and closes them. */
  close(): void;
}

/** What open classes need of the engine. */
interface OpenClassesParts {
  readonly dataFolder: string;
  readonly app: AppStore;
  readonly catalog: Catalog;
  readonly clock: ReadClock;
  readonly log: Log;
}

/** Makes the table of open classes. */
export function createOpenClasses({ dataFolder, app, catalog, clock, log }: OpenClassesParts): OpenClasses {
  const stores = new Map<string, ClassStore>();
  const fileOf = (classId: string): string => classFileOf(dataFolder, classId);
  function known(classId: string): ClassStore | undefined {
    const store = stores.get(classId);
    return store?.db.open === true ? store : undefined;
  }
  function replace(classId: string, file: string): void {
    const open = known(classId);
    stores.delete(classId);
    open?.close();
    const target = fileOf(classId);
    // Closing has moved them into the file; where another program holds it they would be taken for those of the new one.
    for (const suffix of ['-wal', '-shm']) rmSync(`${target}${suffix}`, { force: true });
    keepFile(file, target);
  }
  /** Gives a class its file back that somebody deleted or moved while it was open: what is written to a file without a name goes with the program. */
  function bringBack({ classId, file, db }: ClassStore): void {
    const copy = `${file}.brought-back`;
    try {
      saveCopy(db, copy);
    } catch (error) {
      // Neither the file nor a place for it, as on a drive that is not there: the open one is the best there is.
      return log.write('error', 'class.file-gone', describeError(error));
    }
    replace(classId, copy);
    log.write('warn', 'class.file-brought-back');
  }
  return {
    fileOf,
    known,
    open(classId) {
      const open = known(classId);
      if (open !== undefined && !open.db.inTransaction && !existsSync(open.file)) bringBack(open);
      const still = known(classId);
      if (still !== undefined) return still;
      // A file in the folder that is not in the list is none of ours.
      app.classOf(classId);
      const store = openClassStore(fileOf(classId), { classId, catalog, clock });
      // Nobody works on a run of an engine that is gone: what did not reach the server has ended.
      closeRuns(store);
      settleNow(store);
      stores.set(classId, store);
      return store;
    },
    replace,
    close() {
      for (const store of stores.values()) if (store.db.open) store.close();
      stores.clear();
    },
  };
}
