import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { afterEach, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { testDatabase } from '../../tests/support/test-database.ts';
import type { TestDatabase } from '../../tests/support/postgres.ts';
import { connect } from './connect.ts';
import type { PgSession } from './pg-session.ts';
import type { Endpoint } from './remote.ts';

let database: TestDatabase;
const open: PgSession[] = [];

beforeAll(async () => {
  database = await testDatabase();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(open.splice(0).map(async (session) => await session.close()));
});

function endpointFor(change: Partial<Endpoint> = {}): Endpoint {
  const base = { tls: 'disable', ca: null, fingerprint: null, applicationName: 'tallybook test' } as const;
  return { ...base, ...database.config, ...change };
}

async function session(change: Partial<Endpoint> = {}): Promise<PgSession> {
  const made = await connect(endpointFor(change));
  open.push(made);
  return made;
}

async function isRunning(pid: number): Promise<boolean> {
  const observer = await session();
  const { rows } = await observer.query(
    "select 1 from pg_catalog.pg_stat_activity where pid = $1 and state = 'active'",
    [pid],
  );
  return rows.length > 0;
}

it('logs in and answers every value as the text of the server', async () => {
  const db = await session();
  const sql =
    "select 9007199254740993::int8, 0.1::float8, true, null, '\\x00ff'::bytea, timestamptz '2026-01-02 03:04:05+02', $1::text";
  const { rows, command, rowCount } = await db.query(sql, ['李伟 🎈']);
  expect(rows).toEqual([['9007199254740993', '0.1', 't', null, '\\x00ff', '2026-01-02 01:04:05+00', '李伟 🎈']]);
  expect({ command, rowCount }).toEqual({ command: 'SELECT', rowCount: 1 });
  expect(db.serverVersion).toBeGreaterThanOrEqual(120000);
  expect(db.tls).toBeNull();
  expect(db.address).toBe('127.0.0.1');
});

it('takes nothing from the environment, no password file and no service', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-home-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const passFile = join(folder, '.pgpass');
  writeFileSync(passFile, `*:*:*:*:${database.config.password}\n`, { mode: 0o600 });
  const hostile = {
    PGHOST: 'elsewhere.invalid',
    PGPORT: '1',
    PGUSER: 'nobody',
    PGPASSWORD: 'wrong',
    PGDATABASE: 'nowhere',
    PGOPTIONS: '-c statement_timeout=1',
    PGAPPNAME: 'spy',
    PGSSLMODE: 'require',
    PGSSLNEGOTIATION: 'direct',
    PGREPLICATION: 'database',
    PGCLIENT_ENCODING: 'latin1',
    PGBINARY: '1',
    PGHOSTADDR: '192.0.2.1',
    PGSERVICE: 'elsewhere',
    PGSERVICEFILE: passFile,
    PGPASSFILE: passFile,
    PGREQUIREAUTH: 'none',
    PGCHANNELBINDING: 'disable',
    PGSSLKEY: passFile,
    PGSSLROOTCERT: passFile,
    NODE_PG_FORCE_NATIVE: '1',
    HOME: folder,
  };
  for (const [name, value] of Object.entries(hostile)) vi.stubEnv(name, value);
  const db = await session();
  const { rows } = await db.query(
    "select current_database(), current_user, current_setting('application_name'), current_setting('search_path'), current_setting('statement_timeout')",
  );
  expect(rows).toEqual([[database.database, database.config.user, 'tallybook test', '""', '0']]);
  await expect(connect(endpointFor({ password: null }))).rejects.toMatchObject({ code: 'password-missing' });
});

it('answers the last of several statements and shows where the transaction stands', async () => {
  const db = await session();
  const { rows, command } = await db.query('begin; select 1; select 2, 3');
  expect({ rows, command, transaction: db.transaction }).toEqual({
    rows: [['2', '3']],
    command: 'SELECT',
    transaction: 'open',
  });
  await expect(db.query('select 1/0')).rejects.toMatchObject({ code: 'value-refused', params: { sqlstate: '22012' } });
  expect(db.transaction).toBe('failed');
  await expect(db.query('select 1')).rejects.toMatchObject({ params: { sqlstate: '25P02' } });
  expect((await db.query('commit')).command).toBe('ROLLBACK');
  expect(db.transaction).toBe('none');
});

it('sends many statements in one round trip and rejects with the first error', async () => {
  const db = await session();
  const answers = await db.pipeline([{ sql: 'select $1::int', params: [1] }, { sql: 'select 2' }]);
  expect(answers.map((answer) => answer.rows)).toEqual([[['1']], [['2']]]);
  await expect(db.pipeline([{ sql: 'select 1' }, { sql: 'select 1/0' }, { sql: 'select x' }])).rejects.toMatchObject({
    params: { sqlstate: '22012' },
  });
  expect((await db.query('select 4')).rows).toEqual([['4']]);
});

it('copies in and out, and goes on after a COPY that failed', async () => {
  const db = await session();
  await db.query('create temporary table note (id int primary key, text text)');
  const lines = Array.from({ length: 20_000 }, (_, i) => `${i}\tnote ${i}\n`);
  await pipeline(Readable.from(lines), db.copyIn('copy pg_temp.note from stdin'));
  expect((await db.query('select count(*) from pg_temp.note')).rows).toEqual([['20000']]);
  const out = await buffer(db.copyOut('copy (select * from pg_temp.note order by id) to stdout'));
  expect(out.toString()).toBe(lines.join(''));
  const again = pipeline(Readable.from(lines), db.copyIn('copy pg_temp.note from stdin'));
  await expect(again).rejects.toMatchObject({ code: 'constraint-failed', params: { constraint: 'note_pkey' } });
  const missing = pipeline(Readable.from(lines), db.copyIn('copy pg_temp.nothing from stdin'));
  await expect(missing).rejects.toMatchObject({ code: 'schema-missing' });
  await expect(buffer(db.copyOut('copy pg_temp.nothing to stdout'))).rejects.toMatchObject({ code: 'schema-missing' });
  expect((await db.query('select count(*) from pg_temp.note')).rows).toEqual([['20000']]);
});

it('stops a running statement on the server when the caller cancels', async () => {
  const db = await session();
  const stop = new AbortController();
  const waiting = db.query('select pg_catalog.pg_sleep(600)', [], { signal: stop.signal });
  await expect.poll(async () => await isRunning(db.backendPid)).toBe(true);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  expect(await isRunning(db.backendPid)).toBe(false);
  expect((await db.query('select 1')).rows).toEqual([['1']]);
});

it('undoes a COPY that is cancelled half-way', async () => {
  const db = await session();
  await db.query('create temporary table note (id int primary key)');
  const stop = new AbortController();
  const copy = db.copyIn('copy pg_temp.note from stdin', { signal: stop.signal });
  const ended = new Promise<unknown>((resolve) => copy.once('error', resolve));
  copy.write('1\n');
  await expect.poll(async () => await isRunning(db.backendPid)).toBe(true);
  stop.abort();
  expect(await ended).toMatchObject({ code: 'cancelled' });
  expect((await db.query('select count(*) from pg_temp.note')).rows).toEqual([['0']]);
});

it('stops the statement on the server when its time is up', async () => {
  const db = await session();
  const slow = db.query('select pg_catalog.pg_sleep(600)', [], { timeoutMs: 50 });
  await expect(slow).rejects.toMatchObject({ code: 'query-timeout' });
  expect(await isRunning(db.backendPid)).toBe(false);
});

it('leaves no statement running when it is closed', async () => {
  const db = await session();
  const lost = db.query('select pg_catalog.pg_sleep(600)').catch((error: unknown) => error);
  await expect.poll(async () => await isRunning(db.backendPid)).toBe(true);
  await db.close();
  expect(await lost).toMatchObject({ code: 'cancelled' });
  expect(await isRunning(db.backendPid)).toBe(false);
  await expect(db.query('select 1')).rejects.toMatchObject({ code: 'connection-dropped' });
});

it('destroys the connection when an answer is larger than allowed', async () => {
  const rows = (await session()).query('select generate_series(1, 1000000)', [], { maxRows: 1000 });
  await expect(rows).rejects.toMatchObject({ code: 'connection-dropped', params: { reason: 'too-much-data' } });
  const bytes = (await session()).query("select repeat('x', 10000000)", [], { maxBytes: 100_000 });
  await expect(bytes).rejects.toMatchObject({ code: 'connection-dropped', params: { reason: 'too-much-data' } });
});

it('says that the server is restarting when the administrator ends the session', async () => {
  const db = await session();
  const admin = await session();
  const waiting = db.query('select pg_catalog.pg_sleep(600)').catch((error: unknown) => error);
  await expect.poll(async () => await isRunning(db.backendPid)).toBe(true);
  await admin.query('select pg_catalog.pg_terminate_backend($1)', [db.backendPid]);
  expect(await waiting).toMatchObject({ code: 'restarting', params: { sqlstate: '57P01' } });
  await expect(db.query('select 1')).rejects.toMatchObject({ code: 'restarting' });
});
