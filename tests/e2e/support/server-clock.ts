import type { ConnectedClass } from './connected-class.ts';

/** Puts the clock of the server's database ahead of what it is, by seconds: what tells the time there is another function from now on. */
export async function setServerClock(made: ConnectedClass, seconds: number): Promise<void> {
  const [[there = null] = []] = await made.onServer(`SELECT to_regproc('pg_catalog.true_clock')::text`);
  if (there === null) await made.onServer('ALTER FUNCTION pg_catalog.clock_timestamp() RENAME TO true_clock');
  await made.onServer(
    `CREATE OR REPLACE FUNCTION pg_catalog.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT pg_catalog.true_clock() + interval '${seconds} seconds' $$`,
  );
}
