import { exportPart } from '../../files/export-class.ts';
import { backupDetails, backupsOf, restoreAsCopy, restoreInPlace } from '../../sync/restore-backup.ts';
import type { Handlers } from '../context.ts';

/** Copies of a class: what is there, what is in one, going back to one, and all of a class as a document. */
export const backupHandlers: Handlers<'backup.list' | 'backup.show' | 'backup.restore' | 'backup.export'> = {
  'backup.list': (context, { classId }) => ({ items: [...backupsOf(context, classId)] }),
  'backup.show': (context, { classId, at }, call) => backupDetails(context, classId, at, call),
  'backup.restore': (context, { classId, at, as }, call) =>
    as === 'copy' ? restoreAsCopy(context, classId, at) : restoreInPlace(context, classId, at, call),
  'backup.export': (context, { classId, after }) =>
    exportPart(context.openClass(classId), { after: after ?? null, at: context.now(), version: context.version }),
};
