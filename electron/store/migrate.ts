import type Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import type { Migration } from './migration.ts';

/** The schema version a file is at; 0 for an empty one. */
export function schemaVersion(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** The schema version this app writes. */
export function newestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

/**
 * Takes a file through the steps it has not seen, each in a transaction of its own, so that a power cut leaves a whole step or none of it.
 * `beforeFirst` makes the backup; it runs once, before anything changes, and not for a new file.
 * Throws `store-newer` for a file of a newer app, before anything changes.
 */
export function migrate(db: Database.Database, migrations: readonly Migration[], beforeFirst: () => void): void {
  const from = schemaVersion(db);
  refuseNewer(from, migrations);
  const pending = migrations.filter((migration) => migration.version > from);
  if (pending.length === 0) return;
  if (from > 0) beforeFirst();
  for (const migration of pending) {
    db.transaction(() => {
      migration.up(db);
      refuseBrokenReferences(db, migration);
      db.pragma(`user_version = ${migration.version}`);
    }).immediate();
  }
}

/** Throws `store-newer` when a file was written by a newer app than this one. */
export function refuseNewer(version: number, migrations: readonly Migration[]): void {
  const supported = newestVersion(migrations);
  if (version > supported) throw new AppError('store-newer', { version, supported });
}

function refuseBrokenReferences(db: Database.Database, migration: Migration): void {
  const broken = db.pragma('foreign_key_check') as readonly unknown[];
  if (broken.length > 0) throw new Error(`migration ${migration.version} left ${broken.length} broken references`);
}
