import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { expect, it } from 'vitest';
import { isPortFree } from '../../electron/builtin-server/server-port.ts';
import { waitUntil } from '../../electron/builtin-server/wait-until.ts';
import { findPostgresRelease } from './postgres-releases.ts';
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

it('leaves no process and no file behind when the process that started it is killed', async () => {
  const script = `
    import { startTestPostgres } from ${JSON.stringify(join(import.meta.dirname, 'postgres.ts'))};
    const server = await startTestPostgres();
    console.log(JSON.stringify({ port: server.port, socketDir: server.socketDir }));
    setInterval(() => undefined, 1000);`;
  const test = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(test.stdout.setEncoding('utf8'), 'data')) as [string];
  const { port, socketDir } = JSON.parse(line) as { port: number; socketDir: string };
  test.kill('SIGKILL');
  const gone = await waitUntil(
    async () => ((await isPortFree(port)) && !existsSync(dirname(socketDir)) ? true : undefined),
    {
      deadlineMs: 20_000,
    },
  );
  expect(gone).toBe(true);
});

const others = [12, 15] as const;
const releases = await Promise.all(others.map(async (major) => ({ major, folder: await findPostgresRelease(major) })));
const installed = releases.filter(({ folder }) => folder !== undefined);
const missing = releases.filter(({ folder }) => folder === undefined);

it.each(installed)('starts PostgreSQL $major like the release that ships', async ({ major }) => {
  const server = await startTestPostgres({ major });
  try {
    const { config } = await server.createDatabase();
    expect(await ask(config, 'show server_version')).toEqual([[expect.stringMatching(`^${major}\\.`)]]);
  } finally {
    await server.stop();
  }
});

it.each(missing)('says how PostgreSQL $major is installed when it is not', async ({ major }) => {
  await expect(startTestPostgres({ major })).rejects.toThrow(`PostgreSQL ${major} is not installed`);
});
