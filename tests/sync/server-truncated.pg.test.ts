import { describe, expect, it } from 'vitest';
import { joinClass, startDevice, type Book } from '../support/device.ts';
import { expectSame, pair, placeOf, settle, type Pair } from '../support/pair.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { sql } from '../support/sql.ts';
import { copyOfDatabase } from '../support/test-database.ts';

const empty = 'TRUNCATE tallybook.student CASCADE';

/** Two devices: one renamed a pupil and sent it, the other has not taken that yet. */
async function renamed(): Promise<Pair> {
  const both = await pair();
  const { a, b } = both;
  await settle(a, b);
  await b.call('student.set', { id: (await b.student('Li W')).id, change: { name: 'Li Wei' } });
  await b.sync();
  return both;
}

const students = async (book: Book, planId: string): Promise<readonly string[]> =>
  (await book.rows(planId))
    .filter(({ table }) => table === 'student')
    .map(({ label, conflict, kind, direction }) => `${label} ${conflict ?? kind} ${direction}`)
    .toSorted();

/** The names every device has after all of them have synced. */
async function namesAfter(...books: readonly [Book, ...Book[]]): Promise<readonly string[]> {
  await settle(...books);
  for (const book of books) await expectSame(books[0], book);
  return (await books[0].call('student.list', {})).items.map(({ name }) => name).toSorted();
}

describe('a record of a table that was emptied', () => {
  it.each([
    ['server', 'Li Wei'],
    ['local', 'Li W'],
  ] as const)(
    'asks on a server that was put back, where the server had another value last and this PC never saw it: "%s" settles it',
    async (choice, name) => {
      await using both = await renamed();
      const { a, b, database } = both;
      await a.award('Li W', 2);
      // Put back to before it knew any device, which nobody here can tell from that alone.
      await sql(database.config, 'DELETE FROM tallybook.device');
      await sql(database.config, empty);
      const plan = await a.preview();
      expect(await students(a, plan.planId)).toEqual(['Chen Yu add up', 'Li W both-added both', 'Wang Fang add up']);
      const [row] = (await a.rows(plan.planId)).filter(({ conflict }) => conflict !== null);
      expect(row).toMatchObject({ recommended: null, left: 'undecided' });
      expect(row?.fields.filter(({ clash }) => clash)).toMatchObject([
        { name: 'name', local: 'Li W', server: 'Li Wei' },
      ]);
      await a.sync({ allowMassChange: true });
      expect(await sql(database.config, 'SELECT name FROM tallybook.student ORDER BY name')).toEqual([
        ['Chen Yu'],
        ['Wang Fang'],
      ]);
      await a.sync({ conflicts: choice });
      expect(await sql(database.config, 'SELECT name FROM tallybook.student ORDER BY name')).toContainEqual([name]);
      expect(await a.student(name)).toMatchObject({ allTime: 2 });
      if (choice === 'server') expect(await namesAfter(a, b)).toEqual(['Chen Yu', 'Li Wei', 'Wang Fang']);
      else expect((await a.call('bin.list', {})).items).toMatchObject([{ side: 'server', row: { name: 'Li Wei' } }]);
    },
  );

  it('asks where both renamed it, and each side can be taken alone', async () => {
    await using both = await renamed();
    const { a, b, database } = both;
    await a.call('student.set', { id: (await a.student('Li W')).id, change: { name: 'Li Wen', note: 'moved' } });
    await sql(database.config, empty);
    const plan = await a.preview();
    expect(await students(a, plan.planId)).toContain('Li Wen both-updated both');
    const place = await placeOf(a, plan.planId, 'Li Wen');
    await a.call('plan.decide', { planId: plan.planId, target: { ordinals: [place] }, choice: 'server' });
    await a.run('pull', plan.planId, { allowMassChange: true });
    expect(await a.student('Li Wei')).toMatchObject({ name: 'Li Wei' });
    expect(await students(a, (await a.preview()).planId)).toContain('Li Wei add up');
    expect(await namesAfter(a, b)).toEqual(['Chen Yu', 'Li Wei', 'Wang Fang']);
  });

  it.each([
    ['was forgotten after a year', 'UPDATE tallybook.gc_horizon SET horizon = txid_current() + 1', 'Li W update both'],
    ['went with its journal', 'UPDATE tallybook.meta SET epoch = md5(random()::text)::uuid', 'Li W both-added both'],
  ])('comes back as this PC saw it there last, where that it is gone %s', async (_how, history, listed) => {
    await using both = await renamed();
    const { a, b, database } = both;
    await a.preview();
    await sql(database.config, empty);
    await sql(database.config, 'DELETE FROM tallybook.row_state WHERE deleted');
    await sql(database.config, history);
    const plan = await a.preview();
    expect(await students(a, plan.planId)).toContain(listed);
    await a.sync({ conflicts: 'server', allowMassChange: true });
    expect(await namesAfter(a, b)).toEqual(['Chen Yu', 'Li Wei', 'Wang Fang']);
  });

  it.each([
    ['put back to', async (_a: Book, { config }: TestDatabase) => await Promise.resolve(config)],
    [
      'moved and put back to',
      async (a: Book, database: TestDatabase) => {
        const moved = await copyOfDatabase(database);
        await a.call('connection.set', { connectionId: a.connectionId, change: { database: moved.database } });
        return moved.config;
      },
    ],
  ])(
    'asks, where this PC had seen another value there and not taken it, also on a server that was %s before the record',
    async (_how, went) => {
      await using both = await renamed();
      const { a, b, database } = both;
      expect(await students(a, (await a.preview()).planId)).toContain('Li W update down');
      const server = await went(a, database);
      await sql(server, 'DELETE FROM tallybook.device');
      await sql(server, empty);
      await sql(server, 'DELETE FROM tallybook.row_state WHERE deleted');
      const plan = await a.preview();
      expect(await students(a, plan.planId)).toEqual(['Chen Yu add up', 'Li W both-added both', 'Wang Fang add up']);
      const [row] = (await a.rows(plan.planId)).filter(({ conflict }) => conflict !== null);
      expect(row).toMatchObject({ recommended: null, left: 'undecided' });
      await a.sync({ conflicts: 'server', allowMassChange: true });
      expect(await sql(server, 'SELECT name FROM tallybook.student ORDER BY name')).toEqual([
        ['Chen Yu'],
        ['Li Wei'],
        ['Wang Fang'],
      ]);
      if (server === database.config) expect(await namesAfter(a, b)).toEqual(['Chen Yu', 'Li Wei', 'Wang Fang']);
    },
  );

  it.each([
    ['remembers it', 'SELECT 1', 'SELECT 1'],
    [
      'has forgotten it',
      'DELETE FROM tallybook.row_state WHERE deleted',
      'UPDATE tallybook.gc_horizon SET horizon = txid_current() + 1',
    ],
  ])(
    'still asks, where what it is was an open question of a server that was put back and %s',
    async (_how, forget, history) => {
      await using both = await renamed();
      const { a, b, database } = both;
      await sql(database.config, 'DELETE FROM tallybook.device');
      expect(await students(a, (await a.preview()).planId)).toContain('Li W both-added both');
      await sql(database.config, empty);
      await sql(database.config, forget);
      await sql(database.config, history);
      const plan = await a.preview();
      expect(await students(a, plan.planId)).toContain('Li W both-added both');
      const [row] = (await a.rows(plan.planId)).filter(({ conflict }) => conflict !== null);
      expect(row?.fields.filter(({ clash }) => clash)).toMatchObject([
        { name: 'name', local: 'Li W', server: 'Li Wei' },
      ]);
      await a.sync({ conflicts: 'server', allowMassChange: true });
      expect(await namesAfter(a, b)).toEqual(['Chen Yu', 'Li Wei', 'Wang Fang']);
    },
  );
});

describe('a table of the server that was emptied', () => {
  it('comes back as the server had it last, also from a PC that had not seen the last of it', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    const { id } = await a.student('Li W');
    const other = await a.student('Chen Yu');
    await settle(a, b);
    await b.call('student.set', { id, change: { name: 'Li Wei', note: 'moved' } });
    await b.call('student.set', { id: other.id, change: { name: 'Chen Y' } });
    await b.award('Li Wei', 3);
    await b.sync();
    await a.call('student.set', { id: other.id, change: { note: 'choir' } });
    await sql(database.config, 'TRUNCATE tallybook.student CASCADE');
    expect((await a.sync({ allowMassChange: true })).outcome).toBe('completed');
    for (const book of [a, b]) {
      await settle(book);
      expect(await book.student('Li Wei')).toMatchObject({ id, note: 'moved' });
      expect(await book.student('Chen Y')).toMatchObject({ id: other.id, note: 'choir' });
    }
    await settle(a, b);
    await expectSame(a, b);
    expect(await a.student('Li Wei')).toMatchObject({ allTime: 3 });
  });

  it('comes back although the server forgets the deletions with the same run', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await settle(a, b);
    await sql(database.config, 'TRUNCATE tallybook.student CASCADE');
    await sql(database.config, `UPDATE tallybook.row_state SET edited_to = now() - interval '500 days' WHERE deleted`);
    await sql(database.config, `UPDATE tallybook.gc_horizon SET at = now() - interval '2 days'`);
    expect((await a.sync({ allowMassChange: true })).outcome).toBe('completed');
    expect(
      await sql(database.config, "SELECT horizon > 0, now() - at < interval '1 hour' FROM tallybook.gc_horizon"),
    ).toEqual([['f', 't']]);
    await settle(a, b);
    await expectSame(a, b);
  });

  it('is remembered for as long as nobody has put it back: a PC that never saw the last of it puts that back, and one that had it keeps it', async () => {
    await using both = await renamed();
    const { a, b, database } = both;
    const { id } = await b.student('Li Wei');
    for (const change of [{ tag: ['choir'] }, { untag: ['choir'] }]) {
      await b.call('student.set', { id, change: {}, ...change });
      await b.sync();
    }
    await sql(database.config, empty);
    await sql(database.config, `UPDATE tallybook.row_state SET edited_to = now() - interval '500 days' WHERE deleted`);
    await sql(database.config, `UPDATE tallybook.run SET at = now() - interval '500 days'`);
    await sql(database.config, `UPDATE tallybook.gc_horizon SET at = now() - interval '2 days'`);
    // A PC that holds none of it syncs: the server forgets what was deleted so long ago.
    await using third = await startDevice('C');
    const c = await joinClass(third, database);
    await c.call('student.add', { students: [{ name: 'Zhou Min' }] });
    await c.sync();
    expect(await sql(database.config, 'SELECT horizon > 0 FROM tallybook.gc_horizon')).toEqual([['t']]);
    expect(await students(a, (await a.preview()).planId)).toContain('Li W update both');
    await settle(a, b, c);
    for (const book of [a, b, c]) expect(await book.student('Li Wei')).toMatchObject({ id });
    await expectSame(a, b);
  });

  it('asks where what it had last is the number of another record by now, be that one to be sent or known to both sides', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await settle(a, b);
    const number = async (book: Book, name: string, value: string | null): Promise<void> =>
      void (await book.call('student.set', { id: (await book.student(name)).id, change: { number: value } }));
    await number(b, 'Li W', '7');
    await b.sync();
    await number(a, 'Chen Yu', '7');
    await sql(database.config, empty);
    const plan = await a.preview();
    expect(await students(a, plan.planId)).toEqual([
      'Chen Yu · 7 same-identity both',
      'Li W update both',
      'Wang Fang add up',
    ]);
    expect(await a.run('sync', plan.planId, { allowMassChange: true })).toMatchObject({ outcome: 'undecided' });
    // Somebody else gives the number to a record both sides have.
    await sql(database.config, `UPDATE tallybook.student SET number = '7' WHERE name = 'Wang Fang'`);
    await number(a, 'Chen Yu', null);
    await a.run('pull', (await a.preview()).planId);
    expect(await students(a, (await a.preview()).planId)).toContainEqual('Li W same-identity both');
    const next = await a.preview();
    const [asking] = (await a.rows(next.planId)).filter(({ conflict }) => conflict !== null);
    await a.call('plan.decide', {
      planId: next.planId,
      target: { ordinals: [asking?.ordinal ?? -1] },
      choice: 'rename',
      fields: { number: { value: '8' } },
    });
    expect(await a.run('sync', next.planId)).toMatchObject({ outcome: 'completed' });
    expect(await sql(database.config, 'SELECT name, number FROM tallybook.student ORDER BY name')).toEqual([
      ['Chen Yu', null],
      ['Li W', '8'],
      ['Wang Fang', '7'],
    ]);
  });

  it('stays out, named, where it had last been put into a group that nobody here has ever seen and that was lost as well', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await settle(a, b);
    const { id: groupId } = await b.call('group.add', { name: 'Tigers' });
    await b.call('student.set', { id: (await b.student('Li W')).id, change: { groupId } });
    await b.sync();
    await sql(database.config, 'TRUNCATE tallybook."group" CASCADE');
    const plan = await a.preview();
    const [left] = (await a.rows(plan.planId)).filter(({ label }) => label === 'Li W');
    expect(left).toMatchObject({ included: false, left: 'parent-lost', refused: 'group_id' });
    expect(await a.run('sync', plan.planId, { allowMassChange: true })).toMatchObject({ outcome: 'undecided' });
    expect(await namesAfter(b, a)).toEqual(['Chen Yu', 'Li W', 'Wang Fang']);
    expect((await a.student('Li W')).groupId).toBe(groupId);
  });

  it('goes there with another group as soon as somebody gives it one, where nobody brings the lost one back', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await settle(a, b);
    const { id: groupId } = await b.call('group.add', { name: 'Tigers' });
    await b.call('student.set', { id: (await b.student('Li W')).id, change: { groupId } });
    await b.sync();
    await sql(database.config, 'TRUNCATE tallybook."group" CASCADE');
    const [left] = (await a.rows((await a.preview()).planId)).filter(({ label }) => label === 'Li W');
    expect(left).toMatchObject({ left: 'parent-lost', refused: 'group_id' });
    const { id: other } = await a.call('group.add', { name: 'Lions' });
    await a.call('student.set', { id: (await a.student('Li W')).id, change: { groupId: other } });
    expect(await students(a, (await a.preview()).planId)).toContain('Li W both-updated both');
    expect(await a.sync({ conflicts: 'local', allowMassChange: true })).toMatchObject({ outcome: 'completed' });
    expect(await sql(database.config, "SELECT group_id FROM tallybook.student WHERE name = 'Li W'")).toEqual([[other]]);
  });
});
