import { copyFileSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { backupsToKeep } from '../../shared/model/backup-retention.ts';
import type { ClassStore } from './class-store.ts';
import { makePrivateFile, makePrivateFolder } from './private-files.ts';
import { keepFile } from './save-copy.ts';
import { fromSqliteError } from './sqlite-error.ts';

/** Copies of class files made in the background: a minute after the last change and when the app closes. */
export interface Backups {
  /** Says that a class changed; a copy follows when it has been quiet for a minute, and after ten minutes in any case. */
  changed(store: ClassStore): void;
  /** Makes a copy now and removes the ones the rule does not keep. Throws `disk-full`, `folder-unwritable`. */
  save(store: ClassStore): Promise<void>;
  /**
   * Copies what changed and has no copy yet, and makes none afterwards; `onProgress` is called again and again while a copy gets on, one that was begun before included.
   * The files must still be open. Never throws.
   */
  close(onProgress?: () => void): Promise<void>;
}

/** One copy of a class. */
export interface BackupFile {
  readonly classId: string;
  readonly file: string;
  readonly bytes: bigint;
  /** When it was made, ISO 8601 UTC. */
  readonly at: string;
}

/** What the copies are made with. */
export interface BackupOptions {
  /** The data folder; copies go to `backups/<class>/`. */
  readonly folder: string;
  now(): string;
  /** Runs something later and answers how to call it off. */
  later(ms: number, run: () => void): () => void;
  /**
   * Runs the copying of a file with nothing removed from it in the background meanwhile: between two pieces of a copy that would have its turn each time, and every page it
   * changes that was copied already is copied again (162 MB with a list of 300,000 rows to remove, on a quiet machine: 11 MB/s beside it, 342 MB/s without).
   */
  undisturbed<T>(store: ClassStore, copy: () => Promise<T>): Promise<T>;
  /** Told of a copy that failed in the background; the class itself is not harmed by it. */
  onFailure(classId: string, error: unknown): void;
}

const quietMs = 60_000;
const longestMs = 600_000;
/** Pages copied before other work has its turn: less than a millisecond. */
const pagesAtOnce = 100;

interface Waiting {
  readonly store: ClassStore;
  readonly since: number;
  callOff(): void;
}

/** Makes the keeper of backups of one data folder. */
export function createBackups(options: BackupOptions): Backups {
  const waiting = new Map<string, Waiting>();
  const running = new Map<string, Promise<void>>();
  let closed = false;
  let progressed = (): void => undefined;

  /** One copy of a class at a time: a second one waits for the first. */
  const save = (store: ClassStore): Promise<void> => {
    const before = running.get(store.classId) ?? Promise.resolve();
    const copy = before.catch(() => undefined).then(() => saveBackup(options, store, () => progressed()));
    running.set(store.classId, copy);
    return copy;
  };
  const inBackground = async (store: ClassStore): Promise<void> => {
    waiting.delete(store.classId);
    if (!store.db.open) return;
    await save(store).catch((error: unknown) => options.onFailure(store.classId, error));
  };
  return {
    save,
    changed(store) {
      if (closed) return;
      const known = waiting.get(store.classId);
      known?.callOff();
      const now = Date.parse(options.now());
      const since = known?.since ?? now;
      const delay = Math.max(0, Math.min(quietMs, since + longestMs - now));
      waiting.set(store.classId, { store, since, callOff: options.later(delay, () => void inBackground(store)) });
    },
    async close(onProgress = () => undefined) {
      closed = true;
      progressed = onProgress;
      const open = [...waiting.values()];
      for (const { callOff } of open) callOff();
      for (const { store } of open) await inBackground(store);
      await Promise.allSettled(running.values());
    },
  };
}

/** The copies of every class in a data folder, newest first. */
export function listBackups(folder: string): readonly BackupFile[] {
  return namesIn(join(folder, 'backups'))
    .flatMap((classId) => copiesOf(folder, classId))
    .toSorted((a, b) => (a.at < b.at ? 1 : -1));
}

/**
 * Copies the file of a class that cannot be read any more, with its write-ahead log, beside the backups: somebody may still save something from it. Nothing where there is no
 * file. Throws `folder-unwritable`, `disk-full`.
 */
export function keepDamaged(damaged: {
  readonly folder: string;
  readonly classId: string;
  readonly file: string;
  readonly at: string;
}): void {
  const place = join(damaged.folder, 'backups', damaged.classId);
  const target = join(place, `damaged-${nameOf(damaged.at)}`);
  try {
    makePrivateFolder(place);
    for (const suffix of ['', '-wal']) {
      if (!existsSync(`${damaged.file}${suffix}`)) continue;
      makePrivateFile(`${target}${suffix}`);
      copyFileSync(`${damaged.file}${suffix}`, `${target}${suffix}`);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('folder-unwritable', {}, { cause: error });
  }
}

async function saveBackup(
  { folder, now, undisturbed }: BackupOptions,
  store: ClassStore,
  onProgress: () => void,
): Promise<void> {
  const place = join(folder, 'backups', store.classId);
  const target = join(place, nameOf(now()));
  const unfinished = `${target}.unfinished`;
  try {
    makePrivateFolder(place);
    removeUnfinished(place);
    makePrivateFile(unfinished);
    // Page by page between other work; a point recorded meanwhile is in the copy or comes with the next one.
    const progress = (): number => {
      onProgress();
      return pagesAtOnce;
    };
    await undisturbed(store, async () => await store.db.backup(unfinished, { progress }));
    keepFile(unfinished, target);
    removeOld(folder, store.classId);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw fromSqliteError(error);
  }
}

/**
 * Removes what copies left that were cut short, as by a power cut, or by a close that had no more time: each is as large as the class. Only one copy of a class is
 * made at a time.
 */
function removeUnfinished(place: string): void {
  for (const name of namesIn(place)) {
    const [copy = '', rest] = name.split('.unfinished');
    if (rest === undefined || timeOf(copy) === undefined) continue;
    try {
      rmSync(join(place, name), { force: true });
    } catch {
      // What another program holds goes with the next copy.
    }
  }
}

function removeOld(folder: string, classId: string): void {
  const copies = copiesOf(folder, classId);
  const kept = backupsToKeep(copies.map(({ at }) => at));
  for (const { file, at } of copies) if (!kept.has(at)) rmSync(file, { force: true });
}

/** The rolling copies of a class. Those made before a migration have other names and are not counted. */
function copiesOf(folder: string, classId: string): readonly BackupFile[] {
  const place = join(folder, 'backups', classId);
  return namesIn(place).flatMap((name) => {
    const at = timeOf(name);
    const file = join(place, name);
    return at === undefined ? [] : [{ classId, file, bytes: statSync(file, { bigint: true }).size, at }];
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // No copy has been made yet.
    return [];
  }
}

/** A time as a file name on every system: no colons. */
function nameOf(at: string): string {
  return `${at.replaceAll(':', '-')}.db`;
}

function timeOf(name: string): string | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)\.db$/.exec(name);
  return match === null ? undefined : `${match[1]}:${match[2]}:${match[3]}`;
}
