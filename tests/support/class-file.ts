import type { Book } from './device.ts';
import { classFileOf } from '../../electron/store/class-files.ts';
import { openClassStore, type ClassStore } from '../../electron/store/class-store.ts';

/** Looks into the file of a class, or alters it, beside the engine that has it open. */
export function inClassFile<T>(book: Book, work: (store: ClassStore) => T): T {
  const store = openClassStore(classFileOf(book.device.folder, book.classId), { classId: book.classId });
  try {
    return work(store);
  } finally {
    store.close();
  }
}
