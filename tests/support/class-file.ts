import { classFileOf } from '../../electron/store/class-files.ts';
import { openClassStore, type ClassStore } from '../../electron/store/class-store.ts';

/** A class, and the device that has it. */
interface Held {
  readonly device: { readonly folder: string };
  readonly classId: string;
}

/** Looks into the file of a class, or alters it, beside the engine that has it open. */
export function inClassFile<T>(book: Held, work: (store: ClassStore) => T): T {
  const store = openClassStore(classFileOf(book.device.folder, book.classId), { classId: book.classId });
  try {
    return work(store);
  } finally {
    store.close();
  }
}
