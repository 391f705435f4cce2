import { inject } from 'vitest';
import { copyTestDatabase, createTestDatabase } from './postgres.ts';
import type { TestDatabase } from './postgres.ts';
import type {} from './postgres-global-setup.ts';

/** A fresh, empty database on the server that all test files of a run share, logged in to as superuser. */
export async function testDatabase(): Promise<TestDatabase> {
  return await createTestDatabase(inject('testPostgres'));
}

/** A database with everything another one holds. Under the name of an existing one it takes that one's place: a backup that is put back. */
export async function copyOfDatabase(source: TestDatabase, name?: string): Promise<TestDatabase> {
  return await copyTestDatabase(inject('testPostgres'), source, name);
}
