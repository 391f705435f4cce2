import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { postgresProgram } from './postgres-files.ts';
import type { PostgresFiles } from './postgres-files.ts';
import { giveTo, runProgramAs } from './run-as.ts';
import type { RunAs } from './run-as.ts';

/** What a new cluster starts with. */
export interface ClusterSeed {
  readonly superuser: string;
  /** Statements that make its roles and databases, one per entry, each on one line. */
  readonly statements: readonly string[];
  /** Whether everything is on the disk before the cluster counts as made. */
  readonly durable: boolean;
}

/**
 * Makes a new cluster at `dataDir`, whole or not at all: what an interrupted attempt left is removed, and the folder gets
 * its name only when it is finished. Its access rules are the caller's to write (until then nobody can log in).
 */
export async function createCluster(
  runAs: RunAs,
  files: PostgresFiles,
  dataDir: string,
  seed: ClusterSeed,
): Promise<void> {
  const parent = dirname(dataDir);
  const prefix = `${basename(dataDir)}.new-`;
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true });
  }
  const fresh = join(parent, `${prefix}${process.pid}`);
  await mkdir(fresh, { mode: 0o700 });
  await giveTo(runAs, fresh);
  const made = await runProgramAs(runAs, files, postgresProgram(files, 'initdb'), initdbArguments(files, fresh, seed));
  if (made.code !== 0) throw clusterError('initdb', made.output);
  await runStatements(runAs, files, fresh, seed.statements);
  await rename(fresh, dataDir);
}

/** Carries out statements on a cluster that is not running, as its superuser; each must be one line. */
export async function runStatements(
  runAs: RunAs,
  files: PostgresFiles,
  dataDir: string,
  statements: readonly string[],
): Promise<void> {
  const args = ['--single', '-D', dataDir, '-c', 'exit_on_error=on', '-c', 'log_min_error_statement=panic', 'postgres'];
  const input = statements.map((statement) => `${statement}\n`).join('');
  const done = await runProgramAs(runAs, files, postgresProgram(files, 'postgres'), args, input);
  if (done.code !== 0) throw clusterError('roles', done.output);
}

/** The major version of the cluster in a data directory; undefined when there is no cluster. */
export async function clusterMajor(dataDir: string): Promise<number | undefined> {
  const text = await readFile(join(dataDir, 'PG_VERSION'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text.trim());
}

/** Replaces files of the data directory, each whole or not at all, readable by the server's account alone. True when one changed. */
export async function writeClusterFiles(
  runAs: RunAs,
  dataDir: string,
  contents: Readonly<Record<string, string>>,
): Promise<boolean> {
  let changed = false;
  for (const [name, text] of Object.entries(contents)) {
    const path = join(dataDir, name);
    const present = await readFile(path, 'utf8').catch(() => undefined);
    if (present === text) continue;
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await giveTo(runAs, `${path}.new`);
    await rename(`${path}.new`, path);
    changed = true;
  }
  return changed;
}

/** The failure of a step, with the last thing the program said kept as its cause, not in the answer. */
export function clusterError(step: string, output: string): AppError {
  if (/No space left on device|Disk quota exceeded/.test(output)) return new AppError('disk-full');
  return new AppError('builtin-server-failed', { reason: step }, { cause: new Error(output.trim().slice(-2000)) });
}

function initdbArguments(files: PostgresFiles, dataDir: string, seed: ClusterSeed): string[] {
  const args = [
    '-D',
    dataDir,
    '-U',
    seed.superuser,
    '--encoding=UTF8',
    '--locale=C',
    '--auth=reject',
    '--auth-local=reject',
  ];
  // The builtin provider sorts the same on every computer; it exists since 17.
  if (files.major >= 17) args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  if (!seed.durable) args.push('--no-sync');
  return args;
}
