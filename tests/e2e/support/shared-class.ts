import type { TestDatabase } from '../../support/postgres.ts';
import type { App } from './app.ts';
import { newClass } from './new-class.ts';

/** Connects a new class of `a` to the database, uploads it, and joins it on `b`; both then hold the same. Without the pages. */
export async function shareClass(a: App, b: App, database: TestDatabase, students?: readonly string[]): Promise<void> {
  const classId = await newClass(a, students);
  const connection = connectionTo(database);
  const { id: connectionId } = await a.call('connection.add', { classId, connection });
  await a.call('connection.init', { classId, connectionId, consent: true });
  await syncBeside(a);
  await b.call('class.join', { remoteClassName: '5B', connection });
}

/** A class that was uploaded to a database and is the same on both sides. */
export interface SyncedClass {
  readonly classId: string;
  readonly connectionId: string;
  /** The id of a student, by name as the class was made. */
  readonly idOf: (name: string) => string;
}

/** Makes a class on a device, connects it to the database and uploads it, all without the page. */
export async function uploadClass(app: App, database: TestDatabase, students: readonly string[]): Promise<SyncedClass> {
  const classId = await newClass(app, students);
  const { id: connectionId } = await app.call('connection.add', { classId, connection: connectionTo(database) });
  await app.call('connection.init', { classId, connectionId, consent: true });
  await syncBeside(app);
  const { items } = await app.call('student.list', { classId });
  return { classId, connectionId, idOf: (name) => items.find((student) => student.name === name)?.id ?? '' };
}

/** The values of a connection to a test database. */
export function connectionTo(database: TestDatabase) {
  const { host, port, user, password, database: name } = database.config;
  return { name: 'school', host, port, database: name, user, password, tls: 'disable', mode: 'two-way' } as const;
}

/** Syncs the only class of a device without its page; what needs a decision is left. */
export async function syncBeside(app: App): Promise<void> {
  const { classId, id: connectionId } = await onlyConnection(app);
  const { planId } = await app.call('sync.preview', { classId, connectionId });
  await app.call('sync.run', { classId, planId, mode: 'sync' });
}

/** How the only connection of a device stands. */
export async function onlyConnection(app: App) {
  const { items } = await app.call('connection.list', {});
  const [connection] = items;
  if (connection === undefined || items.length > 1) throw new Error(`${items.length} connections, not one`);
  return connection;
}

/** What a device holds, to compare with another: everybody with totals, deleted ones too, and the sum of all points that count. */
export async function readBook(app: App): Promise<{ readonly students: readonly string[]; readonly sum: number }> {
  const { classId } = await onlyConnection(app);
  const lists = await Promise.all([false, true].map((deleted) => app.call('student.list', { classId, deleted })));
  const students = lists.flatMap(({ items }) => items);
  return {
    students: students
      .map(({ id, name, number, group, deleted, current, allTime }) =>
        JSON.stringify({ id, name, number, group, deleted, current, allTime }),
      )
      .toSorted(),
    sum: students.reduce((sum, student) => sum + student.allTime, 0),
  };
}
