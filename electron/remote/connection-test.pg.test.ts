import { randomBytes } from 'node:crypto';
import { createServer, connect as openSocket, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import type { TestStep } from '../../shared/contract/connection.ts';
import { testDatabase } from '../../tests/support/test-database.ts';
import type { TestDatabase } from '../../tests/support/postgres.ts';
import { connect } from './connect.ts';
import { testConnection } from './connection-test.ts';
import type { ConnectionTestOptions, ConnectionTestResult } from './connection-test.ts';
import { listDatabases } from './list-databases.ts';
import { createPgRemote } from './pg-remote.ts';
import { migrate } from './migrations/migrate.ts';
import type { PgSession } from './pg-session.ts';
import type { Endpoint } from './remote.ts';

const usual: ConnectionTestOptions = { catalog: classroomCatalog, readOnly: false, now: () => Date.now() };

let database: TestDatabase;
let admin: PgSession;
let role: string;

beforeEach(async () => {
  database = await testDatabase();
  admin = await connect(adminEndpoint());
  role = `teacher_${randomBytes(4).toString('hex')}`;
  await admin.query(`create role ${role} login password 'right'`);
});

afterEach(async () => {
  await admin.query(`drop owned by ${role}; drop role ${role}`);
  await admin.close();
});

function adminEndpoint(): Endpoint {
  return { ...database.config, tls: 'disable', ca: null, fingerprint: null, applicationName: 'tallybook test' };
}

async function test(
  change: Partial<Endpoint> = {},
  options: Partial<ConnectionTestOptions> = {},
): Promise<ConnectionTestResult> {
  const endpoint = { ...adminEndpoint(), user: role, password: 'right', ...change };
  return await testConnection(endpoint, { ...usual, ...options });
}

function step(result: ConnectionTestResult, id: TestStep['id']): TestStep | undefined {
  return result.steps.find((each) => each.id === id);
}

async function setUp(grantTo: readonly string[]): Promise<void> {
  await migrate(admin, { catalog: classroomCatalog, grantTo });
}

describe('with a role that has the rights it needs and no more', () => {
  it('every step passes', async () => {
    await setUp([role]);
    const result = await test();
    expect(result).toMatchObject({ ok: true, server: 'managed' });
    expect(result.steps.map(({ id, state }) => [id, state])).toEqual([
      ['name', 'ok'],
      ['tcp', 'ok'],
      ['tls', 'skipped'],
      ['login', 'ok'],
      ['database', 'ok'],
      ['version', 'ok'],
      ['rights', 'ok'],
      ['schema', 'ok'],
      ['clock', 'ok'],
    ]);
    expect(step(result, 'tcp')?.params).toEqual({ address: '127.0.0.1', port: database.config.port });
    expect(step(result, 'version')?.params).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+/) as string });
    expect(result.steps.every(({ ms, state }) => state === 'skipped' || (ms !== null && ms >= 0))).toBe(true);
  });

  it('leaves nothing behind on the server', async () => {
    await setUp([role]);
    await test();
    const { rows } = await admin.query('select count(*) from pg_catalog.pg_stat_activity where usename = $1', [role]);
    expect(rows).toEqual([['0']]);
  });
});

describe('what is wrong is shown where it can be put right', () => {
  it('a wrong password fails at the login', async () => {
    const result = await test({ password: 'canary-91aa' });
    expect(step(result, 'login')).toMatchObject({ state: 'failed', code: 'password-wrong', params: { user: role } });
    expect(JSON.stringify(result)).not.toContain('canary');
  });

  it('a missing password fails at the login', async () => {
    expect(step(await test({ password: null }), 'login')).toMatchObject({ state: 'failed', code: 'password-missing' });
  });

  it('an account that may not log in fails at the login', async () => {
    await admin.query(`alter role ${role} nologin`);
    expect(step(await test(), 'login')).toMatchObject({
      state: 'failed',
      code: 'login-not-allowed',
      params: { user: role },
    });
  });

  it('a database that does not exist fails at the database', async () => {
    const result = await test({ database: 'nowhere' });
    expect(step(result, 'login')?.state).toBe('ok');
    expect(step(result, 'database')).toMatchObject({
      state: 'failed',
      code: 'database-missing',
      params: { database: 'nowhere' },
    });
    expect(step(result, 'version')?.state).toBe('skipped');
  });

  it('a database that does not exist brings those the account may open, looked up with that account', async () => {
    const asRole: Endpoint = { ...adminEndpoint(), user: role, password: 'right', database: 'nowhere' };
    const names = await listDatabases(asRole);
    const shown = async (): Promise<readonly string[]> =>
      step(await test({ database: 'nowhere' }), 'database')?.databases ?? [];
    expect(names).toContain(database.database);
    expect(await shown()).toContain(database.database);
    await admin.query(`revoke connect on database ${database.database} from public`);
    expect(await shown()).not.toContain(database.database);
    expect(await shown()).not.toContain('template0');
    const { rows } = await admin.query('select count(*) from pg_catalog.pg_stat_activity where usename = $1', [role]);
    expect(rows).toEqual([['0']]);
  });

  it('a database that may not be entered fails at the database, with the right that is missing', async () => {
    await admin.query(`revoke connect on database ${database.database} from public`);
    expect(step(await test(), 'database')).toMatchObject({
      state: 'failed',
      code: 'connect-denied',
      params: { sql: `GRANT CONNECT ON DATABASE "${database.database}" TO "${role}";` },
    });
  });

  it('encryption that the server does not have fails at TLS', async () => {
    expect(step(await test({ tls: 'require' }), 'tls')).toMatchObject({ state: 'failed', code: 'tls-not-offered' });
  });

  it('too many connections fail at the login', async () => {
    await admin.query(`alter role ${role} connection limit 0`);
    expect(step(await test(), 'login')).toMatchObject({ state: 'failed', code: 'too-many-connections' });
  });

  it('a database that cannot be written fails, unless nothing is to be written', async () => {
    await setUp([role]);
    await admin.query(`alter role ${role} set default_transaction_read_only = on`);
    expect(step(await test(), 'database')).toMatchObject({ state: 'failed', code: 'server-read-only' });
    expect((await test({}, { readOnly: true })).ok).toBe(true);
  });
});

describe('rights', () => {
  it('on an empty database: the right to make the schema, as a statement that gives it', async () => {
    const result = await test();
    const { params } = step(result, 'rights') ?? {};
    expect(step(result, 'rights')).toMatchObject({ state: 'failed', code: 'right-missing' });
    expect(params?.['sql']).toBe(`GRANT CREATE ON DATABASE "${database.database}" TO "${role}";`);
    await admin.query(String(params?.['sql']));
    expect(await test()).toMatchObject({ ok: true, server: 'empty' });
    expect(step(await test(), 'schema')).toMatchObject({ state: 'warning', code: 'schema-missing' });
  });

  it('on a schema that is closed: the right to enter', async () => {
    await setUp([]);
    const result = await test();
    expect(step(result, 'rights')).toMatchObject({
      state: 'failed',
      code: 'right-missing',
      params: { on: 'tallybook', sql: `GRANT USAGE ON SCHEMA "tallybook" TO "${role}";` },
    });
  });

  it('exactly those that are missing, and giving them is enough', async () => {
    await setUp([role]);
    await admin.query(
      `revoke insert, update on tallybook.student from ${role}; revoke update (name) on tallybook.device from ${role}`,
    );
    const sql = step(await test(), 'rights')?.params['sql'];
    expect(String(sql).split('\n')).toEqual([
      `GRANT INSERT, UPDATE ON "tallybook"."student" TO "${role}";`,
      expect.stringMatching(/^GRANT UPDATE \(name, .*\) ON "tallybook"\."device" TO /),
    ]);
    expect((await test({}, { readOnly: true })).ok).toBe(true);
    await admin.query(String(sql));
    expect((await test()).ok).toBe(true);
  });

  it('the one to make temporary tables, where it was taken from everybody', async () => {
    await setUp([role]);
    await admin.query(`revoke temporary on database "${database.database}" from public`);
    expect(step(await test(), 'rights')).toMatchObject({
      state: 'failed',
      params: { on: database.database, sql: `GRANT TEMPORARY ON DATABASE "${database.database}" TO "${role}";` },
    });
    expect((await test({}, { readOnly: true })).ok).toBe(true);
    await admin.query(`grant temporary on database "${database.database}" to ${role}`);
    expect((await test()).ok).toBe(true);
  });

  it('of a superuser are too many', async () => {
    await setUp([]);
    const result = await test({ user: database.config.user, password: database.config.password });
    expect(result.ok).toBe(true);
    expect(step(result, 'rights')).toMatchObject({ state: 'warning', code: 'role-powerful' });
  });
});

describe('tables', () => {
  it('of a newer app fail', async () => {
    await setUp([role]);
    await admin.query('update tallybook.meta set schema_version = 999, min_read = 999, min_write = 999');
    const result = await test();
    expect(result).toMatchObject({ ok: false, server: 'newer' });
    expect(step(result, 'schema')).toMatchObject({ state: 'failed', code: 'schema-newer' });
  });

  it('without a column fail, and name it', async () => {
    await setUp([role]);
    await admin.query('alter table tallybook.student drop column note');
    const result = await test();
    expect(step(result, 'schema')).toMatchObject({
      state: 'failed',
      code: 'schema-damaged',
      params: { kind: 'column-missing', table: 'student', column: 'note' },
    });
  });
});

it('a clock that is wrong is a warning with the difference', async () => {
  await setUp([role]);
  const result = await test({}, { now: () => Date.now() - 3_600_000 });
  const clock = step(result, 'clock');
  expect(clock).toMatchObject({ state: 'warning', code: 'clock-differs' });
  expect(Math.abs(Number(clock?.params['offsetMs']) - 3_600_000)).toBeLessThan(1_000);
  expect(result.ok).toBe(true);
});

it('a test that is cancelled while the server works leaves no statement running', async () => {
  await setUp([role]);
  await admin.query('begin; lock table tallybook.meta in access exclusive mode');
  const watcher = await connect(adminEndpoint());
  const stop = new AbortController();
  const running = test({}, { signal: stop.signal });
  const theirs = 'select wait_event_type from pg_catalog.pg_stat_activity where usename = $1';
  await expect.poll(async () => (await watcher.query(theirs, [role])).rows).toEqual([['Lock']]);
  stop.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  await expect.poll(async () => (await watcher.query(theirs, [role])).rows).toEqual([]);
  await watcher.close();
  await admin.query('rollback');
});

describe('a server of another time', () => {
  /** The real server, calling itself PostgreSQL 11 in everything it says: its number has six digits either way. */
  async function olderServer(): Promise<number> {
    const real = String(admin.serverVersion);
    const relay = createServer((socket) => {
      const there = openSocket(database.config.port, database.config.host);
      const end = (): void => void [socket.destroy(), there.destroy()];
      socket.pipe(there);
      there.on('data', (chunk) =>
        socket.write(Buffer.from(chunk.toString('latin1').replaceAll(real, '110022'), 'latin1')),
      );
      for (const side of [socket, there]) side.on('error', end).on('close', end);
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void relay.close());
    return (relay.address() as AddressInfo).port;
  }

  it('is too old: the test says so at the version, and nothing is read of it', async () => {
    await setUp([role]);
    const port = await olderServer();
    const result = await test({ host: '127.0.0.1', port });
    expect(step(result, 'version')).toMatchObject({
      state: 'failed',
      code: 'server-too-old',
      params: { version: '11.22', needed: '12' },
    });
    expect(step(result, 'rights')?.state).toBe('skipped');
    const session = await connect({ ...adminEndpoint(), host: '127.0.0.1', port });
    onTestFinished(async () => await session.close());
    await expect(createPgRemote(session, classroomCatalog)).rejects.toMatchObject({
      code: 'server-too-old',
      params: { version: '11.22', needed: '12' },
    });
  });

  it('has an older schema: a warning of the test, which can be mended, and no list is made with it', async () => {
    await setUp([role]);
    await admin.query('UPDATE tallybook.meta SET schema_version = schema_version - 1');
    const result = await test({ user: adminEndpoint().user, password: database.config.password });
    expect(step(result, 'schema')).toMatchObject({ state: 'warning', code: 'schema-older' });
    expect(result.server).toBe('older');
    const session = await connect(adminEndpoint());
    onTestFinished(async () => await session.close());
    await expect(createPgRemote(session, classroomCatalog)).rejects.toMatchObject({ code: 'schema-older' });
  });
});

it('an account that owns the tables is warned of: it may do more than syncing needs', async () => {
  await admin.query(`grant create on database ${database.database} to ${role}`);
  const owner = await connect({ ...adminEndpoint(), user: role, password: 'right' });
  await migrate(owner, { catalog: classroomCatalog, grantTo: [] });
  await owner.close();
  const result = await test();
  expect(result.ok).toBe(true);
  expect(step(result, 'rights')).toMatchObject({ state: 'warning', code: 'role-owner', params: { user: role } });
});
