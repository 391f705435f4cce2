import { inject } from 'vitest';
import { createTestDatabase } from './postgres.ts';
import type { TestDatabase } from './postgres.ts';
import type {} from './postgres-global-setup.ts';

/** A fresh, empty database on the server that all test files of a run share, logged in to as superuser. */
export async function testDatabase(): Promise<TestDatabase> {
  return await createTestDatabase(inject('testPostgres'));
}
