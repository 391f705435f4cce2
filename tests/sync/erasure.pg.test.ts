import { mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBackups } from '../../electron/store/backups.ts';
import { openClassStore } from '../../electron/store/class-store.ts';
import { withoutSweeping } from '../../electron/sync/drop-plan.ts';
import { eraseHere } from '../../electron/sync/erasures.ts';
import { Book, connectionTo, joinClass, startDevice } from '../support/device.ts';
import type { Device } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { expectSame, pair, settle } from '../support/pair.ts';
import { testDatabase } from '../support/test-database.ts';
import type { TestDatabase } from '../support/postgres.ts';

/** A name nothing else in a data folder contains. */
const name = 'Zacharias Öberg';

async function psql(database: TestDatabase, text: string): Promise<readonly (readonly (string | null)[])[]> {
  const session = await openSession(database);
  try {
    return (await session.query(text)).rows;
  } finally {
    await session.close();
  }
}

/** Files of a data folder that contain any of the words, in UTF-8. */
function filesWith(folder: string, ...words: readonly string[]): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => words.some((word) => readFileSync(file).includes(Buffer.from(word, 'utf8'))))
    .map((file) => file.slice(folder.length + 1));
}

/** Everything the server's tables say, as text. */
async function serverText(database: TestDatabase): Promise<string> {
  const tables = await psql(
    database,
    `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'tallybook' AND c.relkind = 'r'`,
  );
  let text = '';
  for (const [table] of tables)
    text += JSON.stringify(await psql(database, `SELECT t::text FROM tallybook."${table}" t`));
  return text;
}

async function backUp(book: Book, database: TestDatabase): Promise<void> {
  const { device, classId } = book;
  await device.stop();
  const store = openClassStore(join(device.folder, 'classes', `${classId}.db`), { classId });
  await createBackups({
    folder: device.folder,
    now: () => new Date().toISOString(),
    later: () => () => {},
    undisturbed: withoutSweeping,
    onFailure: () => {},
  }).save(store);
  store.close();
  await startAgain(book, database);
}

/** There is no keychain: the password has to be said again. */
async function startAgain(book: Book, { config }: TestDatabase): Promise<void> {
  await book.device.start();
  await book.call('connection.set', { connectionId: book.connectionId, change: { password: config.password } });
}

/** A student with points, a tag, a note, a void, and a change that lost to another. */
async function liveStudent(a: Book, b: Book): Promise<string> {
  const { items } = await a.call('student.add', {
    students: [{ name, number: '77', tags: ['Öbergtag'], note: 'Öbergnote' }],
  });
  const id = items[0]?.id ?? '';
  const first = await a.award(name, 3, 'Öbergpoint');
  await a.call('score.void', { eventIds: [first] });
  await settle(a, b);
  for (const [book, note] of [
    [a, 'Öbergone'],
    [b, 'Öbergtwo'],
  ] as const)
    await book.call('student.set', { id, change: { name: `${name} ${note}` } });
  await b.sync();
  const { planId } = await a.preview();
  await a.call('plan.decide', { planId, target: { filter: { kinds: ['conflict'] } }, choice: 'server' });
  await a.run('sync', planId);
  await b.call('student.set', { id, change: { name }, untag: ['Öbergtag'] });
  await settle(b, a);
  return id;
}

/** A student with a point, on both. */
async function simpleStudent(a: Book, b: Book): Promise<string> {
  const { items } = await a.call('student.add', { students: [{ name, tags: ['Öbergtag'] }] });
  await a.award(name, 3, 'Öbergpoint');
  await a.sync();
  await b.sync();
  return items[0]?.id ?? '';
}

const erase = async (book: Book, id: string) => await book.call('student.erase', { id, confirm: true });

describe('erasing a student', () => {
  it('leaves no trace in the files of the device, on the server and on the next device, copies and history included', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    const id = await liveStudent(a, b);
    await backUp(a, database);
    await backUp(b, database);
    expect(filesWith(a.device.folder, 'Öberg').length).toBeGreaterThan(1);
    const result = await erase(a, id);
    expect(result.erased).toEqual(
      expect.arrayContaining([
        { table: 'student', rows: 1 },
        { table: 'score_event', rows: 1 },
        { table: 'score_void', rows: 1 },
      ]),
    );
    expect(result.backups).toBeGreaterThan(0);
    expect(result.unreached.map(({ kind, name: who }) => [kind, who])).toEqual([
      ['connection', 'school'],
      ['device', 'Office PC'],
      ['server-backups', null],
      ['exported-files', null],
    ]);
    expect(filesWith(a.device.folder, 'Öberg', 'Zacharias')).toEqual([]);
    expect(await a.sync()).toMatchObject({ outcome: 'completed' });
    expect(await serverText(database)).not.toMatch(/Öberg|Zacharias/);
    await b.sync();
    expect(filesWith(b.device.folder, 'Öberg', 'Zacharias')).toEqual([]);
    await expectSame(a, b);
    expect((await psql(database, 'SELECT count(*) FROM tallybook.erasure')).flat()).toEqual(['1']);
  });

  it('wins over what a device that was away has recorded since: it is dropped, and said so', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await using away = await startDevice('Lab PC');
    const id = await simpleStudent(a, b);
    const c = await joinClass(away, database);
    await erase(a, id);
    await a.sync();
    await c.award(name, 5, 'Öberglate');
    await c.award('Chen Yu', 2);
    await c.call('student.set', { id, change: { name: 'Zacharias Changed' } });
    const plan = await c.preview();
    expect(plan.checks.find((check) => check.id === 'erasure')).toMatchObject({
      state: 'warning',
      code: 'erased',
      params: { records: 1, unsent: 1, late: 0 },
    });
    expect(await c.run('sync', plan.planId)).toMatchObject({ outcome: 'completed', counts: { up: { add: 1 } } });
    expect(filesWith(away.folder, 'Öberg', 'Zacharias')).toEqual([]);
    expect(await serverText(database)).not.toMatch(/Öberg|Zacharias/);
    await settle(a, b, c);
    await expectSame(a, c);
    await expectSame(b, c);
  });

  it('makes a plan stale that another device made before it heard of it, and nothing is brought back', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    const id = await simpleStudent(a, b);
    await b.award(name, 5, 'Öberglate');
    const plan = await b.preview();
    await erase(a, id);
    await a.sync();
    const run = await b.run('sync', plan.planId);
    expect(run).toMatchObject({ outcome: 'stale' });
    expect(await serverText(database)).not.toMatch(/Öberg|Zacharias/);
    expect(filesWith(b.device.folder, 'Öberg', 'Zacharias')).toEqual([]);
    await settle(b, a);
    await expectSame(a, b);
  });

  it('cannot be left out of a run, whatever is ticked, skipped or guarded', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    const id = await simpleStudent(a, b);
    await erase(a, id);
    const { planId } = await a.preview();
    await a.call('plan.decide', { planId, target: { filter: {} }, include: false });
    expect(await a.run('apply', planId)).toMatchObject({ outcome: 'completed', counts: { up: { add: 1 } } });
    expect(await serverText(database)).not.toMatch(/Öberg|Zacharias/);
    // The other device hears of it although it only sends.
    await b.award('Chen Yu', 1);
    await b.run('apply', (await b.preview()).planId);
    expect(filesWith(b.device.folder, 'Öberg', 'Zacharias')).toEqual([]);
    await settle(a, b);
    await expectSame(a, b);
  });

  it('reaches a second server, and one that only gets copies', async () => {
    await using both = await pair();
    const { a, b } = both;
    const second = await testDatabase();
    const { id: connectionId } = await a.call('connection.add', {
      connection: connectionTo(second, { name: 'copy', mode: 'push-only' }),
    });
    const copy = new Book(a.device, a.classId, connectionId);
    await copy.call('connection.init', { connectionId, consent: true });
    const id = await simpleStudent(a, b);
    await copy.run('apply', (await copy.preview()).planId);
    expect(await serverText(second)).toMatch(/Öberg/);
    await erase(b, id);
    await settle(b, a);
    expect(await copy.run('apply', (await copy.preview()).planId)).toMatchObject({ outcome: 'completed' });
    expect(await serverText(second)).not.toMatch(/Öberg|Zacharias/);
  });

  it('removes from the server what somebody writes there about an erased student, and takes none of it', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    const id = await simpleStudent(a, b);
    await erase(a, id);
    await settle(a, b);
    await psql(
      database,
      `INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ('${a.classId}', '${id}', '${name}', now());
       INSERT INTO tallybook.score_event (class_id, id, student_id, text, delta, at, device_id, device_name)
       SELECT '${a.classId}', md5('late')::uuid, '${id}', 'Öberglate', 1, now(), '${id}', 'x'`,
    );
    const plan = await b.preview();
    expect(plan).toMatchObject({ total: 0 });
    expect(plan.checks.find((check) => check.id === 'erasure')).toMatchObject({ params: { records: 0, late: 2 } });
    await b.award('Chen Yu', 1);
    await b.sync();
    expect(await serverText(database)).not.toMatch(/Öberg|Zacharias/);
    await settle(a, b);
    await expectSame(a, b);
  });

  it.each([
    ['has another name', 'RENAME student_id TO pupil', 'RENAME pupil TO student_id'],
    ['is of another type', 'ALTER student_id TYPE text', 'ALTER student_id TYPE uuid USING student_id::uuid'],
  ])(
    'waits while a column on the server by which points are found %s, and keeps nothing else from going on',
    async (_title, away, back) => {
      await using both = await pair();
      const { a, b, database } = both;
      await erase(a, await simpleStudent(a, b));
      await settle(a, b);
      const id = await simpleStudent(a, b);
      const keys = `SELECT conname FROM pg_constraint WHERE conrelid = 'tallybook.score_event'::regclass AND contype = 'f'`;
      for (const [key] of away.startsWith('ALTER') ? await psql(database, keys) : [])
        await psql(database, `ALTER TABLE tallybook.score_event DROP CONSTRAINT "${key}"`);
      await psql(database, `ALTER TABLE tallybook.score_event ${away}`);
      await b.call('student.add', { students: [{ name: 'Chen Yu' }] });
      expect(await b.sync()).toMatchObject({ outcome: 'completed', counts: { up: { add: 1 } } });
      await erase(a, id);
      await a.call('student.add', { students: [{ name: 'Li Wei' }] });
      expect(await a.sync()).toMatchObject({
        outcome: 'undecided',
        counts: { up: { add: 1 } },
        left: [{ table: 'erasure', reason: 'refused' }],
      });
      await psql(database, `ALTER TABLE tallybook.score_event ${back}`);
      for (const book of [a, b, a]) await book.sync({ allowErase: true });
      expect(await serverText(database)).not.toMatch(/Öberg|Zacharias/);
      expect(filesWith(b.device.folder, 'Öberg', 'Zacharias')).toEqual([]);
      await expectSame(a, b);
    },
  );

  it('goes on where the app was stopped before the copies were clean', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    const id = await simpleStudent(a, b);
    await backUp(a, database);
    await a.device.stop();
    const store = openClassStore(join(a.device.folder, 'classes', `${a.classId}.db`), { classId: a.classId });
    store.transaction(() => eraseHere(store, [JSON.stringify([id])], new Date().toISOString()));
    store.close();
    expect(filesWith(a.device.folder, 'Öberg').length).toBeGreaterThan(0);
    await startAgain(a, database);
    await a.preview();
    expect(filesWith(a.device.folder, 'Öberg', 'Zacharias')).toEqual([]);
  });

  it('of several students at once waits for somebody at each PC, leaves them alone meanwhile, and goes once somebody agrees', async () => {
    await using both = await pair(['Zacharias Öberg', 'Zacharias Zwei', 'Chen Yu', 'Li W']);
    const { a, b, database } = both;
    await backUp(b, database);
    const kept = filesWith(b.device.folder, 'Zacharias').length;
    await psql(
      database,
      `INSERT INTO tallybook.erasure (class_id, id, student_id, at, by) SELECT class_id, md5(random()::text)::uuid, id, now(), 'x' FROM tallybook.student WHERE name LIKE 'Zach%'`,
    );
    await b.award(name, 5, 'Öberglate');
    const plan = await b.preview();
    expect(plan.checks.find((check) => check.code === 'erasures-asked')).toMatchObject({ params: { count: 2 } });
    expect(plan.guards).toEqual([{ id: 'mass-erase', table: 'student', count: 2 }]);
    const listed = await b.rows(plan.planId);
    expect(
      listed
        .filter(({ left }) => left !== 'erasure-waits')
        .map(({ table, label }) => `${table} ${label}`)
        .toSorted(),
    ).toEqual(['erasure Zacharias Zwei', 'erasure Zacharias Öberg']);
    await expect(
      b.call('sync.run', { planId: plan.planId, mode: 'sync', allowMassChange: true }),
    ).rejects.toMatchObject({
      code: 'guard-refused',
      params: { guard: 'mass-erase' },
    });
    expect(filesWith(b.device.folder, 'Zacharias').length).toBeGreaterThanOrEqual(kept);
    // Everything else goes on, and the server keeps what it has.
    await b.award('Chen Yu', 1);
    const { planId } = await b.preview();
    await b.call('plan.decide', { planId, target: { filter: { tables: ['erasure'] } }, include: false });
    expect(await b.run('sync', planId)).toMatchObject({ counts: { up: { add: 1 } } });
    expect(await serverText(database)).toMatch(/Zacharias Zwei/);
    expect(Object.keys(await b.totals()).length).toBe(4);
    // What is gone on the server is neither sent again nor deleted here.
    await psql(
      database,
      `DELETE FROM tallybook.score_event WHERE text = 'x'; DELETE FROM tallybook.student WHERE name = 'Zacharias Zwei'`,
    );
    await b.preview();
    expect(
      (await b.rows((await b.preview()).planId)).every(
        ({ table, left }) => table === 'erasure' || left === 'erasure-waits',
      ),
    ).toBe(true);
    const agreed = await b.preview();
    await b.call('plan.decide', { planId: agreed.planId, target: { filter: { tables: ['erasure'] } }, include: true });
    // What cannot be cleaned just then does not make a run fail that both sides have.
    const stuck = join(b.device.folder, 'backups', b.classId, 'stuck.db.cleaning');
    mkdirSync(stuck);
    const run = await b.call('sync.run', { planId: agreed.planId, mode: 'sync', allowErase: true });
    expect(run.outcome).toBe('undecided');
    expect(Object.keys(await b.totals()).length).toBe(2);
    rmdirSync(stuck);
    await b.preview();
    expect(filesWith(b.device.folder, 'Öberg', 'Zacharias')).toEqual([]);
    const last = await a.preview();
    await a.call('sync.run', { planId: last.planId, mode: 'sync', allowErase: true });
    await settle(b, a);
    await expectSame(a, b);
  });

  it('takes nobody along who is a student of their own, whatever an alias says', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    const id = await simpleStudent(a, b);
    await psql(
      database,
      `INSERT INTO tallybook.alias (class_id, tbl, old_id, new_id) SELECT class_id, 'student', id, '${id}' FROM tallybook.student WHERE name = 'Chen Yu'`,
    );
    await b.sync();
    const { erased } = await erase(b, id);
    expect(erased).toContainEqual({ table: 'student', rows: 1 });
    expect((await b.student('Chen Yu')).name).toBe('Chen Yu');
    await settle(b, a);
    expect((await a.student('Chen Yu')).name).toBe('Chen Yu');
    await expectSame(a, b);
  });

  it('refuses a student who is not there', async () => {
    await using device = await startDevice('Room 301 PC');
    const book = await lonely(device);
    await expect(erase(book, '00000000-0000-7000-8000-000000000009')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('exporting a student', () => {
  it('gives everything erasing would take', async () => {
    await using device = await startDevice('Room 301 PC');
    const book = await lonely(device);
    const { items } = await book.call('student.add', { students: [{ name, tags: ['Öbergtag'] }] });
    const id = items[0]?.id ?? '';
    const event = await book.award(name, 3, 'Öbergpoint');
    await book.call('score.void', { eventIds: [event] });
    const found = await book.call('student.export', { id });
    expect(found.student).toMatchObject({ id, name });
    expect(found.tables).toMatchObject({
      student_tag: [{ tag: 'Öbergtag' }],
      score_event: [{ id: event, text: 'Öbergpoint', delta: '3' }],
      score_void: [{ event_id: event }],
      settlement_event: [],
      redemption: [],
    });
    const { erased, unreached } = await erase(book, id);
    expect(erased.map(({ table, rows }) => `${table} ${rows}`).toSorted()).toEqual([
      'score_event 1',
      'score_void 1',
      'student 1',
      'student_tag 1',
    ]);
    expect(unreached.map(({ kind }) => kind)).toEqual(['exported-files']);
    await expect(book.call('student.export', { id })).rejects.toMatchObject({ code: 'not-found' });
    expect(filesWith(device.folder, 'Öberg', 'Zacharias')).toEqual([]);
  });
});

/** A class that syncs with nobody. */
async function lonely(device: Device): Promise<Book> {
  const created = await device.call('class.create', { name: '5B', students: ['Li W'] });
  return new Book(device, created.id, '');
}
