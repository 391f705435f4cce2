import { access, mkdir, realpath, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { OwnLogin } from './cluster-rules.ts';
import { shippedPostgresFolder } from './postgres-files.ts';
import { endAtOnceMs, isProcessAlive, readPostmasterFile, stopPostmaster, worksIn } from './postmaster.ts';
import { readServerFile, writeServerFile } from './server-file.ts';
import { chooseServerPlace } from './server-place.ts';
import { startServer } from './server-start.ts';
import type { ServerInfo, ServerSite } from './server-start.ts';

/** The PostgreSQL that ships with the app, on one data folder. */
export interface BuiltinServer {
  /**
   * Starts the server, or takes over the one that runs already, and waits until it can be used; makes the cluster at the first start.
   * Throws `builtin-server-missing`, `builtin-server-version`, `builtin-server-failed`, `disk-full`, `folder-unwritable` or `cancelled`.
   */
  start(options?: {
    readonly keepRunning?: boolean | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<ServerInfo>;
  /** Stops the server on purpose and waits until it is gone: it stays off until somebody starts or uses it. No effect when it was never started. */
  stop(): Promise<void>;
  /** Whether the app's start brings it back: it ran here before, and nobody stopped it on purpose. */
  returns(): Promise<boolean>;
  /** Remembers the port of now as the one others know: a code that names it is handed out. */
  keepPort(): Promise<void>;
  /** For the end of the app: stops the server unless it is to keep running. */
  close(): Promise<void>;
  /** What is true now, asked of the system, not remembered: the server may have been started or ended by another process. */
  status(): Promise<ServerStatus>;
}

/** State of the built-in server for people. */
export interface ServerStatus {
  readonly state: 'missing' | 'stopped' | 'starting' | 'running' | 'failed';
  readonly port: number | null;
  readonly socketDir: string | null;
  readonly pid: number | null;
  /** ISO 8601 UTC. */
  readonly startedAt: string | null;
  readonly version: string | null;
  /** Whether it runs on another port than the one others know. */
  readonly portChanged: boolean;
  /** Whether it goes on when the app closes. */
  readonly keepRunning: boolean;
  /** Why it is missing or the last start failed. */
  readonly code: ErrorCode | null;
}

/** Something the log should know. Facts only: no path, no name, no secret. */
export type BuiltinServerEvent =
  | { readonly kind: 'created'; readonly version: string }
  | { readonly kind: 'started'; readonly port: number; readonly ms: number }
  | { readonly kind: 'adopted'; readonly port: number }
  | { readonly kind: 'port-changed'; readonly port: number }
  | { readonly kind: 'stopped'; readonly ms: number }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly reason: string };

/** Where the password of the app's own roles is kept where there is no peer login; any keychain-like store will do. */
export interface OwnSecret {
  get(): Promise<string | null>;
  set(secret: string): Promise<void>;
}

/** What a built-in server is made of. */
export interface BuiltinServerOptions {
  /** The folder `server` of the data folder. */
  readonly folder: string;
  readonly log: (event: BuiltinServerEvent) => void;
  readonly secret?: OwnSecret;
  /** The npm platform package; the shipped one unless a test says otherwise. */
  readonly packageFolder?: string;
  readonly login?: OwnLogin;
  readonly namespaces?: boolean;
  readonly sharedRoot?: string;
  readonly startDeadlineMs?: number;
}

const stopDeadlineMs = 20_000;
/** The longest a built-in server takes to stop, in milliseconds: first in good order, then at once. */
export const longestStopMs = stopDeadlineMs + endAtOnceMs;

/**
 * The built-in server of one data folder. Starts and stops follow one another, whatever order they are asked in.
 * The caller owns the data folder (its lock): two processes must not do this at once.
 */
export function createBuiltinServer(options: BuiltinServerOptions): BuiltinServer {
  let queue: Promise<unknown> = Promise.resolve();
  let starting = false;
  let failure: ErrorCode | undefined;
  let known: KnownServer | undefined;
  let site: Promise<ServerSite> | undefined;

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return await result;
  };
  const findSite = async (): Promise<ServerSite> => {
    site ??= prepareSite(options).catch((error: unknown) => {
      site = undefined;
      throw error;
    });
    return await site;
  };
  const start: BuiltinServer['start'] = async ({ keepRunning, signal } = {}) => {
    const same = await stillRunning(known, options.folder, keepRunning);
    if (same !== undefined) return same;
    starting = true;
    try {
      const info = await startServer(await findSite(), { keepRunning, signal });
      failure = undefined;
      known = { info, dataDir: (await findSite()).dataDir };
      return info;
    } catch (error) {
      const problem = toAppError(error, signal);
      if (problem.code !== 'cancelled') failure = problem.code;
      options.log({ kind: 'failed', code: problem.code, reason: String(problem.params['reason'] ?? '') });
      throw problem;
    } finally {
      starting = false;
    }
  };
  const stop = async (onPurpose: boolean): Promise<void> => {
    if (!(await wasUsed(options.folder))) return;
    const remembered = await readServerFile(options.folder);
    if (remembered.keepRunning && !onPurpose) return;
    await stopServer(await findSite());
    await writeServerFile(options.folder, {
      ...remembered,
      keepRunning: false,
      stopped: onPurpose || remembered.stopped,
    });
    failure = undefined;
  };
  const keepPort = async (): Promise<void> => {
    const { port } = await askStatus(await findSite(), false, undefined);
    if (port !== null) await writeServerFile(options.folder, { ...(await readServerFile(options.folder)), port });
  };

  return {
    start: async (request) => await inTurn(async () => await start(request)),
    stop: async () => await inTurn(async () => await stop(true)),
    close: async () => await inTurn(async () => await stop(false)),
    returns: async () => (await wasUsed(options.folder)) && !(await readServerFile(options.folder)).stopped,
    keepPort: async () => await inTurn(keepPort),
    status: async () => {
      if (!(await wasUsed(options.folder))) return unused(options, starting, failure);
      return await askStatus(await findSite(), starting, failure);
    },
  };
}

/** What this process knows of the server it started or took over. */
interface KnownServer {
  readonly info: ServerInfo;
  readonly dataDir: string;
}

/** The answer for a server that was started or taken over before and still runs; every connection asks, so it must cost nothing. */
async function stillRunning(
  known: KnownServer | undefined,
  folder: string,
  keepRunning: boolean | undefined,
): Promise<ServerInfo | undefined> {
  if (known === undefined) return undefined;
  const file = await readPostmasterFile(known.dataDir);
  if (file?.ready !== true || file.pid !== known.info.pid || !isProcessAlive(file.pid)) return undefined;
  const remembered = await readServerFile(folder);
  if (keepRunning !== undefined || remembered.stopped)
    await writeServerFile(folder, {
      ...remembered,
      keepRunning: keepRunning ?? remembered.keepRunning,
      stopped: false,
    });
  return { ...known.info, adopted: true, portChanged: (remembered.port ?? file.port) !== file.port };
}

/** Whether a server was ever started here; asking must not leave an empty folder behind. */
async function wasUsed(folder: string): Promise<boolean> {
  return await access(join(folder, 'server.json')).then(
    () => true,
    () => false,
  );
}

async function stopServer(site: ServerSite): Promise<void> {
  const { place, dataDir, log } = site;
  const begun = performance.now();
  const file = await readPostmasterFile(dataDir);
  if (file === undefined || !isProcessAlive(file.pid) || (await worksIn(file.pid, dataDir)) === false) return;
  const stopped = await stopPostmaster(place.runAs, place.files, dataDir, stopDeadlineMs);
  if (!stopped) throw new AppError('builtin-server-failed', { reason: 'stop' });
  // Only a folder that is empty goes; the next start makes it again.
  if (file.socketDir !== '') await rmdir(file.socketDir).catch(() => undefined);
  log({ kind: 'stopped', ms: Math.round(performance.now() - begun) });
}

function unused(options: BuiltinServerOptions, starting: boolean, failure: ErrorCode | undefined): ServerStatus {
  const nowhere = { port: null, portChanged: false, socketDir: null, pid: null, startedAt: null };
  const nothing = { ...nowhere, version: null, keepRunning: false };
  try {
    if (options.packageFolder === undefined) shippedPostgresFolder();
  } catch (error) {
    return { ...nothing, state: 'missing', code: toAppError(error, undefined).code };
  }
  if (starting) return { ...nothing, state: 'starting', code: null };
  return { ...nothing, state: failure === undefined ? 'stopped' : 'failed', code: failure ?? null };
}

async function askStatus(site: ServerSite, starting: boolean, failure: ErrorCode | undefined): Promise<ServerStatus> {
  const { port, keepRunning } = await readServerFile(site.folder);
  const { version } = site.place.files;
  const file = await readPostmasterFile(site.dataDir);
  const alive = file !== undefined && isProcessAlive(file.pid) && (await worksIn(file.pid, site.dataDir)) !== false;
  if (!alive) {
    const state = starting ? 'starting' : failure === undefined ? 'stopped' : 'failed';
    const code = state === 'failed' ? (failure ?? null) : null;
    return { state, port, portChanged: false, socketDir: null, pid: null, startedAt: null, version, keepRunning, code };
  }
  return {
    state: file.ready && !starting ? 'running' : 'starting',
    port: file.port,
    portChanged: port !== null && port !== file.port,
    socketDir: file.socketDir === '' ? null : file.socketDir,
    pid: file.pid,
    startedAt: file.startedAt.toISOString(),
    version,
    keepRunning,
    code: null,
  };
}

async function prepareSite(options: BuiltinServerOptions): Promise<ServerSite> {
  const packageFolder = options.packageFolder ?? shippedPostgresFolder();
  await mkdir(options.folder, { recursive: true, mode: 0o711 });
  const folder = await realpath(options.folder);
  const { sharedRoot, namespaces } = options;
  const place = await chooseServerPlace({
    packageFolder,
    folder,
    ...(sharedRoot === undefined ? {} : { sharedRoot }),
    ...(namespaces === undefined ? {} : { namespaces }),
  });
  return {
    place,
    folder,
    dataDir: join(place.home, 'pgdata'),
    login: options.login ?? (process.platform === 'win32' ? 'password' : 'peer'),
    secret: options.secret ?? memorySecret(),
    log: options.log,
    startDeadlineMs: options.startDeadlineMs ?? 60_000,
  };
}

/** For a session without a keychain: the password is made anew at the next start. */
function memorySecret(): OwnSecret {
  let held: string | null = null;
  return {
    get: async () => held,
    set: async (secret) => {
      held = secret;
    },
  };
}

/** What went wrong, as one of our codes; the system's own message stays behind as the cause. */
function toAppError(error: unknown, signal: AbortSignal | undefined): AppError {
  if (error instanceof AppError) return error;
  if (signal?.aborted === true) return new AppError('cancelled');
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('disk-full', {}, { cause: error });
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
    return new AppError('folder-unwritable', {}, { cause: error });
  return new AppError('builtin-server-failed', { reason: 'unexpected' }, { cause: error });
}
