import { expect, it, onTestFinished } from 'vitest';
import { openSession } from '../support/managed-database.ts';
import type { PgSession } from '../../electron/remote/pg-session.ts';
import { inClassFile } from '../support/class-file.ts';
import { firstUpload, startDevice, type Book } from '../support/device.ts';
import { countRoundTrips } from '../support/round-trips.ts';
import { testDatabase } from '../support/test-database.ts';

async function uploaded() {
  const database = await testDatabase();
  const relay = await countRoundTrips(database.config);
  const device = await startDevice('Room 301 PC');
  const psql = await openSession(database);
  onTestFinished(async () => {
    await device[Symbol.asyncDispose]();
    await psql.close();
    await relay[Symbol.asyncDispose]();
  });
  const relayed = { ...database, config: { ...database.config, port: relay.port } };
  const book = await firstUpload(device, relayed);
  return { book, device, psql, relay };
}

const ofTheApp = `FROM pg_stat_activity WHERE application_name LIKE 'Tallybook%' AND datname = current_database()`;

async function rename(book: Book): Promise<void> {
  await book.call('student.set', { id: (await book.student('Li W')).id, change: { name: 'Li Wei' } });
}

it('a preview after another takes two round trips, with and without changes here', async () => {
  const { book, relay } = await uploaded();
  const look = async (): Promise<number> => {
    relay.take();
    expect((await book.preview()).total).toBe(0);
    return relay.take();
  };
  // Until nobody else on the server holds the horizon back, what was just sent is read again.
  await expect.poll(look, { interval: 20, timeout: 30_000 }).toBe(2);
  await rename(book);
  expect((await book.preview()).total).toBe(1);
  expect(relay.take()).toBe(2);
});

it('a server that ended the session between two previews is logged in to again, and nobody is told', async () => {
  const { book, psql } = await uploaded();
  await rename(book);
  await psql.query(`SELECT pg_terminate_backend(pid) ${ofTheApp}`);
  expect((await book.preview()).total).toBe(1);
  const [connection] = (await book.call('connection.list', {})).items;
  expect(connection).toMatchObject({ status: 'COMPLETED', error: null });
});

it('a session that died is found out about before anything else is asked of it', async () => {
  const { book, psql } = await uploaded();
  await rename(book);
  inClassFile(book, ({ db }) =>
    db.exec(`INSERT INTO peer (id, system, database_oid, schema, scope, epoch, device, owner) SELECT 'moved', system, '1', schema, scope, epoch, device, owner FROM peer;
      UPDATE peer SET horizon = NULL, visit_no = NULL, visit_token = NULL WHERE id <> 'moved'; UPDATE connection SET attached = 'existing';`),
  );
  await psql.query(`SELECT pg_terminate_backend(pid) ${ofTheApp}`);
  expect((await book.preview()).total).toBe(1);
});

it('logging in again to a server that is as it was asks nothing of its tables once more', async () => {
  const { book, psql, relay } = await uploaded();
  const look = async (): Promise<number> => {
    await psql.query(`SELECT pg_terminate_backend(pid) ${ofTheApp}`);
    relay.take();
    await book.preview();
    return relay.take();
  };
  await psql.query('ALTER TABLE tallybook.student ADD COLUMN seat text');
  const altered = await look();
  expect(await look()).toBeLessThan(altered);
});

it.each([
  ['between two previews', async () => {}],
  [
    'while the session between two previews ended',
    async (psql: PgSession) => void (await psql.query(`SELECT pg_terminate_backend(pid) ${ofTheApp}`)),
  ],
])('what was done to the schema %s is seen by the second one', async (_, between) => {
  const { book, psql } = await uploaded();
  await rename(book);
  await psql.query('ALTER TABLE tallybook.student DROP COLUMN note');
  await between(psql);
  const plan = await book.preview();
  expect(plan.checks.find(({ id }) => id === 'tables')).toMatchObject({ state: 'failed', code: 'missing-column' });
  await psql.query('ALTER TABLE tallybook.student ADD COLUMN note text');
  await psql.query('ALTER TABLE tallybook.reason DISABLE TRIGGER tallybook_journal_update');
  await between(psql);
  await expect(book.preview()).rejects.toMatchObject({ code: 'schema-damaged', params: { kind: 'trigger-off' } });
  await psql.query('ALTER TABLE tallybook.reason ENABLE ALWAYS TRIGGER tallybook_journal_update');
  await between(psql);
  expect((await book.preview()).total).toBe(1);
});

it('a run asks whether the session it finds still stands, before it begins', async () => {
  const { book, psql } = await uploaded();
  await rename(book);
  const { planId } = await book.preview();
  await psql.query(`SELECT pg_terminate_backend(pid) ${ofTheApp}`);
  expect(await book.run('apply', planId)).toMatchObject({ outcome: 'completed' });
});

it('one session lies ready while the app runs, and none when it has ended', async () => {
  const { book, device, psql } = await uploaded();
  for (let round = 0; round < 3; round += 1) await book.preview();
  const sessions = async (): Promise<number> => (await psql.query(`SELECT pid ${ofTheApp}`)).rows.length;
  expect(await sessions()).toBe(1);
  await device.stop();
  await expect.poll(sessions).toBe(0);
});

it('a password that was changed is tried, whatever session lies ready', async () => {
  const { book } = await uploaded();
  await book.call('connection.set', { connectionId: book.connectionId, change: { password: 'another one' } });
  await expect(book.preview()).rejects.toMatchObject({ code: 'password-wrong' });
});
