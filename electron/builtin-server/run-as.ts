import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions, StdioOptions } from 'node:child_process';
import { chown, lchown, readdir, readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { postgresProgram } from './postgres-files.ts';
import type { PostgresFiles } from './postgres-files.ts';

/**
 * Under which account PostgreSQL runs; it refuses to run as root.
 * `namespace` keeps the files root's own, so it also works below folders that nobody else may enter.
 */
export type RunAs =
  | { readonly kind: 'self' }
  | { readonly kind: 'user'; readonly uid: number; readonly gid: number }
  | { readonly kind: 'namespace'; readonly uid: number; readonly gid: number; readonly name: string };

const nobody = { uid: 65_534, gid: 65_534 };

/**
 * Chooses the account for a cluster in `folder` (which exists). An ordinary user runs it directly; root as the owner of an
 * existing cluster, else inside a user namespace, else as "nobody" where that account can reach programs and folder.
 */
export async function chooseRunAs(files: PostgresFiles, folder: string): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { kind: 'self' };
  const owner = await stat(join(folder, 'pgdata')).catch(() => undefined);
  const former =
    owner !== undefined && owner.uid !== 0 ? ({ kind: 'user', uid: owner.uid, gid: owner.gid } as const) : undefined;
  for (const candidate of [former, await namespaceAccount(), { kind: 'user', ...nobody } as const]) {
    if (candidate !== undefined && (await canRun(files, candidate, folder))) return candidate;
  }
  throw new AppError('builtin-server-failed', { reason: 'root' });
}

/** The operating-system account name under which the server sees this process on its socket. */
export function peerName(runAs: RunAs): string {
  return runAs.kind === 'namespace' ? runAs.name : userInfo().username;
}

/** Starts a program under the chosen account, with messages in English and nothing of PostgreSQL's own in the environment. */
export function spawnAs(
  runAs: RunAs,
  files: PostgresFiles,
  program: string,
  args: readonly string[],
  options: { readonly stdio: StdioOptions; readonly detached?: boolean; readonly cwd?: string },
): ChildProcess {
  const settings: SpawnOptions = { cwd: files.nativeDir, windowsHide: true, ...options, env: cleanEnvironment(files) };
  if (runAs.kind === 'user') return spawn(program, args, { ...settings, uid: runAs.uid, gid: runAs.gid });
  if (runAs.kind === 'self') return spawn(program, args, settings);
  const map = ['--user', `--map-user=${runAs.uid}`, `--map-group=${runAs.gid}`, '--'];
  return spawn('unshare', [...map, program, ...args], settings);
}

/** What a program printed and how it ended; `code` is null when it could not be started or was ended by a signal. */
export interface ProgramResult {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program under the chosen account to its end, with `input` on its standard input. */
export async function runProgramAs(
  runAs: RunAs,
  files: PostgresFiles,
  program: string,
  args: readonly string[],
  input = '',
): Promise<ProgramResult> {
  return await new Promise((done) => {
    const child = spawnAs(runAs, files, program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    child.on('error', (error) => done({ code: null, output: error.message }));
    child.on('close', (code) => done({ code, output }));
    // A program that refuses at once closes its input before it was read; its exit code says more.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

/** Gives files to the account that runs the server, with everything inside a folder. Does nothing where they are its own already. */
export async function giveTo(runAs: RunAs, path: string): Promise<void> {
  if (runAs.kind !== 'user') return;
  await chown(path, runAs.uid, runAs.gid);
  const inside = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => []);
  for (const entry of inside) await lchown(join(entry.parentPath, entry.name), runAs.uid, runAs.gid);
}

async function canRun(files: PostgresFiles, runAs: RunAs, folder: string): Promise<boolean> {
  const started = await runProgramAs(runAs, files, postgresProgram(files, 'postgres'), ['--version']);
  if (started.code !== 0) return false;
  // The folder itself is given to the account later; what is above it must let the account through.
  const entered = await runProgramAs(runAs, files, '/bin/sh', ['-c', 'cd -- "$1"', 'sh', dirname(folder)]);
  return entered.code === 0;
}

/**
 * An account with a name for the inside of the namespace. Not "nobody": every account that has no number inside looks
 * like that one, and must not be taken for us.
 */
async function namespaceAccount(): Promise<RunAs | undefined> {
  if (process.platform !== 'linux') return undefined;
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const line of accounts.split('\n')) {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    const ordinary = /^\d+$/.test(uid) && Number(uid) > 0 && Number(uid) < nobody.uid;
    if (name !== '' && ordinary) return { kind: 'namespace', uid: Number(uid), gid: Number(gid), name };
  }
  return undefined;
}

function cleanEnvironment(files: PostgresFiles): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|TALLYBOOK_)/.test(name));
  return { ...Object.fromEntries(own), LC_ALL: 'C', ...files.env };
}
