import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { prepareBuiltinServers } from '../../tests/support/builtin-servers.ts';
import type { BuiltinServers } from '../../tests/support/builtin-servers.ts';
import { sql } from '../../tests/support/sql.ts';
import { isProcessAlive } from './postmaster.ts';
import { waitUntil } from './wait-until.ts';

let servers: BuiltinServers;

beforeEach(async () => {
  servers = await prepareBuiltinServers();
});

afterEach(async () => {
  await servers.end();
});

async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  const gone = await waitUntil(() => (isProcessAlive(pid) ? undefined : true), { deadlineMs: 10_000 });
  expect(gone).toBe(true);
}

describe('start and stop', () => {
  it('starts from nothing, says what is true on the way, and is gone after stop', async () => {
    const server = servers.build();
    expect((await server.status()).state).toBe('stopped');
    await expect(stat(join(servers.base, 'server'))).rejects.toThrow('ENOENT');
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
    expect(servers.events.map((event) => event.kind)).toEqual(['created', 'started', 'stopped']);
  });

  it('comes back on the same port, with the same certificate and the same rows', async () => {
    const server = servers.build();
    const first = await server.start();
    await sql(first.owner, 'CREATE TABLE note (text text)');
    await sql(first.owner, "INSERT INTO note VALUES ('李伟 🎒')");
    await server.stop();
    const second = await servers.build().start();
    expect(second).toMatchObject({
      port: first.port,
      fingerprint: first.fingerprint,
      adopted: false,
      portChanged: false,
    });
    expect(await sql(second.owner, 'SELECT text FROM note')).toEqual([['李伟 🎒']]);
  });

  it('returns with the app, unless somebody stopped it on purpose or it never ran here', async () => {
    const server = servers.build();
    expect(await server.returns()).toBe(false);
    await server.start();
    await server.close();
    expect(await servers.build().returns()).toBe(true);
    await server.start();
    await server.stop();
    const later = servers.build();
    await later.close();
    expect(await later.returns()).toBe(false);
    await later.start();
    expect(await later.returns()).toBe(true);
  });

  it('starts once, however often it is asked', async () => {
    const server = servers.build();
    const [one, two] = await Promise.all([server.start(), server.start({ keepRunning: true })]);
    expect(two.pid).toBe(one.pid);
    expect([one.adopted, two.adopted]).toEqual([false, true]);
    expect((await server.status()).keepRunning).toBe(true);
    expect(servers.events.map((event) => event.kind)).toEqual(['created', 'started']);
  });

  it('takes another port when its own is taken, and says so', async () => {
    const server = servers.build();
    const first = await server.start();
    await server.stop();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const second = await server.start();
      expect(second.portChanged).toBe(true);
      expect(second.port).not.toBe(first.port);
      expect(servers.events).toContainEqual({ kind: 'port-changed', port: second.port });
      expect(await server.status()).toMatchObject({ state: 'running', port: second.port, portChanged: true });
      await server.keepPort();
      expect(await server.status()).toMatchObject({ port: second.port, portChanged: false });
    } finally {
      squatter.close();
    }
  });

  it('stays when the app closes if it is to keep running, and ends with the app if not', async () => {
    const server = servers.build();
    const info = await server.start({ keepRunning: true });
    await server.close();
    expect(await servers.build().status()).toMatchObject({ state: 'running', pid: info.pid, keepRunning: true });
    const adopted = await servers.build().start({ keepRunning: false });
    expect(adopted.pid).toBe(info.pid);
    await server.close();
    expect(isProcessAlive(info.pid)).toBe(false);
  });

  it('is cancelled without leaving a process behind', async () => {
    const server = servers.build();
    await server.start();
    await server.stop();
    const cancel = new AbortController();
    const starting = server.start({ signal: cancel.signal });
    queueMicrotask(() => cancel.abort());
    await expect(starting).rejects.toMatchObject({ code: 'cancelled' });
    expect((await server.status()).state).toBe('stopped');
  });

  it('refuses a cluster of another major version and leaves it alone', async () => {
    const server = servers.build();
    await server.start();
    await server.stop();
    const file = join(servers.base, 'server', 'pgdata', 'PG_VERSION');
    await writeFile(file, '19\n');
    await expect(server.start()).rejects.toMatchObject({
      code: 'builtin-server-version',
      params: { found: 19, shipped: 18 },
    });
    expect(await server.status()).toMatchObject({ state: 'failed', code: 'builtin-server-version' });
    expect(await readFile(file, 'utf8')).toBe('19\n');
  });

  it('removes what an interrupted first start left, and starts', async () => {
    await mkdir(join(servers.base, 'server', 'pgdata.new-1', 'base'), { recursive: true });
    const info = await servers.build().start();
    expect(await sql(info.owner, 'SELECT 1')).toEqual([['1']]);
    expect((await readdir(join(servers.base, 'server'))).filter((name) => name.startsWith('pgdata.'))).toEqual([]);
  });
});

describe('after a crash', () => {
  it('takes over the server that the killed app left running', async () => {
    const { app, report } = await servers.startApp();
    app.kill('SIGKILL');
    await once(app, 'exit');
    const server = servers.build();
    expect(await server.status()).toMatchObject({ state: 'running', pid: report.pid });
    const info = await server.start();
    expect(info).toMatchObject({ adopted: true, pid: report.pid, port: report.port });
    expect(await sql(info.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
  });

  it('starts again after kill -9 of the server, with what was committed', async () => {
    const server = servers.build();
    const first = await server.start();
    await sql(first.owner, 'CREATE TABLE note (text text)');
    await kill(first.pid);
    expect((await server.status()).state).toBe('stopped');
    const second = await server.start();
    expect(second).toMatchObject({ adopted: false, port: first.port });
    expect(await sql(second.owner, 'SELECT count(*) FROM note')).toEqual([['0']]);
  });

  it('is not misled by a process id that belongs to another program by now', async () => {
    const server = servers.build();
    const first = await server.start();
    await kill(first.pid);
    const file = join(servers.base, 'server', 'pgdata', 'postmaster.pid');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/^\d+/, String(process.pid)));
    const second = await server.start();
    expect(second.adopted).toBe(false);
    expect(await sql(second.owner, 'SELECT 1')).toEqual([['1']]);
  });

  it('is not misled by an empty pid file', async () => {
    const server = servers.build();
    const first = await server.start();
    await kill(first.pid);
    await writeFile(join(servers.base, 'server', 'pgdata', 'postmaster.pid'), '');
    expect((await server.start()).port).toBe(first.port);
  });
});

describe('without peer login', () => {
  it('works with a password over TLS where there is no peer login, also when the keychain has forgotten it', async () => {
    let kept: string | null = null;
    const secret = { get: async () => kept, set: async (value: string) => void (kept = value) };
    const first = await servers.build({ login: 'password', secret }).start({ keepRunning: true });
    expect(first.owner).toMatchObject({
      host: '127.0.0.1',
      tls: 'require',
      password: kept,
      fingerprint: first.fingerprint,
    });
    expect(first.socketDir).toBeNull();
    expect(await sql(first.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
    await expect(sql({ ...first.admin, password: 'wrong' }, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    const again = await servers.build({ login: 'password', secret }).start();
    expect(again).toMatchObject({ adopted: true, pid: first.pid });
    kept = null;
    const forgotten = await servers.build({ login: 'password', secret }).start();
    expect(forgotten.adopted).toBe(false);
    expect((await servers.build().status()).keepRunning).toBe(true);
    expect(forgotten.owner.password).not.toBe(first.owner.password);
    expect(await sql(forgotten.admin, 'SELECT current_user')).toEqual([['tallybook_admin']]);
  });
});

describe('a server that cannot be had', () => {
  it('is missing on a kind of computer it was not shipped for, and says so before anybody starts it', async () => {
    const arch = Object.getOwnPropertyDescriptor(process, 'arch');
    Object.defineProperty(process, 'arch', { ...arch, value: 'sparc' });
    onTestFinished(() => void Object.defineProperty(process, 'arch', arch ?? {}));
    const server = servers.build();
    await expect(server.start()).rejects.toMatchObject({
      code: 'builtin-server-missing',
      params: { platform: `${process.platform}-sparc` },
    });
    expect(await server.status()).toMatchObject({ state: 'missing', code: 'builtin-server-missing' });
  });

  it('fails where it does not come up in time, says so until the next start, and leaves nothing running', async () => {
    const slow = servers.build({ startDeadlineMs: 1 });
    await expect(slow.start()).rejects.toMatchObject({ code: 'builtin-server-failed', params: { reason: 'timeout' } });
    expect(await slow.status()).toMatchObject({ state: 'failed', code: 'builtin-server-failed', pid: null });
    expect(servers.events.at(-1)).toMatchObject({ kind: 'failed', code: 'builtin-server-failed', reason: 'timeout' });
    const server = servers.build();
    await server.start();
    expect(await server.status()).toMatchObject({ state: 'running', code: null });
  });
});
