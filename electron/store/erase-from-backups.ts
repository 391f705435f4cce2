import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { erasureRules } from '../../shared/sync/erasure-rules.ts';
import { eachRow, writeRow } from './catalog-rows.ts';
import { openClassStore, type ClassStore } from './class-store.ts';
import { makePrivateFile } from './private-files.ts';
import { keepFile } from './save-copy.ts';
import { clearRestoring } from './restore-copy.ts';
import { forgetPages, isErasing, sweepForgotten } from './sync/erase-history.ts';
import { erasedKeys, eraseRecords } from './sync/erase-records.ts';

/** What became of one copy. One that is no class file (`unreadable`) stays as it is; one that could not be cleaned now (`failed`: disk full, held by another program) is to be tried again. */
export interface CleanedBackup {
  readonly file: string;
  readonly state: 'cleaned' | 'unreadable' | 'failed';
}

/**
 * Takes what was erased out of every copy of a class file, one after the other: the caller lets others in between. A copy is replaced by its cleaned version at
 * once or not at all. The erasures themselves are put into it, so that going back to the copy brings nobody back.
 */
export function* eraseFromBackups(store: ClassStore): Generator<CleanedBackup, void> {
  const dataFolder = dirname(dirname(store.file));
  clearRestoring(dataFolder, store.classId);
  const folder = join(dataFolder, 'backups', basename(store.file, '.db'));
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).toSorted()) {
    const file = join(folder, name);
    if (/\.(unfinished|cleaning)(-\w+)?$/.test(name)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!name.endsWith('.db')) continue;
    yield { file: name, state: cleanCopy(store, file) };
  }
}

function cleanCopy(store: ClassStore, file: string): CleanedBackup['state'] {
  const cleaning = `${file}.cleaning`;
  try {
    makePrivateFile(cleaning);
    copyFileSync(file, cleaning);
    const copy = openClassStore(cleaning, { classId: store.classId, catalog: store.catalog });
    try {
      eraseInCopy(store, copy);
      forgetInCopy(copy);
    } finally {
      copy.close();
    }
    keepFile(cleaning, file);
    return 'cleaned';
  } catch (error) {
    if (error instanceof AppError && error.code === 'store-damaged') return 'unreadable';
    // Ours and those of the system have a code; a defect has none.
    if (error instanceof Error && 'code' in error) return 'failed';
    throw error;
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${cleaning}${suffix}`, { force: true });
    // A copy of an older version was migrated on the way, and that made a copy of its own.
    rmSync(join(dirname(dirname(file)), 'backups'), { recursive: true, force: true });
  }
}

/** Puts the erasures of a class into an open copy of it, and erases their records there. The old pages stay until `forgetInCopy`. */
export function eraseInCopy(store: ClassStore, copy: ClassStore): void {
  copy.transaction(() => {
    takeErasures(store, copy);
    eraseRecords(copy, [...erasedKeys(copy)]);
  });
}

/** Takes what was erased out of the pages of an open copy. Nothing where nothing was erased. */
export function forgetInCopy(copy: ClassStore): void {
  if (!isErasing(copy)) return;
  Array.from(sweepForgotten(copy));
  forgetPages(copy);
}

function takeErasures(from: ClassStore, to: ClassStore): void {
  const rules = erasureRules(from.catalog);
  if (rules === null) return;
  for (const { pk, row } of eachRow(from, rules.table)) writeRow(to, rules.table, pk, row);
}
