import type Database from 'better-sqlite3';

/**
 * One step of a file's schema. A released migration never changes: what it got wrong, a later one mends.
 * `up` runs inside a transaction with `foreign_keys` on and must not open one of its own.
 */
export interface Migration {
  /** 1, 2, 3 …: the file's `user_version` after the step. */
  readonly version: number;
  readonly name: string;
  up(db: Database.Database): void;
}
