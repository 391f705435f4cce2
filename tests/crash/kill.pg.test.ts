import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../electron/builtin-server/wait-until.ts';
import { classFileOf } from '../../electron/store/class-files.ts';
import type { PgSession } from '../../electron/remote/pg-session.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import { killCommand, startCommand, type RunningCommand } from '../support/command-line.ts';
import { Book, connectBook, connectionTo, firstUpload, startDevice, type Device } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { startTestPostgres, type TestDatabase, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  // Able to have a standby, because one that never answers is how a test stops time between COMMIT and its answer.
  postgres = await startTestPostgres({
    settings: { wal_level: 'replica', max_wal_senders: 2, synchronous_commit: 'local' },
  });
}, 120_000);
afterAll(async () => postgres.stop());

/** Asks until it is so; a test that waits in vain fails. */
async function eventually(ask: () => Promise<boolean> | boolean): Promise<void> {
  const so = await waitUntil(async () => ((await ask()) ? true : undefined), { deadlineMs: 50_000, everyMs: 5 });
  if (so === undefined) throw new Error('waited in vain');
}

/** Asks the server until it says so; a test that waits in vain ends by its own time limit. */
async function until(session: PgSession, sql: string): Promise<void> {
  await eventually(async () => (await session.query(sql)).rows.length > 0);
}

/** Waits until the command is at the place in question; fails with what it printed when it ends before. */
async function whileRunning(command: RunningCommand, place: Promise<void>): Promise<void> {
  const early = command.ended.then(({ code, stdout, stderr }) => {
    throw new Error(`ended early with ${code}: ${stdout} ${stderr}`);
  });
  await Promise.race([place, early]);
  early.catch(() => undefined);
}

/**
 * A standby that never answers holds every durable COMMIT before its answer: the moment in between, for as long as a test needs.
 * Returns when a probe hangs there, so it is in force; the function returned lets everything go on.
 */
async function holdCommits(database: TestDatabase, watcher: PgSession): Promise<() => Promise<void>> {
  await watcher.query(`ALTER SYSTEM SET synchronous_standby_names = 'nobody'`);
  await watcher.query('SELECT pg_reload_conf()');
  const probe = await openSession(database);
  await probe.query('CREATE TABLE public.probe (n int)');
  await probe.query('SET synchronous_commit = on');
  let answer = Promise.resolve();
  let passed = true;
  await eventually(async () => {
    if (passed) {
      passed = false;
      answer = probe.query('INSERT INTO public.probe VALUES (1)').then(() => void (passed = true));
    }
    return (
      (await watcher.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND pid = ${probe.backendPid}`))
        .rows.length > 0
    );
  });
  return async () => {
    await watcher.query('ALTER SYSTEM RESET synchronous_standby_names');
    await watcher.query('SELECT pg_reload_conf()');
    await answer;
    await probe.close();
  };
}

async function sharedBook(
  device: Device,
): Promise<{ readonly book: Book; readonly database: TestDatabase; readonly watcher: PgSession }> {
  const database = await postgres.createDatabase();
  const book = await firstUpload(device, database);
  return { book, database, watcher: await openSession(database) };
}

async function reopened(device: Device, book: Book, database: TestDatabase): Promise<Book> {
  await device.start();
  await book.call('connection.set', {
    connectionId: book.connectionId,
    change: { password: database.config.password },
  });
  return book;
}

async function eventsOn(watcher: PgSession): Promise<number> {
  const { rows } = await watcher.query('SELECT count(*) FROM tallybook.score_event');
  return Number(rows[0]?.[0]);
}

/** A plan of a rename and twenty points, and a foreign transaction that holds the renamed student on the server, so that applying it stops half-way. */
async function heldPlan(
  book: Book,
  database: TestDatabase,
): Promise<{ readonly plan: PlanSummary; readonly foreign: PgSession }> {
  const { id } = await book.student('Li W');
  await book.call('student.set', { id, change: { name: 'Li Wei' } });
  for (let n = 0; n < 20; n += 1) await book.award('Chen Yu', 1);
  const plan = await book.preview();
  const foreign = await openSession(database);
  await foreign.query('BEGIN');
  await foreign.query('SELECT 1 FROM tallybook.student WHERE id = $1 FOR UPDATE', [id]);
  return { plan, foreign };
}

/** Makes whoever writes the fiftieth point into a file work on that for minutes, in whatever transaction. Answers what takes that away. */
function holdInTheMiddle(file: string): () => void {
  const within = (sql: string): void => {
    const db = new Database(file);
    db.exec(sql);
    db.close();
  };
  within(`CREATE VIEW for_minutes AS WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 10000000000) SELECT count(*) AS c FROM n;
    CREATE TRIGGER hold AFTER INSERT ON score_event WHEN (SELECT count(*) FROM score_event) = 50 BEGIN SELECT c FROM for_minutes; END`);
  return () => within('DROP TRIGGER hold; DROP VIEW for_minutes');
}

/** Whether a run is in the transaction that writes its rows here: its history, written ahead, is whole, and somebody is writing. */
function isSettling(file: string, rows: number): boolean {
  const db = new Database(file, { timeout: 0 });
  try {
    if (db.prepare('SELECT count(*) FROM run_row').pluck().get() !== rows) return false;
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
    return false;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY') return true;
    throw error;
  } finally {
    db.close();
  }
}

describe('kill -9 of the app', () => {
  it('in the middle of the server transaction leaves the state before; the retry gives the same result', async () => {
    await using device = await startDevice('Room 301 PC');
    const { book, database, watcher } = await sharedBook(device);
    const { plan, foreign } = await heldPlan(book, database);
    await device.stop();
    const command = startCommand(device.folder, database.config.password, ['apply', '--plan', plan.planId]);
    await whileRunning(
      command,
      until(watcher, `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`),
    );
    await killCommand(command);
    await foreign.query('ROLLBACK');
    await foreign.close();
    expect(await eventsOn(watcher)).toBe(0);
    await reopened(device, book, database);
    expect(await book.sync()).toMatchObject({ outcome: 'completed', counts: { up: { add: 20, update: 1 } } });
    expect(await eventsOn(watcher)).toBe(20);
    expect((await book.preview()).total).toBe(0);
    await watcher.close();
  }, 60_000);

  it('after COMMIT was sent and before its answer leaves the state after; nothing is sent twice and the outcome is found out', async () => {
    await using device = await startDevice('Room 301 PC');
    const { book, database, watcher } = await sharedBook(device);
    for (let n = 0; n < 20; n += 1) await book.award('Chen Yu', 1);
    const plan = await book.preview();
    await device.stop();
    const release = await holdCommits(database, watcher);
    const command = startCommand(device.folder, database.config.password, ['apply', '--plan', plan.planId]);
    await whileRunning(
      command,
      until(
        watcher,
        `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = current_database() OFFSET 1`,
      ),
    );
    await killCommand(command);
    await release();
    await until(watcher, 'SELECT 1 FROM tallybook.score_event LIMIT 1');
    await device.start();
    const [asked] = (await device.call('connection.list', { classId: book.classId })).items;
    expect(asked).toMatchObject({ status: 'IN_PROGRESS', checking: true });
    await book.call('connection.set', {
      connectionId: book.connectionId,
      change: { password: database.config.password },
    });
    expect((await book.preview()).total).toBe(0);
    expect(await eventsOn(watcher)).toBe(20);
    const [run] = (await book.call('run.list', {})).items;
    expect(run).toMatchObject({ outcome: 'completed', counts: { up: { add: 20 } } });
    expect((await device.call('connection.list', { classId: book.classId })).items[0]).toMatchObject({
      checking: false,
    });
    await watcher.close();
  }, 60_000);

  it('in the middle of a pull leaves nothing; the retry gives the same result', async () => {
    await using source = await startDevice('Room 301 PC');
    await using device = await startDevice('Office PC');
    const database = await postgres.createDatabase();
    const sample = await source.call('class.create', { name: '5B', sample: true });
    const a = await connectBook(source, sample.id, database);
    await a.call('connection.init', { connectionId: a.connectionId, consent: true });
    await a.sync();
    const joined = await device.call('class.join', {
      remoteClassName: '5B',
      connection: connectionTo(database),
      pull: false,
    });
    const book = new Book(device, joined.class.id, joined.connection.id);
    const plan = await book.preview();
    await device.stop();
    const file = classFileOf(device.folder, book.classId);
    const release = holdInTheMiddle(file);
    const command = startCommand(device.folder, database.config.password, ['pull', '--plan', plan.planId]);
    await whileRunning(
      command,
      eventually(() => isSettling(file, plan.total)),
    );
    await killCommand(command);
    release();
    await reopened(device, book, database);
    expect((await book.call('student.list', {})).items).toEqual([]);
    expect((await book.call('score.list', { limit: 1 })).total).toBe(0);
    const again = await book.preview();
    expect(again.total).toBe(plan.total);
    await book.run('pull', again.planId);
    expect(await book.totals()).toEqual(await a.totals());
    expect((await book.preview()).total).toBe(0);
  }, 120_000);
});

describe('kill -9 of PostgreSQL', () => {
  it('in the middle of apply leaves the state before; the retry gives the same result', async () => {
    await using device = await startDevice('Room 301 PC');
    const { book, database, watcher } = await sharedBook(device);
    const { plan, foreign } = await heldPlan(book, database);
    const run = book.run('apply', plan.planId);
    const outcome = run.then(
      (result) => result.outcome,
      (error: { readonly code: string }) => error.code,
    );
    await until(
      watcher,
      `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
    );
    await postgres.kill();
    expect(['connection-dropped', 'restarting', 'refused']).toContain(await outcome);
    await postgres.restart();
    const after = await openSession(database);
    expect(await eventsOn(after)).toBe(0);
    const again = await book.preview();
    expect(again.total).toBe(21);
    expect(await book.run('apply', again.planId)).toMatchObject({
      outcome: 'completed',
      counts: { up: { add: 20, update: 1 } },
    });
    expect(await eventsOn(after)).toBe(20);
    await after.close();
    await Promise.allSettled([watcher.close(), foreign.close()]);
  }, 120_000);
});
