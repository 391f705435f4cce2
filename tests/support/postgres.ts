import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { configText, listElement } from '../../electron/builtin-server/cluster-config.ts';
import type { ServerSetting } from '../../electron/builtin-server/cluster-config.ts';
import { createCluster, writeClusterFiles } from '../../electron/builtin-server/cluster.ts';
import {
  isProcessAlive,
  readPostmasterFile,
  startPostmasterAfterCrash,
  stopPostmaster,
} from '../../electron/builtin-server/postmaster.ts';
import { giveTo } from '../../electron/builtin-server/run-as.ts';
import { scramVerifier } from '../../electron/builtin-server/scram-verifier.ts';
import { chooseServerPlace } from '../../electron/builtin-server/server-place.ts';
import { chooseFreePort } from '../../electron/builtin-server/server-port.ts';
import { waitUntil } from '../../electron/builtin-server/wait-until.ts';
import { testDataDirs } from './postgres-folders.ts';
import { findPostgresRelease, usualMajor } from './postgres-releases.ts';
import type { PostgresMajor } from './postgres-releases.ts';

/** How to reach a server as its superuser; plain data, so that it can be handed to another process. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly superuser: string;
  readonly password: string;
}

/** A fresh database of a test server and how to log in to it as superuser. */
export interface TestDatabase {
  readonly database: string;
  readonly url: string;
  readonly config: Readonly<{ host: string; port: number; user: string; password: string; database: string }>;
}

/** A running PostgreSQL for tests. */
export interface TestPostgres extends PostgresAddress {
  readonly major: PostgresMajor;
  /** The folder of its socket. */
  readonly socketDir: string;
  createDatabase(name?: string): Promise<TestDatabase>;
  /** Ends it and removes everything it left on the disk. */
  stop(): Promise<void>;
  /** Kills the server (kill -9) and waits until it is gone; `restart` brings it back. */
  kill(): Promise<void>;
  /** Stops it when it runs, and starts it on the same port with the same data. */
  restart(): Promise<void>;
  /** Copies everything it holds, as a backup of the whole machine would; the answer puts it back, with all transaction numbers as they were. */
  snapshot(): Promise<() => Promise<void>>;
  /** Copies what it holds into another folder, stopped meanwhile. */
  copyData(target: string): Promise<void>;
}

const folderPrefix = 'tallybook-test-pg-';
const superuser = 'postgres';
const inMemory = '/dev/shm';
const startDeadlineMs = 60_000;

/**
 * Starts a real PostgreSQL of its own for a test, on 127.0.0.1 with password (SCRAM), in about a second. It is made for
 * speed: nothing is forced to the disk, so it survives being killed but not a power cut. It ends with this process, however that ends.
 * `settings` are added to postgresql.conf. `inMemory` keeps its files in memory where the system has room for that. With `copyOf` it begins with what another one holds, as another server or as its standby.
 */
export async function startTestPostgres(
  options: {
    readonly major?: PostgresMajor;
    readonly settings?: Readonly<Record<string, ServerSetting>>;
    readonly copyOf?: TestPostgres;
    readonly standby?: boolean;
    readonly inMemory?: boolean;
  } = {},
): Promise<TestPostgres> {
  const major = options.major ?? usualMajor();
  const release = await findPostgresRelease(major);
  if (release === undefined) {
    throw new Error(
      `PostgreSQL ${major} is not installed; it comes with: npm ci --ignore-scripts --prefix tests/postgres`,
    );
  }
  await removeAbandonedClusters();
  const folder = await mkdtemp(
    join(options.inMemory === true ? await memoryFolder() : tmpdir(), `${folderPrefix}${process.pid}-`),
  );
  // The account the server runs under must be able to enter; what is inside is closed to others.
  await chmod(folder, 0o711);
  const watchdog = startWatchdog(folder);
  const place = await chooseServerPlace({ packageFolder: release, folder, sharedRoot: join(folder, 'shared') });
  const { files, runAs, home } = place;
  const dataDir = join(home, 'pgdata');
  const socketDir = join(home, 's');
  await mkdir(socketDir, { mode: 0o700 });
  await giveTo(runAs, socketDir);
  const { copyOf } = options;
  const password = copyOf?.password ?? randomBytes(24).toString('hex');
  if (copyOf === undefined) {
    const statements = [`ALTER ROLE ${superuser} PASSWORD '${scramVerifier(password)}'`];
    await createCluster(runAs, files, dataDir, { superuser, statements, durable: false });
  } else {
    await copyOf.copyData(dataDir);
    await giveTo(runAs, dataDir);
  }
  const port = await chooseFreePort();
  const upstream =
    copyOf !== undefined && options.standby === true
      ? { primary_conninfo: `host=127.0.0.1 port=${copyOf.port} user=${superuser} password=${password}` }
      : {};
  await writeClusterFiles(runAs, dataDir, {
    'postgresql.conf': configText({ ...testSettings(major, port, socketDir), ...upstream, ...options.settings }),
    'pg_hba.conf':
      'local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n',
    ...(options.standby === true ? { 'standby.signal': '' } : {}),
  });
  const logFile = join(folder, 'server.log');
  const start = async (): Promise<void> => {
    const outcome = await startPostmasterAfterCrash(runAs, files, dataDir, { logFile, deadlineMs: startDeadlineMs });
    if (outcome.kind === 'ready') return;
    throw new Error(`the test server did not start (${outcome.kind}):\n${await readFile(logFile, 'utf8')}`);
  };
  const address = { host: '127.0.0.1', port, superuser, password };
  await start();
  const stopped = async (work: () => Promise<void>): Promise<void> => {
    await stopPostmaster(runAs, files, dataDir, 30_000);
    await work();
    await start();
  };
  return {
    ...address,
    major,
    socketDir,
    createDatabase: async (name) => await createTestDatabase(address, name),
    stop: async () => await endWatchdog(watchdog),
    kill: async () => await killPostmaster(dataDir),
    restart: async () => await stopped(async () => {}),
    snapshot: async () => {
      const saved = join(home, `saved-${randomBytes(4).toString('hex')}`);
      await stopped(async () => await cp(dataDir, saved, { recursive: true }));
      return async () =>
        await stopped(async () => {
          await rm(dataDir, { recursive: true });
          await cp(saved, dataDir, { recursive: true });
          await giveTo(runAs, dataDir);
        });
    },
    copyData: async (target) => await stopped(async () => await cp(dataDir, target, { recursive: true })),
  };
}

/** Makes a fresh, empty database on a test server. */
export async function createTestDatabase(
  address: PostgresAddress,
  name = `test_${randomBytes(6).toString('hex')}`,
): Promise<TestDatabase> {
  const { host, port, superuser: user, password } = address;
  const client = new pg.Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = `postgres://${user}:${password}@${host}:${port}/${encodeURIComponent(name)}`;
  return { database: name, url, config: { host, port, user, password, database: name } };
}

/** A database with everything another one holds. Whoever is logged in to that one is sent away, as by a person who restores a server. */
export async function copyTestDatabase(
  address: PostgresAddress,
  source: TestDatabase,
  name = `test_${randomBytes(6).toString('hex')}`,
): Promise<TestDatabase> {
  const { host, port, superuser: user, password } = address;
  const client = new pg.Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`).catch(() => undefined);
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [source.database]);
    await client.query(
      `CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE ${client.escapeIdentifier(source.database)}`,
    );
  } finally {
    await client.end();
  }
  const url = `postgres://${user}:${password}@${host}:${port}/${encodeURIComponent(name)}`;
  return { database: name, url, config: { host, port, user, password, database: name } };
}

function testSettings(major: PostgresMajor, port: number, socketDir: string): Record<string, ServerSetting> {
  return {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: process.platform === 'win32' ? '' : listElement(socketDir),
    password_encryption: 'scram-sha-256',
    max_connections: 100,
    shared_buffers: '32MB',
    fsync: false,
    full_page_writes: false,
    wal_level: 'minimal',
    max_wal_senders: 0,
    jit: false,
    log_min_messages: 'log',
    ...(major >= 18 ? { io_method: 'sync' } : {}),
  };
}

/** Room that files in memory must leave, in bytes. */
const memoryNeeded = 2 * 1024 ** 3;

/** The folder whose files the system keeps in memory, where it has one with room; otherwise the one for temporary files. */
async function memoryFolder(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(inMemory);
    return bavail * bsize >= memoryNeeded ? inMemory : tmpdir();
  } catch {
    return tmpdir();
  }
}

async function killPostmaster(dataDir: string): Promise<void> {
  const file = await readPostmasterFile(dataDir);
  if (file === undefined) throw new Error('the test server is not running');
  process.kill(file.pid, 'SIGKILL');
  const gone = await waitUntil(() => (isProcessAlive(file.pid) ? undefined : true), { deadlineMs: 10_000 });
  if (gone === undefined) throw new Error('the test server survived kill -9');
}

function startWatchdog(folder: string): ChildProcess {
  const script = join(import.meta.dirname, 'postgres-watchdog.ts');
  const watchdog = spawn(process.execPath, [script, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watchdog.unref();
  return watchdog;
}

/** The watchdog ends the server and removes the folder: one way for an orderly end and for a crash. */
async function endWatchdog(watchdog: ChildProcess): Promise<void> {
  if (watchdog.exitCode !== null || watchdog.signalCode !== null) return;
  watchdog.ref();
  await new Promise<void>((done) => {
    watchdog.once('exit', () => done());
    watchdog.stdin?.end();
  });
}

/** Folders of test servers whose process is gone. */
async function abandonedFolders(parent: string): Promise<readonly string[]> {
  return (await readdir(parent)).flatMap((name) => {
    const owner = name.startsWith(folderPrefix) ? Number(name.slice(folderPrefix.length).split('-')[0]) : Number.NaN;
    return Number.isNaN(owner) || isProcessAlive(owner) ? [] : [join(parent, name)];
  });
}

/** Removes what a run left whose watchdog was killed too. Folders of other accounts are theirs to remove. */
async function removeAbandonedClusters(): Promise<void> {
  const parents = [tmpdir(), ...(existsSync(inMemory) ? [inMemory] : [])];
  for (const folder of (await Promise.all(parents.map(abandonedFolders))).flat()) {
    try {
      for (const dataDir of await testDataDirs(folder)) {
        const file = await readPostmasterFile(dataDir);
        if (file !== undefined && isProcessAlive(file.pid)) process.kill(file.pid, 'SIGQUIT');
      }
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      continue;
    }
  }
}
