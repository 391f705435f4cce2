import { join } from 'node:path';
import { openClassStore } from '../store/class-store.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { AppStore } from '../store/app-store.ts';

/** The class files of this device, each opened when first asked for and kept open. */
export interface ClassFiles {
  /** Where the file of a class is or will be. */
  fileOf(classId: string): string;
  /** Throws `not-found` when the class is not on this device, `store-damaged` or `store-newer` when its file cannot be used. */
  open(classId: string): ClassStore;
  /** Writes what the write-ahead logs still hold into the files and closes them. */
  close(): void;
}

/** Makes the table of open class files. */
export function createClassFiles(dataFolder: string, app: AppStore): ClassFiles {
  const stores = new Map<string, ClassStore>();
  const fileOf = (classId: string): string => join(dataFolder, 'classes', `${classId}.db`);
  return {
    fileOf,
    open(classId) {
      const known = stores.get(classId);
      if (known?.db.open === true) return known;
      // A file in the folder that is not in the list is none of ours.
      app.classOf(classId);
      const store = openClassStore(fileOf(classId), { classId });
      stores.set(classId, store);
      return store;
    },
    close() {
      for (const store of stores.values()) if (store.db.open) store.close();
      stores.clear();
    },
  };
}
