import { createHash } from 'node:crypto';
import { cp, lstat, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { clusterMajor } from './cluster.ts';
import { postgresProgram, preparePostgresFiles } from './postgres-files.ts';
import type { PostgresFiles } from './postgres-files.ts';
import { runProgramAs } from './run-as.ts';
import type { RunAs } from './run-as.ts';

/** Which programs run under which account, and the folder that holds `pgdata`. */
export interface ServerPlace {
  readonly files: PostgresFiles;
  readonly runAs: RunAs;
  readonly home: string;
}

/** What a place is chosen from. */
export interface PlaceOptions {
  /** The platform package. */
  readonly packageFolder: string;
  /** The folder meant for the server; it exists and belongs to this account. */
  readonly folder: string;
  /** Where root keeps a server that cannot run in `folder`; only root may write there, everybody may enter. */
  readonly sharedRoot?: string;
  /** Whether user namespaces may be used where the system offers them. */
  readonly namespaces?: boolean;
}

const nobody = { kind: 'user', uid: 65_534, gid: 65_534 } as const;

/**
 * Chooses where and as whom PostgreSQL runs, which refuses to run as root. An ordinary user runs it directly. Root runs it as
 * the owner of an existing cluster, else inside a user namespace (the files stay root's own, so closed folders do not
 * matter), else as "nobody", with programs and data moved to `sharedRoot` when that account cannot reach them.
 * Throws `builtin-server-failed` with reason `account` when none of this works.
 */
export async function chooseServerPlace(options: PlaceOptions): Promise<ServerPlace> {
  const { packageFolder, folder, sharedRoot = '/var/lib/tallybook', namespaces = true } = options;
  const files = await preparePostgresFiles(packageFolder, join(folder, 'lib'));
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && hasAccountName()) return { files, runAs: { kind: 'self' }, home: folder };

  const owner = isRoot ? await formerOwner(folder) : undefined;
  const moved = join(sharedRoot, createHash('sha256').update(folder).digest('hex').slice(0, 16));
  const isMoved = isRoot && owner === undefined && (await clusterMajor(join(moved, 'pgdata'))) !== undefined;
  const namespace = namespaces && owner === undefined && !isMoved ? await namespaceAccount() : undefined;
  if (namespace !== undefined && (await canRun(namespace, files))) return { files, runAs: namespace, home: folder };
  if (!isRoot) throw new AppError('builtin-server-failed', { reason: 'account' });

  const runAs = owner ?? nobody;
  const home = !isMoved && (await canEnter(runAs, files, folder)) ? folder : moved;
  const reachable = (await canRun(runAs, files)) ? files : await copyPrograms(packageFolder, files.version, sharedRoot);
  if (home !== folder) await mkdir(home, { recursive: true, mode: 0o755 });
  if ((await canRun(runAs, reachable)) && (await canEnter(runAs, reachable, home)))
    return { files: reachable, runAs, home };
  throw new AppError('builtin-server-failed', { reason: 'account' });
}

async function canRun(runAs: RunAs, files: PostgresFiles): Promise<boolean> {
  return (await runProgramAs(runAs, files, postgresProgram(files, 'postgres'), ['--version'])).code === 0;
}

async function canEnter(runAs: RunAs, files: PostgresFiles, folder: string): Promise<boolean> {
  return (await runProgramAs(runAs, files, '/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], '', '/')).code === 0;
}

/** The account that owns the cluster in a folder, when that is not root. */
async function formerOwner(folder: string): Promise<RunAs | undefined> {
  const found = await stat(join(folder, 'pgdata')).catch(() => undefined);
  return found === undefined || found.uid === 0 ? undefined : { kind: 'user', uid: found.uid, gid: found.gid };
}

/** A copy of the programs where every account can reach them; made once per version. */
async function copyPrograms(packageFolder: string, version: string, sharedRoot: string): Promise<PostgresFiles> {
  await mkdir(sharedRoot, { recursive: true, mode: 0o755 });
  const root = await lstat(sharedRoot);
  // What others could write there, the server would run.
  if (!root.isDirectory() || root.uid !== 0 || (root.mode & 0o022) !== 0) {
    throw new AppError('builtin-server-failed', { reason: 'account' });
  }
  const target = join(sharedRoot, `postgres-${version}`);
  const complete = await stat(target).then(
    () => true,
    () => false,
  );
  if (!complete) {
    const fresh = `${target}.${process.pid}`;
    await cp(packageFolder, fresh, { recursive: true, verbatimSymlinks: true });
    await rename(fresh, target).catch(async () => await rm(fresh, { recursive: true, force: true }));
  }
  return await preparePostgresFiles(target, join(sharedRoot, 'lib'));
}

/** Whether this account has a name; a container may run under a bare number, which PostgreSQL does not take. */
function hasAccountName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
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
