import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../tests/support/sql.ts';
import { createBuiltinServer } from './builtin-server.ts';
import type { BuiltinServer, BuiltinServerEvent, BuiltinServerOptions } from './builtin-server.ts';
import { createJoinRole, dropJoinRole } from './join-role.ts';
import type { AdminSql } from './join-role.ts';
import { shippedPostgresFolder } from './postgres-files.ts';
import { isProcessAlive } from './postmaster.ts';
import type { ServerInfo } from './server-start.ts';
import { waitUntil } from './wait-until.ts';

const isRoot = process.getuid?.() === 0;
const onPosix = process.platform !== 'win32';
const otherAccount = { uid: 65_534, gid: 65_534 };

let base: string;
let events: BuiltinServerEvent[];
const made: BuiltinServer[] = [];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'tallybook-builtin-'));
  events = [];
});

afterEach(async () => {
  for (const server of made.splice(0)) await server.stop();
  await rm(base, { recursive: true, force: true });
});

function build(options: Partial<BuiltinServerOptions> = {}): BuiltinServer {
  const server = createBuiltinServer({ folder: join(base, 'server'), log: (event) => events.push(event), ...options });
  made.push(server);
  return server;
}

function adminSql(info: ServerInfo): AdminSql {
  return async (database, statement, params) =>
    (await sql({ ...info.admin, database }, statement, params)).map((row) => row.map((value) => value ?? ''));
}

async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  const gone = await waitUntil(() => (isProcessAlive(pid) ? undefined : true), { deadlineMs: 10_000 });
  expect(gone).toBe(true);
}

/** Runs the app's stand-in as a process of its own and waits for what it reports. */
async function startApp(
  account?: typeof otherAccount,
  packageFolder?: string,
): Promise<{ app: ChildProcess; report: Record<string, unknown> }> {
  const script = join(import.meta.dirname, '../../tests/support/builtin-server-process.ts');
  const args = [script, join(base, 'server'), ...(packageFolder === undefined ? [] : [packageFolder])];
  const app = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], ...account });
  let errors = '';
  app.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const line = await Promise.race([once(app.stdout.setEncoding('utf8'), 'data'), once(app, 'exit').then(() => [])]);
  if (typeof line[0] !== 'string') throw new Error(`the app ended: ${errors}`);
  return { app, report: JSON.parse(line[0]) as Record<string, unknown> };
}

describe('start and stop', () => {
  it('starts from nothing, says what is true on the way, and is gone after stop', async () => {
    const server = build();
    expect((await server.status()).state).toBe('stopped');
    await expect(stat(join(base, 'server'))).rejects.toThrow('ENOENT');
    const starting = server.start();
    expect((await server.status()).state).toBe('starting');
    const info = await starting;
    expect(await server.status()).toMatchObject({
      state: 'running',
      port: info.port,
      pid: info.pid,
      keepRunning: false,
    });
    expect(await sql(info.owner, 'SELECT current_user, current_database()')).toEqual([
      ['tallybook_owner', 'tallybook'],
    ]);
    expect(await sql(info.admin, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toEqual([['t']]);
    expect(await sql(info.owner, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toEqual([['f']]);
    await server.stop();
    expect(isProcessAlive(info.pid)).toBe(false);
    expect(await server.status()).toMatchObject({ state: 'stopped', port: info.port, pid: null });
    expect(events.map((event) => event.kind)).toEqual(['created', 'started', 'stopped']);
  });

  it('comes back on the same port, with the same certificate and the same rows', async () => {
    const server = build();
    const first = await server.start();
    await sql(first.owner, 'CREATE TABLE note (text text)');
    await sql(first.owner, "INSERT INTO note VALUES ('李伟 🎒')");
    await server.stop();
    const second = await build().start();
    expect(second).toMatchObject({
      port: first.port,
      fingerprint: first.fingerprint,
      adopted: false,
      portChanged: false,
    });
    expect(await sql(second.owner, 'SELECT text FROM note')).toEqual([['李伟 🎒']]);
  });

  it('starts once when it is asked twice at the same time', async () => {
    const server = build();
    const [one, two] = await Promise.all([server.start(), server.start()]);
    expect(two.pid).toBe(one.pid);
    expect([one.adopted, two.adopted]).toEqual([false, true]);
  });

  it('takes another port when its own is taken, and says so', async () => {
    const server = build();
    const first = await server.start();
    await server.stop();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const second = await server.start();
      expect(second.portChanged).toBe(true);
      expect(second.port).not.toBe(first.port);
      expect(events).toContainEqual({ kind: 'port-changed', port: second.port });
    } finally {
      squatter.close();
    }
  });

  it('stays when the app closes if it is to keep running, and ends with the app if not', async () => {
    const server = build();
    const info = await server.start({ keepRunning: true });
    await server.close();
    expect(await build().status()).toMatchObject({ state: 'running', pid: info.pid, keepRunning: true });
    const adopted = await build().start({ keepRunning: false });
    expect(adopted.pid).toBe(info.pid);
    await server.close();
    expect(isProcessAlive(info.pid)).toBe(false);
  });

  it('is cancelled without leaving a process behind', async () => {
    const server = build();
    await server.start();
    await server.stop();
    const cancel = new AbortController();
    const starting = server.start({ signal: cancel.signal });
    queueMicrotask(() => cancel.abort());
    await expect(starting).rejects.toMatchObject({ code: 'cancelled' });
    expect((await server.status()).state).toBe('stopped');
  });

  it('refuses a cluster of another major version and leaves it alone', async () => {
    const server = build();
    await server.start();
    await server.stop();
    const file = join(base, 'server', 'pgdata', 'PG_VERSION');
    await writeFile(file, '19\n');
    await expect(server.start()).rejects.toMatchObject({
      code: 'builtin-server-version',
      params: { found: 19, shipped: 18 },
    });
    expect(await server.status()).toMatchObject({ state: 'failed', code: 'builtin-server-version' });
    expect(await readFile(file, 'utf8')).toBe('19\n');
  });

  it('removes what an interrupted first start left, and starts', async () => {
    await mkdir(join(base, 'server', 'pgdata.new-1', 'base'), { recursive: true });
    const info = await build().start();
    expect(await sql(info.owner, 'SELECT 1')).toEqual([['1']]);
    expect((await readdir(join(base, 'server'))).filter((name) => name.startsWith('pgdata.'))).toEqual([]);
  });
});

describe('after a crash', () => {
  it('takes over the server that the killed app left running', async () => {
    const { app, report } = await startApp();
    app.kill('SIGKILL');
    await once(app, 'exit');
    const server = build();
    expect(await server.status()).toMatchObject({ state: 'running', pid: report['pid'] });
    const info = await server.start();
    expect(info).toMatchObject({ adopted: true, pid: report['pid'], port: report['port'] });
    expect(await sql(info.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
  });

  it('starts again after kill -9 of the server, with what was committed', async () => {
    const server = build();
    const first = await server.start();
    await sql(first.owner, 'CREATE TABLE note (text text)');
    await kill(first.pid);
    expect((await server.status()).state).toBe('stopped');
    const second = await server.start();
    expect(second).toMatchObject({ adopted: false, port: first.port });
    expect(await sql(second.owner, 'SELECT count(*) FROM note')).toEqual([['0']]);
  });

  it('is not misled by a process id that belongs to another program by now', async () => {
    const server = build();
    const first = await server.start();
    await kill(first.pid);
    const file = join(base, 'server', 'pgdata', 'postmaster.pid');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/^\d+/, String(process.pid)));
    const second = await server.start();
    expect(second.adopted).toBe(false);
    expect(await sql(second.owner, 'SELECT 1')).toEqual([['1']]);
  });

  it('is not misled by an empty pid file', async () => {
    const server = build();
    const first = await server.start();
    await kill(first.pid);
    await writeFile(join(base, 'server', 'pgdata', 'postmaster.pid'), '');
    expect((await server.start()).port).toBe(first.port);
  });
});

describe('who gets in', () => {
  it('lets a join role in over TLS with its secret, refuses a wrong one, and the superuser altogether', async () => {
    const info = await build().start();
    const { role, secret } = await createJoinRole(adminSql(info));
    const guest = {
      host: info.host,
      port: info.port,
      database: info.database,
      user: role,
      password: secret,
      tls: 'require',
    } as const;
    expect(await sql(guest, 'SELECT current_user')).toEqual([[role]]);
    expect(await sql(guest, 'SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).toEqual([['TLSv1.3']]);
    await expect(sql({ ...guest, password: 'wrong' }, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    await expect(sql({ ...guest, tls: 'disable' }, 'SELECT 1')).rejects.toMatchObject({ code: '28000' });
    await expect(sql({ ...guest, database: 'postgres' }, 'SELECT 1')).rejects.toMatchObject({ code: '28000' });
    await expect(sql({ ...guest, user: info.admin.user }, 'SELECT 1')).rejects.toMatchObject({ code: '28000' });
    await expect(sql(guest, 'CREATE TABLE note (text text)')).rejects.toMatchObject({ code: '42501' });
    const [[stored] = []] = await sql(info.admin, `SELECT rolpassword FROM pg_authid WHERE rolname = '${role}'`);
    expect(stored).toMatch(/^SCRAM-SHA-256\$/);
  });

  it('shows the certificate whose fingerprint it announces', async () => {
    const info = await build().start();
    const socket = connectTls({
      host: info.host,
      port: info.port,
      rejectUnauthorized: false,
      ALPNProtocols: ['postgresql'],
    });
    await once(socket, 'secureConnect');
    expect(socket.getPeerCertificate().fingerprint256).toBe(info.fingerprint);
    expect(socket.getProtocol()).toBe('TLSv1.3');
    socket.destroy();
  });

  it('takes a join role away again with all its rights', async () => {
    const info = await build().start();
    const admin = adminSql(info);
    const { role, secret } = await createJoinRole(admin);
    await sql(info.owner, `CREATE TABLE note (text text)`);
    await sql(info.owner, `GRANT SELECT ON note TO ${role}`);
    const guest = { ...info.owner, host: info.host, user: role, password: secret, tls: 'require' } as const;
    await dropJoinRole(admin, role);
    await dropJoinRole(admin, role);
    await expect(sql(guest, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    await expect(dropJoinRole(admin, 'tallybook_owner')).rejects.toThrow('not a join role');
  });

  it.runIf(onPosix)('keeps its folders and keys closed to other accounts', async () => {
    const info = await build().start();
    const closed = [join(base, 'server', 'pgdata'), info.socketDir ?? '', join(base, 'server', 'pgdata', 'server.key')];
    for (const path of closed) expect((await stat(path)).mode & 0o077, path).toBe(0);
  });

  it('writes no text of a failed statement and no secret into its log', async () => {
    const info = await build().start();
    const { role, secret } = await createJoinRole(adminSql(info));
    const guest = { ...info.owner, host: info.host, user: role, password: secret, tls: 'require' } as const;
    await expect(sql(guest, "SELECT 'Li Wei'::int")).rejects.toMatchObject({ code: '22P02' });
    const log = await readFile(join(base, 'server', 'server.log'), 'utf8');
    expect(log).not.toContain('Li Wei');
    expect(log).not.toContain(secret);
  });

  it('works with a password over TLS where there is no peer login, also when the keychain has forgotten it', async () => {
    let kept: string | null = null;
    const secret = { get: async () => kept, set: async (value: string) => void (kept = value) };
    const first = await build({ login: 'password', secret }).start({ keepRunning: true });
    expect(first.owner).toMatchObject({
      host: '127.0.0.1',
      tls: 'require',
      password: kept,
      fingerprint: first.fingerprint,
    });
    expect(first.socketDir).toBeNull();
    expect(await sql(first.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
    await expect(sql({ ...first.admin, password: 'wrong' }, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    const again = await build({ login: 'password', secret }).start();
    expect(again).toMatchObject({ adopted: true, pid: first.pid });
    kept = null;
    const forgotten = await build({ login: 'password', secret }).start();
    expect(forgotten.adopted).toBe(false);
    expect(forgotten.owner.password).not.toBe(first.owner.password);
    expect(await sql(forgotten.admin, 'SELECT current_user')).toEqual([['tallybook_admin']]);
  });
});

describe('where it lives', () => {
  it('works in a folder whose path has spaces, quotes and Chinese characters', async () => {
    const info = await build({ folder: join(base, "数据 资料/Class 5B's data, \\ $HOME", 'server') }).start();
    expect(await sql(info.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
  });

  it.runIf(onPosix)(
    'works in a folder whose path is longer than a socket may have, with a private socket folder',
    async () => {
      const server = build({ folder: join(base, 'long-folder-name-'.repeat(6), '积分册', 'server') });
      const info = await server.start();
      expect(await sql(info.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
      const socketDir = info.socketDir ?? '';
      expect(socketDir.startsWith(base)).toBe(false);
      expect((await lstat(socketDir)).mode & 0o777).toBe(0o700);
      await server.stop();
      await expect(lstat(socketDir)).rejects.toThrow('ENOENT');
    },
  );

  it.runIf(isRoot)('runs as root below a folder that nobody else may enter', async () => {
    await chmod(base, 0o700);
    const info = await build().start();
    expect(await sql(info.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
    expect((await stat(join(base, 'server', 'pgdata'))).uid).toBe(0);
  });

  it.runIf(isRoot)('runs as root without user namespaces, as another account in the same folder', async () => {
    await chmod(base, 0o755);
    const server = build({ namespaces: false, sharedRoot: join(base, 'shared') });
    const info = await server.start();
    expect(await sql(info.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
    expect((await stat(join(base, 'server', 'pgdata'))).uid).toBe(otherAccount.uid);
    await server.stop();
    // From then on it stays with that account, whatever the system offers.
    const again = await build({ sharedRoot: join(base, 'shared') }).start();
    expect(await sql(again.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
  });

  it.runIf(isRoot)('runs as root without user namespaces when neither programs nor folder can be reached', async () => {
    await chmod(base, 0o755);
    const closed = join(base, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const packageFolder = join(closed, 'package');
    await cp(shippedPostgresFolder(), packageFolder, { recursive: true, verbatimSymlinks: true });
    const options = { folder: join(closed, 'server'), packageFolder, sharedRoot: join(base, 'shared') };
    const server = build({ ...options, namespaces: false });
    const info = await server.start();
    expect(await sql(info.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
    await sql(info.owner, 'CREATE TABLE note (text text)');
    await server.stop();
    const again = await build(options).start();
    expect(await sql(again.owner, 'SELECT count(*) FROM note')).toEqual([['0']]);
    expect(await server.status()).toMatchObject({ state: 'running', pid: again.pid });
  });

  it.runIf(isRoot)('runs as an ordinary user, who needs no right on the programs but to run them', async () => {
    await chown(base, otherAccount.uid, otherAccount.gid);
    const { app, report } = await startApp(otherAccount);
    expect(report).toMatchObject({ user: 'tallybook_owner', uid: otherAccount.uid });
    app.stdin?.end();
    await once(app, 'exit');
    expect(isProcessAlive(Number(report['pid']))).toBe(false);
  });

  it.runIf(onPosix)(
    'finds its libraries when the links of the package are missing and cannot be made there',
    async () => {
      const packageFolder = join(base, 'package');
      const isNoLink = async (path: string): Promise<boolean> => !(await lstat(path)).isSymbolicLink();
      await cp(shippedPostgresFolder(), packageFolder, { recursive: true, filter: isNoLink });
      await chmod(join(packageFolder, 'native', 'lib'), 0o555);
      await chmod(base, 0o755);
      await mkdir(join(base, 'server'));
      if (isRoot) await chown(join(base, 'server'), otherAccount.uid, otherAccount.gid);
      const { app, report } = await startApp(isRoot ? otherAccount : undefined, packageFolder);
      expect(report).toMatchObject({ user: 'tallybook_owner' });
      expect((await readdir(join(packageFolder, 'native', 'lib'))).filter((name) => name === 'libpq.so.5')).toEqual([]);
      app.stdin?.end();
      await once(app, 'exit');
    },
  );
});
