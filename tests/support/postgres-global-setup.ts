import type { TestProject } from 'vitest/node';
import { startTestPostgres } from './postgres.ts';
import type { PostgresAddress, TestPostgres } from './postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The one server all test files of a run share. */
    testPostgres: PostgresAddress;
  }
}

let server: TestPostgres | undefined;

/** Starts the shared server before the first test file. */
export async function setup(project: TestProject): Promise<void> {
  server = await startTestPostgres();
  const { host, port, superuser, password } = server;
  project.provide('testPostgres', { host, port, superuser, password });
}

/** Ends the shared server after the last test file. */
export async function teardown(): Promise<void> {
  await server?.stop();
}
