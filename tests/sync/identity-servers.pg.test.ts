import { describe, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { serverBookkeeping } from '../../shared/catalog/reserved-names.ts';
import { deviceFunctions } from '../../electron/remote/device-functions.ts';
import { grantOnFunctions } from '../../electron/remote/rights-sql.ts';
import { firstUpload, joinClass, startDevice, type Book } from '../support/device.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';
import { startTestPostgres, type TestDatabase } from '../support/postgres.ts';
import { sql } from '../support/sql.ts';
import { copyOfDatabase } from '../support/test-database.ts';

async function change(book: Book, name: string, values: object, tags: object = {}): Promise<void> {
  await book.call('student.set', { id: (await book.student(name)).id, change: values, ...tags });
}

const short = async (book: Book, planId: string): Promise<readonly string[]> =>
  (await book.rows(planId))
    .map(({ table, kind, conflict, direction }) => `${table} ${conflict ?? kind} ${direction}`)
    .toSorted();

describe('a server that was moved', () => {
  it('goes on without a question where the visit is found under another identity, deletions included', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await change(a, 'Wang Fang', {}, { tag: ['choir'] });
    await settle(a, b);
    await change(a, 'Li W', { name: 'Li Wei' });
    await b.award('Chen Yu', 1);
    const moved = await copyOfDatabase(database);
    // As on a cluster of its own, whose transactions are numbered anew: every number of the old one lies in the future.
    await sql(moved.config, `UPDATE tallybook.row_state SET xid = xid + 1000000`);
    await sql(moved.config, `UPDATE tallybook.run SET xid = xid + 1000000`);
    for (const book of [a, b])
      await book.call('connection.set', { connectionId: book.connectionId, change: { database: moved.database } });
    const plan = await a.preview();
    expect(await short(a, plan.planId)).toEqual(['student update up']);
    expect(plan).toMatchObject({ restored: null, firstContact: false });
    await a.run('sync', plan.planId);
    await change(a, 'Wang Fang', {}, { untag: ['choir'] });
    await a.sync();
    const other = await b.preview();
    expect(await short(b, other.planId)).toEqual([
      'score_event add up',
      'student update down',
      'student_tag delete down',
    ]);
    await b.run('sync', other.planId);
    await settle(a, b);
    await expectSame(a, b);
    expect(await sql(moved.config, 'SELECT count(*) FROM tallybook.row_state WHERE xid > txid_current()')).toEqual([
      ['0'],
    ]);
    expect(await sql(moved.config, 'SELECT count(*) FROM tallybook.device')).toEqual([['2']]);
  });
});

describe('another server at the same address', () => {
  it('is never trusted: what differs is asked about, what is missing there is sent, and nothing is deleted', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await change(a, 'Wang Fang', {}, { tag: ['choir'] });
    await settle(a, b);
    const other = await copyOfDatabase(database);
    // Another school's life with the same class: it lost the device list, renamed, deleted, and went on.
    await sql(
      other.config,
      `WITH d AS (DELETE FROM tallybook.device), t AS (DELETE FROM tallybook.student_tag)
       UPDATE tallybook.student SET name = 'Somebody', updated_at = now() WHERE name = 'Li W'`,
    );
    await a.award('Chen Yu', 2);
    await a.sync();
    await copyOfDatabase(other, database.database);
    const plan = await b.preview();
    expect(await short(b, plan.planId)).toEqual(['student both-added both', 'student_tag add up']);
    expect(plan.undecided).toBe(1);
    await b.sync({ conflicts: 'local' });
    await settle(a, b);
    const { items } = await a.call('student.list', {});
    expect(items.map(({ name }) => name).toSorted()).toEqual(['Chen Yu', 'Li W', 'Wang Fang']);
    expect(await a.student('Wang Fang')).toMatchObject({ tags: ['choir'] });
    expect(await b.student('Chen Yu')).toMatchObject({ allTime: 2 });
  });
});

describe('a server that was emptied', () => {
  it('by TRUNCATE has nobody deleted here: pupils and points are put back, a guard holds the rest', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    for (const name of ['Li W', 'Wang Fang', 'Chen Yu']) {
      await change(a, name, {}, { tag: ['choir', 'piano'] });
      await a.award(name, 2);
    }
    await settle(a, b);
    await sql(database.config, 'TRUNCATE tallybook.student CASCADE');
    const plan = await b.preview();
    expect(await short(b, plan.planId)).toEqual([
      ...Array.from({ length: 3 }, () => 'score_event add up'),
      ...Array.from({ length: 3 }, () => 'student add up'),
      ...Array.from({ length: 6 }, () => 'student_tag delete down'),
    ]);
    expect(plan.guards.map(({ table }) => table)).toContain('student_tag');
    await expect(b.run('sync', plan.planId)).rejects.toMatchObject({ code: 'guard-refused' });
    expect(await b.run('apply', plan.planId)).toMatchObject({ outcome: 'completed' });
    expect((await a.call('student.list', {})).items).toHaveLength(3);
  });
});

describe('a server put back to a time before the class was there', () => {
  it('gets the class again from any device that holds it, with what that knows; what others know better is one decision', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await change(a, 'Wang Fang', {}, { tag: ['choir'] });
    await a.award('Chen Yu', 2);
    await settle(a, b);
    const secret = await sql(database.config, 'SELECT secret FROM tallybook.class_secret');
    await change(a, 'Li W', { name: 'Li Wei' });
    await a.sync();
    const tables = [...classroomCatalog.tables.map(({ name }) => name), ...serverBookkeeping];
    const emptied = tables.filter((name) => name !== 'meta').map((name) => `tallybook.${name}`);
    await sql(database.config, `TRUNCATE ${emptied.join(', ')}`);
    const plan = await b.preview();
    expect(plan).toMatchObject({ undecided: 0, restored: null, guards: [] });
    expect(plan.checks.find(({ id }) => id === 'lost')).toMatchObject({ state: 'warning', code: 'server-lost' });
    expect(new Set((await b.rows(plan.planId)).map(({ kind, direction }) => `${kind} ${direction}`))).toEqual(
      new Set(['add up']),
    );
    expect(await b.run('apply', plan.planId)).toMatchObject({ outcome: 'completed' });
    expect(await sql(database.config, 'SELECT id, name FROM tallybook.class')).toEqual([[b.classId, '5B']]);
    expect(await sql(database.config, 'SELECT secret FROM tallybook.class_secret')).toEqual(secret);
    const newer = await a.preview();
    expect(newer).toMatchObject({ undecided: 1, restored: { rows: 1 } });
    await a.run('sync', newer.planId, { resolve: { planId: newer.planId, restored: 'send-newer' } });
    await settle(b, a);
    await expectSame(a, b);
    expect(await b.student('Li Wei')).toMatchObject({ id: (await a.student('Li Wei')).id });
    expect(await b.student('Chen Yu')).toMatchObject({ allTime: 2 });
    expect(await a.student('Wang Fang')).toMatchObject({ tags: ['choir'] });
  });
});

describe('a server that hides rows by a policy', () => {
  it('has deleted none of them, however it is read', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    const [role, password] = [`hidden_${database.database}`, 'policy'];
    await change(a, 'Wang Fang', {}, { tag: ['choir'] });
    await settle(a, b);
    await sql(database.config, `CREATE ROLE "${role}" LOGIN PASSWORD '${password}'`);
    await sql(database.config, `GRANT USAGE ON SCHEMA tallybook TO "${role}"`);
    await sql(database.config, `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA tallybook TO "${role}"`);
    await sql(database.config, grantOnFunctions(deviceFunctions(classroomCatalog), [role]));
    for (const table of ['student', 'student_tag']) {
      await sql(database.config, `ALTER TABLE tallybook.${table} ENABLE ROW LEVEL SECURITY`);
      await sql(database.config, `CREATE POLICY hidden ON tallybook.${table} TO "${role}" USING (false)`);
    }
    await b.call('connection.set', { connectionId: b.connectionId, change: { user: role, password } });
    expect((await b.preview()).total).toBe(0);
    // Everything is read again, as after a year: what does not come is hidden and not deleted.
    await sql(database.config, 'UPDATE tallybook.gc_horizon SET horizon = txid_current() + 1');
    expect((await b.preview()).total).toBe(0);
    await a.award('Chen Yu', 1);
    await a.sync();
    await b.sync();
    await sql(database.config, `ALTER TABLE tallybook.student DISABLE ROW LEVEL SECURITY`);
    await sql(database.config, `ALTER TABLE tallybook.student_tag DISABLE ROW LEVEL SECURITY`);
    await settle(b, a);
    await expectSame(a, b);
    expect(await b.student('Wang Fang')).toMatchObject({ tags: ['choir'] });
    expect(await b.student('Chen Yu')).toMatchObject({ allTime: 1 });
  });

  it('says which rows hang on what it hides, and drops none of them, also where somebody was erased before', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await a.call('student.erase', { id: (await a.student('Wang Fang')).id, confirm: true });
    await settle(a, b);
    const [role, password] = [`hiding_${database.database}`, 'policy'];
    await sql(database.config, `CREATE ROLE "${role}" LOGIN PASSWORD '${password}'`);
    await sql(database.config, `GRANT USAGE ON SCHEMA tallybook TO "${role}"`);
    await sql(database.config, `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA tallybook TO "${role}"`);
    await sql(database.config, grantOnFunctions(deviceFunctions(classroomCatalog), [role]));
    await sql(database.config, 'ALTER TABLE tallybook.student ENABLE ROW LEVEL SECURITY');
    await sql(database.config, `CREATE POLICY hiding ON tallybook.student TO "${role}" USING (name <> 'Sun Li')`);
    await b.call('connection.set', { connectionId: b.connectionId, change: { user: role, password } });
    await b.preview();
    await a.call('student.add', { students: [{ name: 'Sun Li' }] });
    await a.award('Sun Li', 4);
    await a.sync();
    const { planId } = await b.preview();
    expect(await b.rows(planId)).toMatchObject([{ table: 'score_event', left: 'refused', refused: 'student_id' }]);
    await sql(database.config, 'ALTER TABLE tallybook.student DISABLE ROW LEVEL SECURITY');
    await settle(b, a);
    await expectSame(a, b);
    expect(await b.student('Sun Li')).toMatchObject({ allTime: 4 });
  });
});

/** Lets a PC log in as a role of its own, from which a policy can hide rows. */
async function logIn(book: Book, database: TestDatabase): Promise<string> {
  const [role, password] = [`narrow_${database.database}`, 'policy'];
  await sql(database.config, `CREATE ROLE "${role}" LOGIN PASSWORD '${password}'`);
  await sql(database.config, `GRANT USAGE ON SCHEMA tallybook TO "${role}"`);
  await sql(database.config, `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA tallybook TO "${role}"`);
  await sql(database.config, grantOnFunctions(deviceFunctions(classroomCatalog), [role]));
  await book.call('connection.set', { connectionId: book.connectionId, change: { user: role, password } });
  return role;
}

describe('rows that are out of sight when a server turns out to have been put back', () => {
  const named = async (book: Book, planId: string): Promise<readonly string[]> =>
    (await book.rows(planId))
      .map(({ label, kind, conflict, direction }) => `${label} ${conflict ?? kind} ${direction}`)
      .toSorted();

  /** What A and B knew better than the server that was put back: a name, a deletion, a new student and a tag. */
  async function putBack({ a, b, database }: Pair): Promise<void> {
    await change(a, 'Li W', {}, { tag: ['chess'] });
    await settle(a, b);
    const backup = await copyOfDatabase(database);
    await change(a, 'Li W', { name: 'Li Wei' });
    await a.call('student.delete', { ids: [(await a.student('Chen Yu')).id] });
    await a.call('student.add', { students: [{ name: 'Sun Li' }] });
    await change(a, 'Wang Fang', {}, { tag: ['choir'] });
    await settle(a, b);
    await copyOfDatabase(backup, database.database);
  }
  const asked = [
    'Chen Yu deleted-here-updated-there both',
    'Li Wei both-added both',
    'Sun Li add up',
    'Wang Fang · choir add up',
  ];

  it('are asked about as soon as a policy shows them again, and what is missing then was lost', async () => {
    await using both = await pair();
    const { b, database } = both;
    await putBack(both);
    const role = await logIn(b, database);
    // Of tags nothing is remembered once they are gone: only there a missing row could be taken for a deletion.
    for (const table of ['student', 'student_tag']) {
      await sql(database.config, `ALTER TABLE tallybook.${table} ENABLE ROW LEVEL SECURITY`);
      await sql(database.config, `CREATE POLICY narrow ON tallybook.${table} TO "${role}" USING (false)`);
    }
    expect((await b.preview()).total).toBe(0);
    // Absence proves nothing, also where the server has forgotten its deletions meanwhile.
    await sql(database.config, 'UPDATE tallybook.gc_horizon SET horizon = txid_current() + 1');
    for (const table of ['student', 'student_tag'])
      await sql(database.config, `ALTER TABLE tallybook.${table} DISABLE ROW LEVEL SECURITY`);
    const plan = await b.preview();
    expect(await named(b, plan.planId)).toEqual(asked);
    expect(plan).toMatchObject({ restored: { rows: 2 } });
    await b.run('sync', plan.planId, { resolve: { planId: plan.planId, restored: 'send-newer' } });
    expect(
      await sql(database.config, 'SELECT name FROM tallybook.student WHERE deleted_at IS NULL ORDER BY 1'),
    ).toEqual([['Li Wei'], ['Sun Li'], ['Wang Fang']]);
    expect((await b.preview()).total).toBe(0);
  });

  it('are asked about as soon as their table can be read again, and an edit made there since is one like any other', async () => {
    await using both = await pair();
    const { b, database } = both;
    await putBack(both);
    await sql(database.config, 'ALTER TABLE tallybook.student RENAME COLUMN number TO numero');
    expect(await named(b, (await b.preview()).planId)).toEqual(['Wang Fang · choir add up']);
    await sql(database.config, `UPDATE tallybook.student SET note = 'new' WHERE name = 'Li W'`);
    await sql(database.config, 'ALTER TABLE tallybook.student RENAME COLUMN numero TO number');
    const plan = await b.preview();
    expect(await named(b, plan.planId)).toEqual(asked);
    expect(plan).toMatchObject({ restored: { rows: 1 } });
  });
});

describe('a whole machine put back', () => {
  it('with its transaction numbers is noticed even when they have passed those of before', async () => {
    const server = await startTestPostgres();
    try {
      const database = await server.createDatabase();
      await using deviceA = await startDevice('Room 301 PC');
      await using deviceB = await startDevice('Office PC');
      const a = await firstUpload(deviceA, database);
      const b = await joinClass(deviceB, database);
      await change(a, 'Wang Fang', {}, { tag: ['choir'] });
      await settle(a, b);
      const putBack = await server.snapshot();
      await change(a, 'Wang Fang', { name: 'Wang F' }, { untag: ['choir'] });
      await change(a, 'Li W', { name: 'Li Wei' });
      await settle(a, b);
      // Only seen by B, and on no server any more afterwards.
      await a.call('student.add', { students: [{ name: 'Ada' }] });
      await a.sync();
      expect(await short(b, (await b.preview()).planId)).toEqual(['student add down']);
      await putBack();
      // Others go on until the numbers are past what B has seen; among what they write is something B has to get.
      for (let n = 0; n < 40; n += 1) await sql(database.config, 'SELECT txid_current()');
      await sql(
        database.config,
        `UPDATE tallybook.student SET note = 'new', updated_at = now() WHERE name IN ('Chen Yu', 'Li W')`,
      );
      const epoch = async () => await sql(database.config, 'SELECT epoch FROM tallybook.meta');
      const before = await epoch();
      const plan = await b.preview();
      expect(plan.restored).toEqual({ rows: 2, undecided: 2 });
      // Whoever has a list from before finds another epoch.
      expect(await epoch()).not.toEqual(before);
      const rows = await b.rows(plan.planId);
      expect(rows.map(({ label }) => label)).not.toContain('Ada');
      // Edited after it was put back, so nobody put it back; all the same nothing was agreed on there that counts now.
      expect(rows.find(({ label }) => label === 'Li Wei')).toMatchObject({ conflict: 'both-added' });
      await b.run('sync', plan.planId, { resolve: { planId: plan.planId, restored: 'send-newer' } });
      await a.sync({ conflicts: 'local' });
      await settle(b, a);
      await expectSame(a, b);
      expect(await b.student('Wang F')).toMatchObject({ tags: [] });
      expect(await b.student('Li Wei')).toMatchObject({ deleted: false });
      expect(await b.student('Ada')).toMatchObject({ deleted: false });
    } finally {
      await server.stop();
    }
  }, 180_000);
});

describe('a standby that is behind', () => {
  it('proves nothing and loses nothing: it says that it lags, and goes on once it has caught up', async () => {
    const settings = { wal_level: 'replica', max_wal_senders: 4 };
    const primary = await startTestPostgres({ settings });
    try {
      const database = await primary.createDatabase();
      await using deviceA = await startDevice('Room 301 PC');
      await using deviceB = await startDevice('Office PC');
      const a = await firstUpload(deviceA, database);
      const b = await joinClass(deviceB, database);
      await settle(a, b);
      const standby = await startTestPostgres({ copyOf: primary, standby: true, settings });
      try {
        const copy = { ...database.config, port: standby.port };
        const caughtUp = async (): Promise<void> => {
          const [[lsn] = []] = await sql(database.config, 'SELECT pg_current_wal_lsn()');
          await expect
            .poll(async () => await sql(copy, `SELECT pg_last_wal_replay_lsn() >= '${lsn ?? ''}'`), { timeout: 20_000 })
            .toEqual([['t']]);
        };
        await caughtUp();
        await sql(copy, 'SELECT pg_wal_replay_pause()');
        await change(a, 'Chen Yu', { name: 'Chen Yue' });
        await settle(a, b);
        await b.call('connection.set', { connectionId: b.connectionId, change: { port: standby.port } });
        await expect(b.preview()).rejects.toMatchObject({ code: 'server-lagging' });
        expect((await b.call('student.list', {})).items.map(({ name }) => name)).toContain('Chen Yue');
        await sql(copy, 'SELECT pg_wal_replay_resume()');
        await a.award('Chen Yue', 1);
        await a.sync();
        await caughtUp();
        const plan = await b.preview();
        expect(await short(b, plan.planId)).toEqual(['score_event add down']);
        expect(await b.run('pull', plan.planId)).toMatchObject({ outcome: 'completed' });
        await b.call('connection.set', { connectionId: b.connectionId, change: { port: primary.port } });
        await settle(b, a);
        await expectSame(a, b);
      } finally {
        await standby.stop();
      }
    } finally {
      await primary.stop();
    }
  });
});
