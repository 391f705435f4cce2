import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions, StdioOptions } from 'node:child_process';
import { chown, lchown, readdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { PostgresFiles } from './postgres-files.ts';

/**
 * Under which account PostgreSQL runs; it refuses to run as root.
 * `namespace` keeps the files root's own, so it also works below folders that nobody else may enter.
 */
export type RunAs =
  | { readonly kind: 'self' }
  | { readonly kind: 'user'; readonly uid: number; readonly gid: number }
  | { readonly kind: 'namespace'; readonly uid: number; readonly gid: number; readonly name: string };

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
  cwd = files.nativeDir,
): Promise<ProgramResult> {
  return await new Promise((done) => {
    const child = spawnAs(runAs, files, program, args, { stdio: ['pipe', 'pipe', 'pipe'], cwd });
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

function cleanEnvironment(files: PostgresFiles): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|TALLYBOOK_)/.test(name));
  return { ...Object.fromEntries(own), LC_ALL: 'C', ...files.env };
}
