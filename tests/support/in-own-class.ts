import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createPgRemote } from '../../electron/remote/pg-remote.ts';
import type { Remote } from '../../electron/remote/remote.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { managedDatabase, type ManagedDatabase } from './managed-database.ts';

/** A server with our schema, what speaks to it, and a class that has nothing yet. */
export interface OwnClass {
  readonly db: ManagedDatabase;
  readonly remote: Remote;
  readonly classId: string;
}

/** One server for all tests of the file, and for each a class of its own, which `use` is told before it begins. */
export function inOwnClass(use: (own: OwnClass) => void): void {
  let db: ManagedDatabase;
  let remote: Remote;
  beforeAll(async () => {
    db = await managedDatabase();
    remote = await createPgRemote(await db.session(), classroomCatalog);
  });
  afterAll(async () => await db[Symbol.asyncDispose]());
  beforeEach(async () => {
    const classId = randomUUID();
    await remote.createClass({ id: classId, name: '5B', sample: false });
    use({ db, remote, classId });
  });
}
