import { copyFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncedTables, type Catalog } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import { AppError } from '../../shared/errors.ts';
import { eachRow, readRow } from './catalog-rows.ts';
import { checkStore } from './check-store.ts';
import { openClassStore, type ClassStore } from './class-store.ts';
import { makePrivateFile, makePrivateFolder } from './private-files.ts';

/** How the rows of one table in a backup differ from those of today. */
export interface TableDifference {
  readonly table: string;
  /** Rows of today that the backup does not have. */
  readonly gone: number;
  /** Rows of the backup that are not there today. */
  readonly back: number;
  /** Rows both have, with other content. */
  readonly changed: number;
}

/** Where copies of a class's backups lie while they are looked at or put in its place; without a class, those of all. */
function restoringFolder(dataFolder: string, classId = ''): string {
  return join(dataFolder, 'restoring', classId);
}

/** A place for one more copy, in a folder of its own: what is in it belongs to nobody if this is cut short. On the disk of the class, so that one rename makes it that. */
export function restoringFile(dataFolder: string, classId: string, id: string): string {
  return join(restoringFolder(dataFolder, classId), id, 'class.db');
}

/**
 * Takes away the copies that lie in the way of somebody having looked at a backup: of a class, or all that an engine that is gone left behind. One that is being
 * looked at goes too where the system lets it, and else with the end of that.
 */
export function clearRestoring(dataFolder: string, classId?: string): void {
  try {
    rmSync(restoringFolder(dataFolder, classId), { recursive: true, force: true });
  } catch {
    // Another program holds one of them: the next start clears it.
  }
}

/**
 * Opens a copy of a backup in a folder of its own, checked to the last page (a second per 100 MB) and at the newest schema; the backup itself is only read. `drop` closes it and takes the folder away. Throws `not-found`,
 * `store-damaged`, `store-newer`, `folder-unwritable`.
 */
export function openBackupCopy(
  backup: string,
  target: string,
  { classId, catalog }: { readonly classId: string; readonly catalog: Catalog },
): { readonly copy: ClassStore; readonly drop: () => void } {
  removeCopy(target);
  try {
    makePrivateFolder(dirname(target));
    makePrivateFile(target);
    copyFileSync(backup, target);
  } catch (error) {
    removeCopy(target);
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw missing
      ? new AppError('not-found', { what: 'backup' })
      : new AppError('folder-unwritable', {}, { cause: error });
  }
  try {
    const copy = openClassStore(target, { classId, catalog });
    refuseDamaged(copy);
    return {
      copy,
      drop: () => {
        copy.close();
        removeCopy(target);
      },
    };
  } catch (error) {
    removeCopy(target);
    throw error;
  }
}

/** A copy of a file whose damage did not keep it from being opened has that damage too, and a person who goes back wants another one. */
function refuseDamaged(copy: ClassStore): void {
  let sound = false;
  try {
    const { findings, lostReferences } = checkStore(copy);
    sound = findings + lostReferences === 0;
  } finally {
    if (!sound) copy.close();
  }
  if (!sound) throw new AppError('store-damaged', { reason: 'check' });
}

/** Takes a copy away with the folder it lies in, and with the copy that was made of it where it was migrated. */
function removeCopy(file: string): void {
  const folder = dirname(file);
  rmSync(folder, { recursive: true, force: true });
  rmSync(join(dirname(folder), 'backups'), { recursive: true, force: true });
  try {
    rmdirSync(dirname(folder));
  } catch {
    // Others lie in it, or it was never made.
  }
}

/**
 * Compares what is in a class today with a copy of it, a row at a time: whoever goes through it decides when it stops for a while. Where today's cannot be read
 * (null), all of the copy comes back.
 */
export function* compareWithCopy(
  store: ClassStore | null,
  copy: ClassStore,
): Generator<void, readonly TableDifference[]> {
  const found: TableDifference[] = [];
  for (const table of syncedTables(copy.catalog)) {
    const sum = { gone: 0, back: 0, changed: 0 };
    for (const { pk, row } of store === null ? [] : eachRow(store, table)) {
      const there = readRow(copy, table, pk);
      if (there === null) sum.gone += 1;
      else if (JSON.stringify(there) !== JSON.stringify(row)) sum.changed += 1;
      yield;
    }
    for (const { pk } of eachRow(copy, table)) {
      if (store === null || readRow(store, table, pk) === null) sum.back += 1;
      yield;
    }
    if (sum.gone + sum.back + sum.changed > 0) found.push({ table: table.name, ...sum });
  }
  return found;
}

/** All that belongs to the life of a class with its servers, and not to a copy of it, beside what names a server itself. Children before their parents. */
const syncTables = [
  'outbox_row',
  'outbox',
  'plan_link',
  'plan_claim',
  'plan_refused',
  'plan_need',
  'open_question',
  'held_erasure',
  'received_erasure',
  'draft_op',
  'plan_row',
  'plan',
  'run_row',
  'run',
  'resolution',
  'blocked_table',
  'doubted',
  'class_secret',
  'clock_contact',
  'dirty',
  'remote',
  'base',
  'connection',
  'peer',
] as const;

/** Makes a copy a class of its own, that was never shared with anybody. */
export function makeOwnClass(copy: ClassStore, id: string, name: string): void {
  copy.transaction(() => {
    const ofServers = copy.db
      .prepare(
        `SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'peer_id'`,
      )
      .pluck()
      .all() as string[];
    for (const table of new Set([...syncTables, ...ofServers]))
      copy.db.prepare(`DELETE FROM ${quoteIdentifier(table)}`).run();
    copy.db.prepare('UPDATE class_info SET id = ?, name = ?').run(id, name);
  });
}

/** A list made before the class was put back says nothing about it any more. */
export function forgetPlans(copy: ClassStore, name: string): void {
  copy.transaction(() => {
    copy.db.prepare(`UPDATE plan SET state = 'stale' WHERE state = 'open'`).run();
    copy.db.prepare('UPDATE connection SET pending_plan = NULL').run();
    copy.db.prepare('UPDATE class_info SET name = ?').run(name);
  });
}
