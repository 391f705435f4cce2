import pg from 'pg';
import type { TestDatabase } from './postgres.ts';

/** A copy of a database. */
export interface SavedDatabase {
  /** Puts it back. Nobody may be logged in who wants to stay. */
  readonly restore: () => Promise<void>;
  readonly drop: () => Promise<void>;
}

/** Keeps a copy of a database that can be put back under the same number, as if nothing had happened since. */
export async function saveDatabase({ config }: TestDatabase): Promise<SavedDatabase> {
  const { database } = config;
  const copy = `${database}_saved`;
  const control = async (work: (client: pg.Client) => Promise<unknown>): Promise<void> => {
    const client = new pg.Client({ ...config, database: 'postgres' });
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  };
  const numbered = { clause: '' };
  await control(async (client) => {
    const { rows } = await client.query<{ oid: string; version: string }>(
      `SELECT oid::text, current_setting('server_version_num') AS version FROM pg_database WHERE datname = $1`,
      [database],
    );
    // Older ones give it a new number: the server counts as moved, which holds as well.
    if (Number(rows[0]?.version) >= 150_000) numbered.clause = ` OID ${rows[0]?.oid}`;
    await sendAway(client, database);
    await client.query(`CREATE DATABASE ${copy} TEMPLATE ${database}`);
  });
  return {
    restore: async () =>
      await control(async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`).catch(async () => {
          await sendAway(client, database);
          await client.query(`DROP DATABASE IF EXISTS ${database}`);
        });
        await client.query(`CREATE DATABASE ${database} TEMPLATE ${copy}${numbered.clause}`);
      }),
    drop: async () => await control(async (client) => await client.query(`DROP DATABASE IF EXISTS ${copy}`)),
  };
}

async function sendAway(client: pg.Client, database: string): Promise<void> {
  await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [database]);
}
