import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { fromWriteError } from '../store/private-files.ts';

/** What the lock file of a data folder says about its owner. */
const ownerRecord = z.object({
  pid: z.number().int().positive(),
  /** Name of the owner's computer: a folder on a shared drive can be seen by several. */
  host: z.string().max(300),
  /** Which start of which computer: names are not unique. See `computerStart`. */
  start: z.string().max(200),
  shell: z.string().max(40),
  since: z.string().max(40),
  socket: z.string().max(300),
  token: z.string().regex(/^[\w-]{43}$/),
});
/** The owner of a data folder as its lock file names it. */
export type OwnerRecord = z.infer<typeof ownerRecord>;

/** What stands at the place of the lock file. `touched` is when its owner last said that it lives, by the clock of the drive. */
export type LockState =
  | { readonly kind: 'free' }
  | { readonly kind: 'held'; readonly record: OwnerRecord; readonly touched: number }
  /** Empty (about to be written, or a power cut) or broken. */
  | { readonly kind: 'broken'; readonly touched: number }
  /** Another user's. */
  | { readonly kind: 'forbidden'; readonly touched: number };

/** The lock file of a data folder. */
export function lockFileOf(folder: string): string {
  return join(folder, 'engine.lock');
}

/** Reads what stands there now. */
export function readLock(folder: string): LockState {
  const file = lockFileOf(folder);
  try {
    const touched = statSync(file).mtimeMs;
    const text = readText(file);
    if (text === undefined) return { kind: 'forbidden', touched };
    const parsed = ownerRecord.safeParse(parseJson(text));
    return parsed.success ? { kind: 'held', record: parsed.data, touched } : { kind: 'broken', touched };
  } catch {
    return { kind: 'free' };
  }
}

/** The time by the clock of the drive the folder is on; another computer's clock may differ from ours. */
export function driveTime(folder: string): number {
  const probe = `${lockFileOf(folder)}.${randomUUID()}`;
  try {
    writeWhole(probe, '.');
    return statSync(probe).mtimeMs;
  } finally {
    rmSync(probe, { force: true });
  }
}

/** Makes the lock file with all it says at once; false when there is one already. */
export function createLock(folder: string, record: OwnerRecord): boolean {
  const file = lockFileOf(folder);
  const own = `${file}.${randomUUID()}`;
  writeWhole(own, JSON.stringify(record));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    // A drive without hard links (FAT, some network drives): exclusive all the same, only not complete from its first moment.
    return createInPlace(file, JSON.stringify(record));
  } finally {
    rmSync(own, { force: true });
  }
}

/** Says that the owner lives, and whether the lock is still its own. */
export function touchLock(folder: string, record: OwnerRecord): boolean {
  if (!holdsLock(folder, record)) return false;
  try {
    const handle = openSync(lockFileOf(folder), 'r+');
    // The same text again: a write takes its time from the drive, which setting a time would not.
    writeSync(handle, JSON.stringify(record), 0);
    closeSync(handle);
  } catch {
    // A drive that was pulled out; the stores will say so.
  }
  return true;
}

/** Whether the folder's lock is this owner's now. */
export function holdsLock(folder: string, record: OwnerRecord): boolean {
  const state = readLock(folder);
  return state.kind === 'held' && state.record.token === record.token;
}

/** Gives the lock up; someone else's is left alone. */
export function releaseLock(folder: string, record: OwnerRecord): void {
  if (holdsLock(folder, record)) rmSync(lockFileOf(folder), { force: true });
}

/**
 * Takes a dead owner's lock away and puts our own in its place, unless somebody else was faster. `dead` is what was judged:
 * if anything else stands there by now, nothing is done.
 */
export function replaceLock(folder: string, dead: LockState, record: OwnerRecord): boolean {
  const guard = `${lockFileOf(folder)}.takeover`;
  if (!createInPlace(guard, record.token)) {
    dropOldGuard(guard);
    return false;
  }
  try {
    if (!isSame(readLock(folder), dead)) return false;
    rmSync(lockFileOf(folder), { force: true });
    return createLock(folder, record);
  } finally {
    rmSync(guard, { force: true });
  }
}

/** How long a takeover may last; it is a few file operations. */
const guardMs = 10_000;

/** Removes the guard of a process that died during its takeover. */
function dropOldGuard(guard: string): void {
  try {
    if (Date.now() - statSync(guard).mtimeMs < guardMs) return;
    // Renamed first: of several that see the old guard, one gets it.
    const away = `${guard}.${randomUUID()}`;
    renameSync(guard, away);
    rmSync(away, { force: true });
  } catch {
    // Gone already.
  }
}

function isSame(now: LockState, judged: LockState): boolean {
  if (now.kind === 'free' || judged.kind === 'free') return now.kind === judged.kind;
  if (now.kind === 'held' && judged.kind === 'held') return now.record.token === judged.record.token;
  return now.kind === judged.kind && now.touched === judged.touched;
}

function createInPlace(file: string, text: string): boolean {
  try {
    writeWhole(file, text);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Writes a new file, or none. Throws `EEXIST` as the system says it where there is one, else `disk-full`, `folder-unwritable`. */
function writeWhole(file: string, text: string): void {
  let handle: number | null = null;
  try {
    handle = openSync(file, 'wx', 0o600);
    writeSync(handle, text);
    fsyncSync(handle);
  } catch (error) {
    if (isCode(error, 'EEXIST')) throw error;
    // Half a lock would be taken for one that is being written.
    if (handle !== null) rmSync(file, { force: true });
    throw fromWriteError(error);
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) throw error;
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
