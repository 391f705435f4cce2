import pg from 'pg';
import { expect, it } from 'vitest';
import { startTestPostgres } from './postgres.ts';
import { testDatabase } from './test-database.ts';

async function ask(config: pg.ClientConfig, sql: string): Promise<unknown> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return rows;
  } finally {
    await client.end();
  }
}

it('gives each caller a database of its own on the shared server', async () => {
  const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
  expect(one.database).not.toBe(two.database);
  expect(await ask({ connectionString: one.url }, 'select current_database()')).toEqual([[one.database]]);
  await ask(one.config, 'create table note (text text)');
  expect(await ask(two.config, "select to_regclass('note')")).toEqual([[null]]);
});

it('keeps committed rows when the server is killed and comes back on the same port', async () => {
  const server = await startTestPostgres();
  try {
    const { config } = await server.createDatabase('classroom');
    await ask(config, "create table note (text text); insert into note values ('李伟')");
    await server.kill();
    await expect(ask(config, 'select 1')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(await ask(config, 'select text from note')).toEqual([['李伟']]);
    await expect(ask({ ...config, password: 'wrong' }, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  } finally {
    await server.stop();
  }
  await expect(ask({ ...server, user: server.superuser, database: 'postgres' }, 'select 1')).rejects.toThrow(
    'ECONNREFUSED',
  );
});
