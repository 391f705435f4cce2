import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres } from '../../tests/support/postgres.ts';
import { testDatabase } from '../../tests/support/test-database.ts';
import type { TestDatabase } from '../../tests/support/postgres.ts';
import { connect } from './connect.ts';
import { sqlStateOf } from './error-mapping.ts';
import type { PgSession } from './pg-session.ts';
import type { Endpoint } from './remote.ts';

let database: TestDatabase;
let db: PgSession;

beforeAll(async () => {
  database = await testDatabase();
  db = await connect(endpointOf(database.config));
  await db.query(`
    create table public.parent (id int primary key);
    create table public.pupil (id int primary key, name text not null unique, age int check (age > 0), parent int references public.parent);
    insert into public.pupil values (1, 'Li Wei', 9, null)`);
});

afterAll(async () => {
  await db.close();
});

function endpointOf(config: TestDatabase['config'], change: Partial<Endpoint> = {}): Endpoint {
  return { ...config, tls: 'disable', ca: null, fingerprint: null, applicationName: 'tallybook test', ...change };
}

/** The error of a statement, and proof that nothing but names of the schema came with it. */
async function errorOf(sql: string, session = db): Promise<unknown> {
  const error: unknown = await session.query(sql).catch((caught: unknown) => caught);
  expect(`${JSON.stringify(error)} ${String(error)}`).not.toContain('Li Wei');
  return error;
}

describe('constraints name the record and the field, never the value', () => {
  it.each([
    [
      'a value that is taken',
      "insert into public.pupil values (2, 'Li Wei')",
      { sqlstate: '23505', table: 'pupil', constraint: 'pupil_name_key' },
    ],
    [
      'a value that is missing',
      'insert into public.pupil values (2, null)',
      { sqlstate: '23502', table: 'pupil', column: 'name' },
    ],
    [
      'a value out of bounds',
      "insert into public.pupil values (2, 'x', -1)",
      { sqlstate: '23514', constraint: 'pupil_age_check' },
    ],
    [
      'a parent that is missing',
      "insert into public.pupil values (2, 'x', 1, 7)",
      { sqlstate: '23503', constraint: 'pupil_parent_fkey' },
    ],
  ])('%s', async (_what, sql, params) => {
    expect(await errorOf(sql)).toMatchObject({ code: 'constraint-failed', params });
  });
});

describe('what the server refuses', () => {
  it.each([
    ['text that is no number', "select 'Li Wei'::int", 'value-refused', '22P02'],
    ['a number that is too large', 'select 3000000000::int', 'value-refused', '22003'],
    ['a table that is missing', 'select * from public.nothing', 'schema-missing', '42P01'],
    ['a schema that is missing', 'create table nowhere.x ()', 'schema-missing', '3F000'],
    ['a column that is missing', 'select nothing from public.pupil', 'schema-damaged', '42703'],
    ['a function that is missing', 'select nothing()', 'schema-damaged', '42883'],
    ['a mistake in our SQL', 'selec 1', 'unexpected', '42601'],
    [
      'the loser of two at once',
      "do $$ begin raise exception 'Li Wei' using errcode = '40001'; end $$",
      'concurrent-change',
      '40001',
    ],
    ['a full disk', "do $$ begin raise exception 'Li Wei' using errcode = '53100'; end $$", 'disk-full', '53100'],
    [
      'a statement that took too long',
      'set statement_timeout = 20; select pg_catalog.pg_sleep(60)',
      'query-timeout',
      '57014',
    ],
  ])('%s', async (_what, sql, code, sqlstate) => {
    const error = await errorOf(sql);
    expect(error).toMatchObject({ code });
    expect(sqlStateOf(error)).toBe(sqlstate);
    await db.query('reset statement_timeout');
  });

  it('a right that is missing', async () => {
    await db.query("create role mapping_guest login password 'guest'");
    const guest = await connect(endpointOf(database.config, { user: 'mapping_guest', password: 'guest' }));
    expect(await errorOf('select * from public.pupil', guest)).toMatchObject({
      code: 'right-missing',
      params: { sqlstate: '42501' },
    });
    await guest.close();
    await db.query('drop role mapping_guest');
  });

  it('writing where only reading is allowed', async () => {
    await db.query('begin read only');
    expect(await errorOf('delete from public.pupil')).toMatchObject({ code: 'server-read-only' });
    await db.query('rollback');
  });

  it('a lock that somebody else holds', async () => {
    const holder = await connect(endpointOf(database.config));
    await holder.query('begin; lock table public.pupil');
    await db.query('set lock_timeout = 20');
    expect(await errorOf('select * from public.pupil')).toMatchObject({
      code: 'lock-held',
      params: { sqlstate: '55P03' },
    });
    await db.query('reset lock_timeout');
    await holder.close();
  });

  it('a deadlock', async () => {
    const other = await connect(endpointOf(database.config));
    const first = 'insert into public.parent values (1)';
    await db.query(
      "set deadlock_timeout = '20ms'; create table if not exists public.a (); create table if not exists public.b ()",
    );
    await db.query('begin; lock table public.a');
    await other.query('begin; lock table public.b');
    const waits = other.query('lock table public.a').catch((error: unknown) => error);
    const loser = await errorOf('lock table public.b');
    expect([loser, await waits]).toContainEqual(expect.objectContaining({ code: 'concurrent-change' }));
    await db.query('rollback');
    await other.close();
    expect((await db.query(first)).command).toBe('INSERT');
  });
});

it('a server in another language is understood all the same', async () => {
  const { rows } = await db.query("select count(*) from pg_catalog.pg_settings where name = 'lc_messages'");
  expect(rows).toEqual([['1']]);
  // Not every build brings its translations: what counts is that no text of the server decides.
  await db.query("do $$ begin set lc_messages = 'de_DE.UTF-8'; exception when others then null; end $$");
  expect(await errorOf('select * from public.nothing')).toMatchObject({ code: 'schema-missing' });
  const wrong = connect(endpointOf(database.config, { password: 'wrong' }));
  await expect(wrong).rejects.toMatchObject({ code: 'password-wrong' });
});

describe('on a server of its own', () => {
  it('one too many, a stranger and whoever stays when it is killed are each told so', async () => {
    const server = await startTestPostgres({
      settings: { max_connections: 8, superuser_reserved_connections: 2 },
    });
    try {
      const { config } = await server.createDatabase('school');
      const boss = await connect(endpointOf(config));
      await boss.query("create role pupil login password 'pupil'");
      const pupil = endpointOf(config, { user: 'pupil', password: 'pupil' });

      const sessions = await Promise.all(Array.from({ length: 5 }, async () => await connect(pupil)));
      await expect(connect(pupil)).rejects.toMatchObject({
        code: 'too-many-connections',
        params: { sqlstate: '53300' },
      });
      await Promise.all(sessions.map(async (session) => await session.close()));

      await expect(connect({ ...pupil, user: 'nobody' })).rejects.toMatchObject({ code: 'password-wrong' });
      // An address it does not listen on.
      await expect(connect({ ...pupil, host: '::1' })).rejects.toMatchObject({ code: 'refused' });

      const idle = await connect(endpointOf(config));
      await server.kill();
      // Its processes may still say why they go, or just go.
      await expect(idle.query('select 1')).rejects.toMatchObject({
        code: expect.stringMatching(/^(restarting|connection-dropped)$/) as string,
      });
      await expect(connect(pupil)).rejects.toMatchObject({ code: 'refused' });
      await boss.close();
    } finally {
      await server.stop();
    }
  });
});
