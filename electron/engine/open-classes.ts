import { rmSync } from 'node:fs';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { AppStore } from '../store/app-store.ts';
import { classFileOf } from '../store/class-files.ts';
import { openClassStore } from '../store/class-store.ts';
import type { ClassStore, ReadClock } from '../store/class-store.ts';
import { keepFile } from '../store/save-copy.ts';
import { closeRuns } from '../store/sync/run-store.ts';
import { settleNow } from '../store/sync/settle-trees.ts';

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

/** Makes the table of open classes. */
export function createOpenClasses(dataFolder: string, app: AppStore, catalog: Catalog, clock: ReadClock): OpenClasses {
  const stores = new Map<string, ClassStore>();
  const fileOf = (classId: string): string => classFileOf(dataFolder, classId);
  function known(classId: string): ClassStore | undefined {
    const store = stores.get(classId);
    return store?.db.open === true ? store : undefined;
  }
  return {
    fileOf,
    known,
    open(classId) {
      const open = known(classId);
      if (open !== undefined) return open;
      // A file in the folder that is not in the list is none of ours.
      app.classOf(classId);
      const store = openClassStore(fileOf(classId), { classId, catalog, clock });
      // Nobody works on a run of an engine that is gone: what did not reach the server has ended.
      closeRuns(store);
      settleNow(store);
      stores.set(classId, store);
      return store;
    },
    replace(classId, file) {
      const open = known(classId);
      stores.delete(classId);
      open?.close();
      const target = fileOf(classId);
      // Closing has moved them into the file; where another program holds it they would be taken for those of the new one.
      for (const suffix of ['-wal', '-shm']) rmSync(`${target}${suffix}`, { force: true });
      keepFile(file, target);
    },
    close() {
      for (const store of stores.values()) if (store.db.open) store.close();
      stores.clear();
    },
  };
}
