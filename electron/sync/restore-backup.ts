import { join } from 'node:path';
import type { Result } from '../../shared/contract/contract.ts';
import type { ClassItem } from '../../shared/contract/class.ts';
import { AppError } from '../../shared/errors.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import { createSlicer } from '../engine/slices.ts';
import { freeName } from '../files/new-class.ts';
import { listBackups, type BackupFile } from '../store/backups.ts';
import { countMembers } from '../store/catalog-rows.ts';
import { classFileOf } from '../store/class-files.ts';
import type { ClassStore } from '../store/class-store.ts';
import { listConnections } from '../store/connection-store.ts';
import { compareWithCopy, forgetPlans, makeOwnClass, openBackupCopy } from '../store/restore-copy.ts';
import { keepFile } from '../store/save-copy.ts';
import { uuidv7 } from '../store/uuid.ts';
import { announceRows } from './announce.ts';
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
  const store = context.openClass(classId);
  const { copy, drop } = openCopy(context, classId, at);
  try {
    const slicer = createSlicer(SLICE_MS);
    const steps = compareWithCopy(store, copy);
    for (;;) {
      const step = steps.next();
      const shared = listConnections(store).some(({ lastRunAt }) => lastRunAt !== null);
      if (step.done === true)
        return { at, students: countMembers(copy), studentsNow: countMembers(store), shared, tables: [...step.value] };
      await slicer.pause(signal);
    }
  } finally {
    drop();
  }
}

/** Makes a class of its own from a backup, beside the one of today. It was never shared with anybody. */
export async function restoreAsCopy(context: EngineContext, classId: string, at: string): Promise<ClassItem> {
  const entry = context.app.classOf(classId);
  const id = uuidv7();
  const { copy, drop } = openCopy(context, classId, at);
  try {
    const name = freeName(context.app, entry.name);
    makeOwnClass(copy, id, name);
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
      forgetPlans(copy, entry.name);
      const students = countMembers(copy);
      copy.close();
      await context.backUp(classId);
      call.signal.throwIfAborted();
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

function openCopy(
  context: EngineContext,
  classId: string,
  at: string,
): { readonly copy: ClassStore; readonly drop: () => void } {
  const found: BackupFile | undefined = listBackups(context.dataFolder).find(
    (backup) => backup.classId === classId && backup.at === at,
  );
  if (found === undefined) throw new AppError('not-found', { what: 'backup' });
  // In a folder of its own: what is in it belongs to nobody if this is cut short. On the same disk, so that one rename makes it the class.
  const target = join(context.dataFolder, 'restoring', uuidv7(), 'class.db');
  return openBackupCopy(found.file, target, { classId, catalog: context.catalog });
}
