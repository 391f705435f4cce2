import { bookkeeping } from './0001-bookkeeping.ts';
import { domainTables } from './0002-domain-tables.ts';
import { journal } from './0003-journal.ts';
import type { ServerMigration } from './migration.ts';

/** Every step of the managed schema, in order. The version of a step is its place. */
export const migrations: readonly ServerMigration[] = [bookkeeping, domainTables, journal];
