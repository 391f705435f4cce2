import type { Result } from '../../shared/contract/contract.ts';
import type { ClassItem } from '../../shared/contract/class.ts';
import { AppError } from '../../shared/errors.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import { createSlicer } from '../engine/slices.ts';
import { freeName } from '../files/new-class.ts';
import { keepDamaged, listBackups, type BackupFile } from '../store/backups.ts';
import { countMembers } from '../store/catalog-rows.ts';
import { classFileOf } from '../store/class-files.ts';
import type { ClassStore } from '../store/class-store.ts';
import { listConnections } from '../store/connection-store.ts';
import { eraseInCopy, forgetInCopy } from '../store/erase-from-backups.ts';
import { compareWithCopy, forgetPlans, makeOwnClass, openBackupCopy, restoringFile } from '../store/restore-copy.ts';
import { keepFile } from '../store/save-copy.ts';
import { fromSqliteError } from '../store/sqlite-error.ts';
import { endErasing } from '../store/sync/erase-history.ts';
import { uuidv7 } from '../store/uuid.ts';
import { announceRows } from './announce.ts';
import { pauseClass } from './end-halt.ts';
import { syncStateOf } from './engine-state.ts';

/** Longest time the thread is held while rows are compared, in milliseconds. */
const SLICE_MS = 8;

/** The backups of a class, newest first. */
export function backupsOf(context: EngineContext, classId: string): Result<'backup.list'>['items'] {
  context.app.classOf(classId);
  return listBackups(context.dataFolder).flatMap((backup) =>
    backup.classId === classId ? [{ at: backup.at, bytes: backup.bytes }] : [],
  );
}

/** What a backup holds, and what of today would be otherwise after going back to it. */
export async function backupDetails(
  context: EngineContext,
  classId: string,
  at: string,
  { signal }: CallContext,
): Promise<Result<'backup.show'>> {
  const { copy, drop } = openCopy(context, classId, at);
  try {
    const store = today(context, classId);
    try {
      return await detailsOf(context, store, copy, { classId, at }, signal);
    } catch (thrown) {
      const error = fromSqliteError(thrown);
      if (store === null || !isUnusable(error)) throw error;
      // A damage that shows only where it is read: the backup is all there is to look at.
      return await detailsOf(context, null, copy, { classId, at }, signal);
    }
  } finally {
    drop();
  }
}

/** What a copy holds beside the class of today, or alone where that cannot be read. */
async function detailsOf(
  context: EngineContext,
  store: ClassStore | null,
  copy: ClassStore,
  { classId, at }: { readonly classId: string; readonly at: string },
  signal: AbortSignal,
): Promise<Result<'backup.show'>> {
  const slicer = createSlicer(SLICE_MS);
  const steps = compareWithCopy(store, copy);
  for (;;) {
    const step = steps.next();
    const shared = sharedSince(store ?? copy, copy);
    const studentsNow = store === null ? context.app.classOf(classId).students : countMembers(store);
    if (step.done === true) return { at, students: countMembers(copy), studentsNow, shared, tables: [...step.value] };
    await slicer.pause(signal);
  }
}

/** Whether what was sent comes again: by a connection of the backup, which are those there are after going back, that has synced and takes something in. */
function sharedSince(store: ClassStore, copy: ClassStore): Result<'backup.show'>['shared'] {
  const synced = new Set(listConnections(store).flatMap(({ id, lastRunAt }) => (lastRunAt === null ? [] : [id])));
  if (synced.size === 0) return 'never';
  return listConnections(copy).some(({ id, mode }) => synced.has(id) && mode !== 'push-only') ? 'again' : 'sent-only';
}

/** Makes a class of its own from a backup, beside the one of today. It was never shared with anybody. */
export async function restoreAsCopy(context: EngineContext, classId: string, at: string): Promise<ClassItem> {
  const entry = context.app.classOf(classId);
  const id = uuidv7();
  const { copy, drop } = openCopy(context, classId, at);
  try {
    const name = freeName(context.app, entry.name);
    forgetInCopy(copy);
    makeOwnClass(copy, id, name);
    copy.transaction(() => endErasing(copy));
    const students = countMembers(copy);
    copy.close();
    keepFile(copy.file, classFileOf(context.dataFolder, id));
    const made = { id, name, sample: entry.sample, archived: false, students };
    context.app.addClass(made, context.now());
    context.emit('app.changed', {});
    return await Promise.resolve(made);
  } finally {
    drop();
  }
}

/**
 * Goes back to a backup. A copy of today is made first, so that this can be taken back in the same way. What was sent to a server meanwhile comes again with the
 * next sync: the file is then one that was put back, which every observation notices by its visit.
 */
export async function restoreInPlace(
  context: EngineContext,
  classId: string,
  at: string,
  call: CallContext,
): Promise<ClassItem> {
  const entry = context.app.classOf(classId);
  return await syncStateOf(context).lock.run(classId, call.signal, async () => {
    // Before the copy of today is made: making it may be what removes the oldest.
    const { copy, drop } = openCopy(context, classId, at);
    try {
      // The mark stays in it: copies that were not clean yet are cleaned when the class is next opened.
      forgetInCopy(copy);
      forgetPlans(copy, entry.name);
      const students = countMembers(copy);
      copy.close();
      await keepToday(context, classId);
      call.signal.throwIfAborted();
      // Else what somebody goes back from would be here again in minutes.
      pauseClass(context, classId);
      context.replaceClass(classId, copy.file);
      context.app.setStudentCount(classId, students);
      context.log.write('info', 'backup.restored', {});
      context.emit('app.changed', {});
      announceRows(context, classId);
      return { ...entry, students };
    } finally {
      drop();
    }
  });
}

/** A copy of a backup without those who were erased since. */
function openCopy(
  context: EngineContext,
  classId: string,
  at: string,
): { readonly copy: ClassStore; readonly drop: () => void } {
  const found: BackupFile | undefined = listBackups(context.dataFolder).find(
    (backup) => backup.classId === classId && backup.at === at,
  );
  if (found === undefined) throw new AppError('not-found', { what: 'backup' });
  const target = restoringFile(context.dataFolder, classId, uuidv7());
  const { copy, drop } = openBackupCopy(found.file, target, { classId, catalog: context.catalog });
  try {
    const store = today(context, classId);
    if (store !== null) eraseInCopy(store, copy);
    return { copy, drop };
  } catch (error) {
    drop();
    throw error;
  }
}

/** Makes a backup of today's class, or, where nothing can be read any more, keeps its file as it is beside the backups. */
async function keepToday(context: EngineContext, classId: string): Promise<void> {
  try {
    await context.backUp(classId);
  } catch (error) {
    if (!isUnusable(error)) throw error;
    const file = context.classFile(classId);
    keepDamaged({ folder: context.dataFolder, classId, file, at: context.now() });
  }
}

function isUnusable(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'store-damaged' || error.code === 'not-found');
}

/** The class as it is; null where its file is damaged or gone, which is when a backup is needed most. */
function today(context: EngineContext, classId: string): ClassStore | null {
  try {
    return context.openClass(classId);
  } catch (error) {
    if (isUnusable(error)) return null;
    throw error;
  }
}
