import type { Migration } from '../migration.ts';
import { domainTables } from './0001-domain-tables.ts';
import { syncState } from './0002-sync-state.ts';

/** Every schema step of a class file, oldest first, without gaps. */
export const classMigrations: readonly Migration[] = [domainTables, syncState];
