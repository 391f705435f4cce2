import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { BuiltinServerEvent, OwnSecret } from './builtin-server.ts';
import { certificateFingerprint, createServerCertificate } from './certificate.ts';
import { adminRole, clusterRules, ownerRole, seedStatements, sharedDatabase } from './cluster-rules.ts';
import type { OwnLogin } from './cluster-rules.ts';
import { clusterError, clusterMajor, createCluster, runStatements, writeClusterFiles } from './cluster.ts';
import {
  isProcessAlive,
  readPostmasterFile,
  startPostmasterAfterCrash,
  stopPostmaster,
  worksIn,
} from './postmaster.ts';
import type { PostmasterFile } from './postmaster.ts';
import { peerName } from './run-as.ts';
import { scramVerifier } from './scram-verifier.ts';
import { readServerFile, writeServerFile } from './server-file.ts';
import type { ServerPlace } from './server-place.ts';
import { chooseFreePort, isPortFree } from './server-port.ts';
import { prepareSocketFolder } from './socket-folder.ts';
import { probeServerFingerprint } from './tls-probe.ts';
import { waitUntil } from './wait-until.ts';

/** How to log in to the running server as one role: what a connection needs, nothing read from elsewhere. */
export interface ServerLogin {
  /** The folder of the socket, or 127.0.0.1. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Null on the socket, where the operating system says who we are. */
  readonly password: string | null;
  readonly tls: 'disable' | 'require';
  readonly ca: null;
  readonly fingerprint: string | null;
}

/** A running server. */
export interface ServerInfo {
  /** Where others reach it. */
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly socketDir: string | null;
  readonly pid: number;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly version: string;
  /** SHA-256 fingerprint of its certificate: upper-case hex pairs with colons. */
  readonly fingerprint: string;
  readonly database: string;
  /** The app's own role, owner of the shared database. */
  readonly owner: ServerLogin;
  /** The superuser, for making the roles of join codes. */
  readonly admin: ServerLogin;
  /** Whether it ran already, left by a crash or kept running. */
  readonly adopted: boolean;
  /** Whether it is on another port than the one join codes given out before name, so that they lead nowhere. */
  readonly portChanged: boolean;
}

/** One server's place and what it works with. */
export interface ServerSite {
  readonly place: ServerPlace;
  readonly folder: string;
  readonly dataDir: string;
  readonly login: OwnLogin;
  readonly secret: OwnSecret;
  readonly log: (event: BuiltinServerEvent) => void;
  readonly startDeadlineMs: number;
}

/** How a start was asked for. */
export interface StartRequest {
  readonly keepRunning?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is known of a running server before it is described to the caller. */
interface Running {
  readonly file: PostmasterFile;
  readonly socketDir: string | null;
  readonly password: string | null;
}

/** Brings the server of a site to "running and usable": makes it when there is none, takes it over when it runs, starts it otherwise. */
export async function startServer(site: ServerSite, request: StartRequest): Promise<ServerInfo> {
  const begun = performance.now();
  request.signal?.throwIfAborted();
  const created = await ensureCluster(site);
  const fingerprint = await ensureCertificate(site);
  const remembered = await readServerFile(site.folder);
  const found = created ? 'none' : await adopt(site, fingerprint);
  const adopted = found === 'none' || found === 'stopped' ? undefined : found;
  const running = adopted ?? (await startCold(site, remembered.port, created, request.signal));
  const { port } = running.file;
  const portChanged = remembered.port !== null && remembered.port !== port;
  const keepRunning = request.keepRunning ?? (found !== 'none' && remembered.keepRunning);
  // The port the codes name stays remembered: what holds it now may be gone at the next start.
  await writeServerFile(site.folder, { port: remembered.port ?? port, keepRunning, stopped: false });
  if (portChanged) site.log({ kind: 'port-changed', port });
  site.log(
    adopted === undefined
      ? { kind: 'started', port, ms: Math.round(performance.now() - begun) }
      : { kind: 'adopted', port },
  );
  return describeRunning(site, running, fingerprint, { adopted: adopted !== undefined, portChanged });
}

/** Makes the cluster at the first start; refuses one of another major version. True when it was made now. */
async function ensureCluster(site: ServerSite): Promise<boolean> {
  const { place, dataDir } = site;
  const major = await clusterMajor(dataDir);
  if (major === place.files.major) return false;
  if (major !== undefined) throw new AppError('builtin-server-version', { found: major, shipped: place.files.major });
  await createCluster(place.runAs, place.files, dataDir, {
    superuser: adminRole,
    statements: seedStatements,
    durable: true,
  });
  site.log({ kind: 'created', version: place.files.version });
  return true;
}

/** Makes key and certificate when they are missing; the fingerprint others know stays the same as long as the data does. */
async function ensureCertificate(site: ServerSite): Promise<string> {
  const present = await readFile(join(site.dataDir, 'server.crt'), 'utf8').catch(() => undefined);
  const key = await stat(join(site.dataDir, 'server.key')).catch(() => undefined);
  if (present !== undefined && key !== undefined) return certificateFingerprint(present);
  const made = createServerCertificate({
    commonName: 'Tallybook',
    dnsNames: ['localhost'],
    addresses: ['127.0.0.1'],
    // Trust hangs on the fingerprint alone; the clocks of classroom PCs are often years wrong.
    notBefore: new Date('2000-01-01T00:00:00Z'),
    notAfter: new Date('9999-12-31T23:59:59Z'),
  });
  await writeClusterFiles(site.place.runAs, site.dataDir, { 'server.key': made.key, 'server.crt': made.certificate });
  return certificateFingerprint(made.certificate);
}

/** Takes over a server that runs already, or stops it when its rules have changed or its password is lost. */
async function adopt(site: ServerSite, fingerprint: string): Promise<Running | 'none' | 'stopped'> {
  const { place, dataDir } = site;
  const file = await findRunning(site, fingerprint);
  if (file === undefined) return 'none';
  const socketDir = file.socketDir === '' ? null : file.socketDir;
  const password = site.login === 'password' ? await site.secret.get() : null;
  const rules = clusterRules({ port: file.port, socketDir, login: site.login, peerName: peerName(place.runAs) });
  const changed = await writeClusterFiles(place.runAs, dataDir, rules);
  const reachable =
    socketDir === null ||
    (await stat(socketDir).then(
      () => true,
      () => false,
    ));
  if (!changed && reachable && (site.login === 'peer' || password !== null)) return { file, socketDir, password };
  if (await stopPostmaster(place.runAs, place.files, dataDir, 20_000)) return 'stopped';
  throw new AppError('builtin-server-failed', { reason: 'stop' });
}

/** The running server of this data directory. What a server that is gone left behind is removed. */
async function findRunning(site: ServerSite, fingerprint: string): Promise<PostmasterFile | undefined> {
  const { dataDir } = site;
  const isOurs = async (pid: number): Promise<boolean | undefined> =>
    isProcessAlive(pid) ? await worksIn(pid, dataDir) : false;
  const first = await readPostmasterFile(dataDir);
  if (first !== undefined && (await isOurs(first.pid)) !== false) {
    // It may be starting, or repairing after a power cut.
    await waitUntil(
      async () =>
        (await readPostmasterFile(dataDir))?.ready === true || !isProcessAlive(first.pid) ? true : undefined,
      { deadlineMs: site.startDeadlineMs },
    );
    const file = await readPostmasterFile(dataDir);
    if (file !== undefined && isProcessAlive(file.pid)) {
      if ((await probeServerFingerprint(file.port)) === fingerprint) return file;
      if ((await isOurs(file.pid)) === true) throw new AppError('builtin-server-failed', { reason: 'not-answering' });
    }
  }
  // The number in it is nobody's or another program's. PostgreSQL itself still refuses if a server used the data after all.
  await rm(join(dataDir, 'postmaster.pid'), { force: true });
  return undefined;
}

async function startCold(
  site: ServerSite,
  rememberedPort: number | null,
  created: boolean,
  signal: AbortSignal | undefined,
): Promise<Running> {
  const { place, dataDir, login } = site;
  const socketDir = login === 'peer' ? await prepareSocketFolder(place.runAs, place.home) : null;
  if (socketDir !== null) await removeOldSockets(socketDir);
  const password = login === 'password' ? await ensurePassword(site, created) : null;
  const end = performance.now() + site.startDeadlineMs;
  const wanted = [rememberedPort, null, null];
  for (const candidate of wanted) {
    const port = candidate !== null && (await isPortFree(candidate)) ? candidate : await chooseFreePort();
    const rules = clusterRules({ port, socketDir, login, peerName: peerName(place.runAs) });
    await writeClusterFiles(place.runAs, dataDir, rules);
    const outcome = await startPostmasterAfterCrash(place.runAs, place.files, dataDir, {
      logFile: join(site.folder, 'server.log'),
      deadlineMs: Math.max(0, end - performance.now()),
      signal,
    });
    if (outcome.kind === 'ready') return { file: outcome.file, socketDir, password };
    if (outcome.kind === 'timeout') throw new AppError('builtin-server-failed', { reason: 'timeout' });
    if (!/could not bind|could not create any TCP\/IP sockets/.test(outcome.output))
      throw clusterError('start', outcome.output);
  }
  throw new AppError('builtin-server-failed', { reason: 'port' });
}

/** The password of the app's own roles; a new one when it is not known any more (the keychain was emptied, or there is none). */
async function ensurePassword(site: ServerSite, created: boolean): Promise<string> {
  const known = created ? null : await site.secret.get();
  if (known !== null) return known;
  const password = randomBytes(24).toString('hex');
  const verifier = scramVerifier(password);
  const statements = [ownerRole, adminRole].map((role) => `ALTER ROLE ${role} PASSWORD '${verifier}'`);
  await runStatements(site.place.runAs, site.place.files, site.dataDir, statements);
  await site.secret.set(password);
  return password;
}

/** Removes sockets a crash left, whose lock files may name a process that is somebody else's by now. */
async function removeOldSockets(socketDir: string): Promise<void> {
  for (const name of await readdir(socketDir)) {
    if (name.startsWith('.s.PGSQL.')) await rm(join(socketDir, name), { force: true });
  }
}

function describeRunning(
  site: ServerSite,
  { file, socketDir, password }: Running,
  fingerprint: string,
  how: { readonly adopted: boolean; readonly portChanged: boolean },
): ServerInfo {
  const peer = site.login === 'peer' && socketDir !== null;
  const loginAs = (user: string): ServerLogin => ({
    host: peer ? socketDir : '127.0.0.1',
    port: file.port,
    database: sharedDatabase,
    user,
    password,
    tls: peer ? 'disable' : 'require',
    ca: null,
    fingerprint: peer ? null : fingerprint,
  });
  return {
    host: '127.0.0.1',
    port: file.port,
    socketDir,
    pid: file.pid,
    startedAt: file.startedAt.toISOString(),
    version: site.place.files.version,
    fingerprint,
    database: sharedDatabase,
    owner: loginAs(ownerRole),
    admin: loginAs(adminRole),
    ...how,
  };
}
