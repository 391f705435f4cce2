import { readFileSync } from 'node:fs';
import { open, readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { postgresProgram } from './postgres-files.ts';
import type { PostgresFiles } from './postgres-files.ts';
import { runProgramAs, spawnAs } from './run-as.ts';
import type { RunAs } from './run-as.ts';
import { waitUntil } from './wait-until.ts';

/** What a running server writes into `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  readonly startedAt: Date;
  readonly port: number;
  readonly socketDir: string;
  readonly ready: boolean;
}

/** How a start ended: ready to be used, or ended by itself, with what it printed. */
export type StartOutcome =
  | { readonly kind: 'ready'; readonly file: PostmasterFile }
  | { readonly kind: 'exited'; readonly output: string }
  | { readonly kind: 'timeout' };

/** Where a start writes its messages and how long it may take. */
export interface StartOptions {
  readonly logFile: string;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a server says while processes of the one before it still hold its memory. */
const leftoverMessage = /pre-existing shared memory block/;

/** Reads `postmaster.pid` of a data directory; undefined when there is none or it is not complete yet. */
export async function readPostmasterFile(dataDir: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const lines = text?.split('\n').map((line) => line.trim()) ?? [];
  const [pid = '', , started = '', port = '', socketDir = '', , , state = ''] = lines;
  if (!/^\d+$/.test(pid) || !/^\d+$/.test(port)) return undefined;
  return {
    pid: Number(pid),
    startedAt: new Date(Number(started) * 1000),
    port: Number(port),
    socketDir,
    ready: state === 'ready',
  };
}

/** Whether a process exists and has not ended; one that ended and waits to be collected counts as gone. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(text.slice(text.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/**
 * Starts the server of a data directory, independent of this process's life, and waits until it takes connections.
 * Its messages go to the end of `logFile`.
 */
export async function startPostmaster(
  runAs: RunAs,
  files: PostgresFiles,
  dataDir: string,
  { logFile, deadlineMs, signal }: StartOptions,
): Promise<StartOutcome> {
  const log = await open(logFile, 'a', 0o600);
  try {
    const from = (await log.stat()).size;
    const output = async (): Promise<string> => (await readFile(logFile)).subarray(from).toString('utf8');
    if (process.platform === 'win32')
      return await startWithPgCtl(runAs, files, dataDir, { logFile, deadlineMs, output });
    const program = postgresProgram(files, 'postgres');
    const child = spawnAs(runAs, files, program, ['-D', dataDir], {
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    });
    child.unref();
    let ended = false;
    child.on('exit', () => (ended = true)).on('error', () => (ended = true));
    const outcome = await waitUntil<StartOutcome>(
      async () => {
        if (ended) return { kind: 'exited', output: await output() };
        const file = await readPostmasterFile(dataDir);
        return file?.ready === true && file.pid === child.pid ? { kind: 'ready', file } : undefined;
      },
      { deadlineMs, signal },
    ).catch(async (error: unknown) => {
      if (child.pid !== undefined) await stopProcess(child.pid, 'immediate', endAtOnceMs);
      throw error;
    });
    if (outcome === undefined && child.pid !== undefined) await stopProcess(child.pid, 'immediate', endAtOnceMs);
    return outcome ?? { kind: 'timeout' };
  } finally {
    await log.close();
  }
}

/**
 * Starts a server like `startPostmaster`; after a crash it waits until the last processes of the former one are gone, which
 * end by themselves when they notice.
 */
export async function startPostmasterAfterCrash(
  runAs: RunAs,
  files: PostgresFiles,
  dataDir: string,
  options: StartOptions,
): Promise<StartOutcome> {
  const end = performance.now() + options.deadlineMs;
  const outcome = await waitUntil(
    async () => {
      const deadlineMs = Math.max(0, end - performance.now());
      const attempt = await startPostmaster(runAs, files, dataDir, { ...options, deadlineMs });
      return attempt.kind === 'exited' && leftoverMessage.test(attempt.output) ? undefined : attempt;
    },
    { deadlineMs: options.deadlineMs, everyMs: 50, signal: options.signal },
  );
  return outcome ?? { kind: 'timeout' };
}

/** How long a server that was told to end at once may take to be gone, in milliseconds. */
export const endAtOnceMs = 10_000;

/**
 * Stops a server and waits until it is gone: first fast (open transactions are rolled back), then, past the deadline,
 * at once (the next start repairs). True when it is gone.
 */
export async function stopPostmaster(
  runAs: RunAs,
  files: PostgresFiles,
  dataDir: string,
  deadlineMs: number,
): Promise<boolean> {
  const file = await readPostmasterFile(dataDir);
  if (file === undefined || !isProcessAlive(file.pid)) return true;
  if (process.platform === 'win32') {
    const args = ['stop', '-D', dataDir, '-m', 'fast', '-w', '-t', String(Math.ceil(deadlineMs / 1000))];
    const stopped = await runProgramAs(runAs, files, postgresProgram(files, 'pg_ctl'), args);
    if (stopped.code === 0) return true;
    await runProgramAs(runAs, files, postgresProgram(files, 'pg_ctl'), [
      'stop',
      '-D',
      dataDir,
      '-m',
      'immediate',
      '-w',
      '-t',
      String(endAtOnceMs / 1000),
    ]);
    return !isProcessAlive(file.pid);
  }
  return (await stopProcess(file.pid, 'fast', deadlineMs)) || (await stopProcess(file.pid, 'immediate', endAtOnceMs));
}

/** Whether a process works in this data directory; undefined where the system does not say. */
export async function worksIn(pid: number, dataDir: string): Promise<boolean | undefined> {
  if (process.platform !== 'linux') return undefined;
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return folder === undefined ? undefined : folder === (await realpath(dataDir));
}

async function stopProcess(pid: number, how: 'fast' | 'immediate', deadlineMs: number): Promise<boolean> {
  try {
    process.kill(pid, how === 'fast' ? 'SIGINT' : 'SIGQUIT');
  } catch {
    return !isProcessAlive(pid);
  }
  return (await waitUntil(() => (isProcessAlive(pid) ? undefined : true), { deadlineMs })) ?? false;
}

async function startWithPgCtl(
  runAs: RunAs,
  files: PostgresFiles,
  dataDir: string,
  {
    logFile,
    deadlineMs,
    output,
  }: { readonly logFile: string; readonly deadlineMs: number; readonly output: () => Promise<string> },
): Promise<StartOutcome> {
  // On Windows only pg_ctl knows how to leave the rights of an administrator behind.
  const args = ['start', '-D', dataDir, '-l', logFile, '-w', '-t', String(Math.ceil(deadlineMs / 1000))];
  // Nothing of ours is handed on: the server would keep a pipe open, and its end would never come.
  const starter = spawnAs(runAs, files, postgresProgram(files, 'pg_ctl'), args, { stdio: 'ignore' });
  await new Promise<void>((done) => starter.on('exit', () => done()).on('error', () => done()));
  const file = await readPostmasterFile(dataDir);
  return file?.ready === true ? { kind: 'ready', file } : { kind: 'exited', output: await output() };
}
