import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { erasureRules } from '../../shared/sync/erasure-rules.ts';
import { eachRow, writeRow } from './catalog-rows.ts';
import { openClassStore, type ClassStore } from './class-store.ts';
import { keepFile } from './save-copy.ts';
import { forgetPages, sweepForgotten } from './sync/erase-history.ts';
import { erasedKeys, eraseRecords } from './sync/erase-records.ts';

/** What became of one copy; one that cannot be opened stays as it is. */
export interface CleanedBackup {
  readonly file: string;
  readonly state: 'cleaned' | 'unreadable';
}

/**
 * Takes what was erased out of every copy of a class file, one after the other: the caller lets others in between. A copy is replaced by its cleaned version at
 * once or not at all. The erasures themselves are put into it, so that going back to the copy brings nobody back.
 */
export function* eraseFromBackups(store: ClassStore): Generator<CleanedBackup, void> {
  const folder = join(dirname(dirname(store.file)), 'backups', basename(store.file, '.db'));
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).toSorted()) {
    const file = join(folder, name);
    if (/\.(unfinished|cleaning)(-\w+)?$/.test(name)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!name.endsWith('.db')) continue;
    yield { file: name, state: cleanCopy(store, file) ? 'cleaned' : 'unreadable' };
  }
}

function cleanCopy(store: ClassStore, file: string): boolean {
  const cleaning = `${file}.cleaning`;
  try {
    copyFileSync(file, cleaning);
    const copy = openClassStore(cleaning, { classId: store.classId, catalog: store.catalog });
    try {
      copy.transaction(() => {
        takeErasures(store, copy);
        eraseRecords(copy, [...erasedKeys(copy)]);
      });
      Array.from(sweepForgotten(copy));
      forgetPages(copy);
    } finally {
      copy.close();
    }
    keepFile(cleaning, file);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${cleaning}${suffix}`, { force: true });
    // A copy of an older version was migrated on the way, and that made a copy of its own.
    rmSync(join(dirname(dirname(file)), 'backups'), { recursive: true, force: true });
  }
}

function takeErasures(from: ClassStore, to: ClassStore): void {
  const rules = erasureRules(from.catalog);
  if (rules === null) return;
  for (const { pk, row } of eachRow(from, rules.table)) writeRow(to, rules.table, pk, row);
}
