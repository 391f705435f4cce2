import Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';

/**
 * A failure of SQLite as an `AppError` where the catalogue has one: full disk, damaged file, folder that cannot be written.
 * Everything else, ours or a defect, comes back as it is.
 */
export function fromSqliteError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  // Of the triggers that keep a class which only receives as it is.
  if (error.code === 'SQLITE_CONSTRAINT_TRIGGER' && error.message === 'class-read-only')
    return new AppError('class-read-only', {}, { cause: error });
  // Only this app writes such texts into the file.
  if (error.message === 'malformed JSON') return new AppError('store-damaged', { reason: 'text' }, { cause: error });
  const [, kind = ''] = error.code.split('_');
  switch (kind) {
    case 'FULL':
      return new AppError('disk-full', { where: 'here' }, { cause: error });
    case 'CORRUPT':
    case 'NOTADB':
      return new AppError('store-damaged', {}, { cause: error });
    // A disk that failed, was pulled out or has a quota: what cannot be written is nothing the file is to blame for.
    case 'IOERR':
    case 'READONLY':
    case 'CANTOPEN':
    case 'PERM':
      return new AppError('folder-unwritable', {}, { cause: error });
    default:
      return error;
  }
}
