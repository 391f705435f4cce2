import { closeSync, mkdirSync, openSync } from 'node:fs';
import { AppError, type ErrorParams } from '../../shared/errors.ts';

/** Makes a folder of ours where there is none, with those above it, for this user alone. One that is there keeps its rights. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/**
 * Makes an empty file of this user alone where there is none, before anything is written into it: SQLite and copies would make it readable for everybody of this
 * computer, and what SQLite lays beside a file has the rights of that. Windows has none of this: there the folder of a user is the user's own. A file that is
 * there is not opened: closing it would let go of the locks SQLite holds on it in this process (sqlite.org/howtocorrupt.html, 2.2). Throws `folder-unwritable`, `disk-full`.
 */
export function makePrivateFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
    throw fromWriteError(error);
  }
}

/** Why a file of ours could not be written: `disk-full`, or `folder-unwritable` with what is known of the place. */
export function fromWriteError(error: unknown, params: ErrorParams = {}): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new AppError('disk-full', { where: 'here' }, { cause: error })
    : new AppError('folder-unwritable', params, { cause: error });
}
