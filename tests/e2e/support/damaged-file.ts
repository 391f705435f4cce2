import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ConnectedClass } from './connected-class.ts';

/**
 * Damages one table or index of a class file, while the app has it open: where its rows begin is something else (`as`, a table for an index, and the other way round), which SQLite
 * calls a damaged file as soon as one of them is read. Answers what mends it. Everything else of the file stays readable.
 */
export function damage({ app, classId }: ConnectedClass, what: string, as: string): () => void {
  const path = join(app.folder, 'classes', `${classId}.db`);
  const whole = rootPage(path, what);
  setRootPage(path, what, rootPage(path, as));
  return () => setRootPage(path, what, whole);
}

function rootPage(path: string, name: string): number {
  const file = new DatabaseSync(path, { readOnly: true });
  try {
    const found = file.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(name);
    return Number(found?.['rootpage']);
  } finally {
    file.close();
  }
}

function setRootPage(path: string, name: string, page: number): void {
  const file = new DatabaseSync(path, { defensive: false });
  try {
    const version = Number(file.prepare('PRAGMA schema_version').get()?.['schema_version']);
    file.exec('PRAGMA writable_schema = ON');
    file.prepare('UPDATE sqlite_schema SET rootpage = ? WHERE name = ?').run(page, name);
    // Whoever has the file open reads the schema anew.
    file.exec(`PRAGMA schema_version = ${version + 1}`);
  } finally {
    file.close();
  }
}
