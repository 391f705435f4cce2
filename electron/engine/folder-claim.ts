import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import { computerStart, isOnOwnDisk, whoseStart } from './computer-start.ts';
import { prepareDataFolder } from './data-folder.ts';
import type { EngineHost } from './host.ts';
import { createLock, driveTime, holdsLock, readLock, releaseLock, replaceLock, touchLock } from './lock-file.ts';
import type { LockState, OwnerRecord } from './lock-file.ts';
import { askOwner } from './owner-client.ts';
import { openPrivateSocket, removeSocketFolder } from './private-socket.ts';
import type { OwnerInfo } from './private-socket.ts';
import { newToken } from './token.ts';

/** Which shell owns the folder; told to whoever comes second. */
export type ShellName = 'desktop' | 'browser' | 'cli';

/** The folder is ours until `release`. */
export interface FolderClaim {
  /** Lets other shells of this user reach the engine over the private socket. */
  serve(host: EngineHost): void;
  /** Called when someone started the app again on this folder. */
  onShow(listener: () => void): void;
  /** Called when the lock file is no longer ours (removed or replaced by hand, a restored disk): the engine must not go on writing. */
  onLost(listener: () => void): void;
  /** To be called when the engine has closed, never before. */
  release(): Promise<void>;
}

/** What came of the claim. */
export type ClaimResult =
  | { readonly kind: 'owned'; readonly claim: FolderClaim }
  | { readonly kind: 'taken'; readonly owner: OwnerInfo };

const usualHeartbeatMs = 30_000;
/** A lock nobody touched for this long has no living owner. */
const silenceMs = 150_000;
/** A lock that is being written is empty for a moment. */
const writingMs = 2000;
const attempts = 100;

/**
 * Makes this process the owner of the data folder, or says who is. A dead owner's lock is taken over.
 * Throws `owner-silent` (a living owner that does not answer: its data is never touched), `folder-owned` (another computer's or
 * another user's), `folder-unwritable`, `disk-full`.
 */
export async function claimDataFolder(
  folder: string,
  shell: ShellName,
  heartbeatMs = usualHeartbeatMs,
): Promise<ClaimResult> {
  prepareDataFolder(folder);
  const since = new Date().toISOString();
  const token = newToken();
  let show: (() => void) | undefined;
  // The socket is open before the lock names it, so a lock whose socket refuses has no living owner.
  const socket = await openPrivateSocket({ token, owner: { pid: process.pid, shell, since }, onShow: () => show?.() });
  const record: OwnerRecord = {
    pid: process.pid,
    host: hostname(),
    start: computerStart(),
    shell,
    since,
    socket: socket.path,
    token,
  };
  try {
    const owner = await takeLock(folder, record);
    if (owner !== undefined) {
      await socket.close();
      return { kind: 'taken', owner };
    }
  } catch (error) {
    await socket.close();
    throw error;
  }
  let lost: (() => void) | undefined;
  const heartbeat = setInterval(() => {
    if (touchLock(folder, record)) return;
    clearInterval(heartbeat);
    lost?.();
  }, heartbeatMs);
  heartbeat.unref();
  return {
    kind: 'owned',
    claim: {
      serve: (host) => socket.serve(host),
      onShow: (listener) => (show = listener),
      onLost: (listener) => (lost = listener),
      async release() {
        clearInterval(heartbeat);
        releaseLock(folder, record);
        await socket.close();
      },
    },
  };
}

/** Asks the owner to come to the front; what it answers does not matter. */
export async function showOwner(folder: string): Promise<void> {
  const state = readLock(folder);
  if (state.kind === 'held') await askOwner(state.record, 'show');
}

/** Undefined when the lock is ours now, else who has it. */
async function takeLock(folder: string, record: OwnerRecord): Promise<OwnerInfo | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (createLock(folder, record)) return undefined;
    const state = readLock(folder);
    const verdict = await judge(folder, state);
    if (verdict.kind === 'alive') return verdict.owner;
    if (verdict.kind === 'dead' && replaceLock(folder, state, record)) {
      if (state.kind === 'held') removeSocketFolder(state.record.socket);
      return undefined;
    }
    await wait(20 + attempt * 2);
  }
  throw new AppError('owner-silent');
}

type Verdict =
  | { readonly kind: 'alive'; readonly owner: OwnerInfo }
  | { readonly kind: 'dead' }
  | { readonly kind: 'wait' };

/** Whether the owner of a lock lives. In doubt it does: two engines on one folder would be worse than a message. */
async function judge(folder: string, state: LockState): Promise<Verdict> {
  if (state.kind === 'free') return { kind: 'wait' };
  const age = driveTime(folder) - state.touched;
  if (state.kind === 'broken') return { kind: age > writingMs ? 'dead' : 'wait' };
  if (state.kind === 'forbidden') {
    if (age > silenceMs) return { kind: 'dead' };
    throw new AppError('folder-owned');
  }
  const { record } = state;
  const whose = record.host === hostname() ? whoseStart(record.start, isOnOwnDisk(folder)) : 'other';
  if (whose !== 'this') {
    if (whose === 'over' || age > silenceMs) return { kind: 'dead' };
    throw new AppError('folder-owned', { host: record.host, shell: record.shell, since: record.since });
  }
  const answer = await askOwner(record, 'who');
  if (answer.kind === 'answered') return { kind: 'alive', owner: answer.owner };
  if (answer.kind === 'gone' || !isAlive(record.pid)) return { kind: 'dead' };
  // Where the socket's folder was swept away, the pid may still be the owner's; only its silence tells. A pipe cannot be swept away.
  if (answer.kind === 'missing' && (process.platform === 'win32' || age > silenceMs)) return { kind: 'dead' };
  // It may just have gone: what stands there now decides.
  if (!holdsLock(folder, record)) return { kind: 'wait' };
  throw new AppError('owner-silent', { pid: record.pid, since: record.since });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
