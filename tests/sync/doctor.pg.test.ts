import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openClassStore } from '../../electron/store/class-store.ts';
import type { Result } from '../../shared/contract/contract.ts';
import { AppError } from '../../shared/errors.ts';
import { firstUpload, startDevice, type Book } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { startTestPostgres, type TestDatabase } from '../support/postgres.ts';
import { testDatabase } from '../support/test-database.ts';

type Check = Result<'app.doctor'>['checks'][number];

/** A class with three students and some points, shared with a server. */
async function shared(database: TestDatabase): Promise<AsyncDisposable & { readonly book: Book }> {
  const device = await startDevice('Room 301 PC');
  const book = await firstUpload(device, database);
  await book.award('Li W', 2);
  await book.sync();
  await quiet(book, database);
  return { book, [Symbol.asyncDispose]: async () => await device[Symbol.asyncDispose]() };
}

/** What was written before the horizon is not read again. Other tests share the server, and their open transactions hold the horizon back. */
async function quiet(book: Book, database: TestDatabase): Promise<void> {
  const session = await openSession(database);
  const behind = async (): Promise<boolean> => {
    await book.preview();
    const [last] = (await session.query('SELECT max(xid) FROM tallybook.row_state')).rows.flat();
    return BigInt(horizonOf(book)) <= BigInt(last ?? '0');
  };
  await expect.poll(behind, { interval: 50, timeout: 30_000 }).toBe(false);
  await session.close();
}

function horizonOf({ device, classId }: Book): string {
  const store = openClassStore(join(device.folder, 'classes', `${classId}.db`), { classId });
  const [{ horizon }] = store.db.prepare('SELECT horizon FROM peer').all() as [{ readonly horizon: string | null }];
  store.close();
  return horizon ?? '0';
}

async function psql(database: TestDatabase, text: string): Promise<void> {
  const session = await openSession(database);
  await session.query(text);
  await session.close();
}

/** Statements on the class file past the app, as a disk error or a foreign program would write. */
function meddle({ device, classId }: Book, text: string): void {
  const store = openClassStore(join(device.folder, 'classes', `${classId}.db`), { classId });
  store.db.exec(text);
  store.close();
}

async function examine(book: Book): Promise<{ readonly ok: boolean; check(id: string): Check | undefined }> {
  const { ok, checks } = await book.device.call('app.doctor', { classId: book.classId });
  return { ok, check: (id) => checks.find((check) => check.id === id) };
}

/** A change of the server's rows that no trigger sees. */
const pastTheJournal = (change: string): string =>
  `ALTER TABLE tallybook.student DISABLE TRIGGER USER; ${change}; ALTER TABLE tallybook.student ENABLE ALWAYS TRIGGER tallybook_journal_insert;
   ALTER TABLE tallybook.student ENABLE ALWAYS TRIGGER tallybook_journal_update; ALTER TABLE tallybook.student ENABLE ALWAYS TRIGGER tallybook_journal_delete;
   ALTER TABLE tallybook.student ENABLE ALWAYS TRIGGER tallybook_journal_truncate; ALTER TABLE tallybook.student ENABLE ALWAYS TRIGGER tallybook_touch`;

describe('the self-check', () => {
  it('finds both sides as they should be, also with changes on either that were not synced yet', async () => {
    const database = await testDatabase();
    await using there = await shared(database);
    const { book } = there;
    await book.award('Chen Yu', 1);
    await book.call('student.set', { id: (await book.student('Li W')).id, change: { name: 'Li Wei' } });
    await psql(database, `UPDATE tallybook.student SET name = 'Wang F' WHERE name = 'Wang Fang'`);
    const found = await examine(book);
    expect(found.ok).toBe(true);
    for (const id of ['marks', 'server-rows', 'journal', 'horizon'])
      expect(found.check(id)).toMatchObject({ state: 'ok', code: null });
    expect(found.check('server-rows')?.params['rows']).toBeGreaterThan(3);
  });

  it.each([
    ['changed', `UPDATE tallybook.student SET name = 'Secret Name' WHERE name = 'Chen Yu'`, 'differs'],
    ['removed', `DELETE FROM tallybook.student WHERE name = 'Chen Yu'`, 'missing'],
    [
      'added',
      `INSERT INTO tallybook.student (class_id, id, name, created_at) SELECT id, md5('x')::uuid, 'Secret Name', now() FROM tallybook.class`,
      'unknown',
    ],
  ])(
    'names a row that was %s on the server past the journal, by its key and without a name',
    async (_, change, what) => {
      const database = await testDatabase();
      await using there = await shared(database);
      const { book } = there;
      const { id } = await book.student('Chen Yu');
      await psql(database, pastTheJournal(change));
      const found = await examine(book);
      expect(found.ok).toBe(false);
      expect(found.check('server-rows')).toMatchObject({
        state: 'failed',
        code: 'server-differs',
        params: { differing: 1 },
        differences: [{ table: 'student', side: 'server', what }],
      });
      if (what !== 'unknown') expect(found.check('server-rows')?.differences?.[0]?.key).toEqual({ id });
      expect(found.check('marks')).toMatchObject({ state: 'ok' });
      expect(JSON.stringify([found.check('server-rows'), found.check('marks')])).not.toMatch(/Secret|Chen/);
    },
  );

  it('names a row changed here past the marks, one whose mark is gone, and one that Base remembers wrongly', async () => {
    const database = await testDatabase();
    await using there = await shared(database);
    const { book } = there;
    const event = await book.award('Li W', 3);
    meddle(book, `DELETE FROM dirty`);
    expect((await examine(book)).check('marks')).toMatchObject({
      state: 'failed',
      code: 'marks-differ',
      differences: [{ table: 'score_event', key: { id: event }, side: 'local', what: 'unmarked' }],
    });
    const [wang, chen] = [(await book.student('Wang Fang')).id, (await book.student('Chen Yu')).id];
    meddle(book, `UPDATE student SET name = 'X' WHERE id = '${wang}'; DELETE FROM dirty;`);
    meddle(book, `UPDATE base SET row = json_set(row, '$.name', 'Y') WHERE tbl = 'student' AND pk = '["${chen}"]'`);
    const found = await examine(book);
    expect(found.check('marks')?.differences).toEqual(
      expect.arrayContaining([{ table: 'student', key: { id: wang }, side: 'local', what: 'unmarked' }]),
    );
    expect(found.check('server-rows')).toMatchObject({
      differences: [{ table: 'student', key: { id: chen }, side: 'base', what: 'differs' }],
    });
  });

  it('names a trigger of the journal that is switched off, and tells a text in a key only as a hash', async () => {
    const database = await testDatabase();
    await using there = await shared(database);
    const { book } = there;
    await book.call('student.set', { id: (await book.student('Li W')).id, change: {}, tag: ['Secret tag'] });
    await psql(database, `ALTER TABLE tallybook.group DISABLE TRIGGER tallybook_journal_update`);
    meddle(book, `DELETE FROM dirty`);
    const found = await examine(book);
    expect(found.check('journal')).toMatchObject({
      state: 'failed',
      code: 'schema-damaged',
      differences: [
        { table: 'group', key: { trigger: 'tallybook_journal_update' }, side: 'journal', what: 'trigger-off' },
      ],
    });
    const [difference] = found.check('marks')?.differences ?? [];
    expect(difference?.key['tag']).toMatch(/^#[0-9a-f]{12}$/);
  });

  it('names a prepared transaction that holds the server back', async () => {
    const server = await startTestPostgres({ settings: { max_prepared_transactions: 2 } });
    try {
      const database = await server.createDatabase();
      await using there = await shared(database);
      const { book } = there;
      await psql(database, `BEGIN; CREATE TABLE public.held (); PREPARE TRANSACTION 'Secret Name'`);
      const found = await examine(book);
      expect(found.ok).toBe(true);
      expect(found.check('horizon')).toMatchObject({
        state: 'warning',
        code: 'horizon-held',
        params: { heldBy: 'prepared' },
      });
      expect(JSON.stringify(found.check('horizon'))).not.toContain('Secret');
    } finally {
      await server.stop();
    }
  });

  it('can be cancelled between two slices, and changes nothing', async () => {
    const database = await testDatabase();
    await using there = await shared(database);
    const { book } = there;
    const stop = new AbortController();
    const running = book.device.client.call(
      'app.doctor',
      { classId: book.classId },
      { signal: stop.signal, onProgress: ({ phase }) => (phase === 'verify' ? stop.abort() : undefined) },
    );
    await expect(running).rejects.toMatchObject(new AppError('cancelled'));
    expect((await book.preview()).total).toBe(0);
  });
});

it.runIf(process.platform === 'linux')(
  'says where there is no keychain, and that passwords are kept until the app closes only',
  async () => {
    // Its keychain is reached over the session bus, and on this one there is nobody.
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/nonexistent/bus');
    onTestFinished(() => void vi.unstubAllEnvs());
    await using device = await startDevice('Room 301 PC');
    const { checks } = await device.call('app.doctor', {});
    expect(checks.find(({ id }) => id === 'keychain')).toMatchObject({
      state: 'warning',
      code: 'keychain-unavailable',
      params: { persistent: false },
    });
  },
);
