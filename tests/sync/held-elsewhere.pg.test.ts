import { expect, it } from 'vitest';
import { Book, connectionTo } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { pair, type Pair } from '../support/pair.ts';
import { testDatabase } from '../support/test-database.ts';

/** A backup copy of a class, and a psql session in it. */
async function copyOf({ a }: Pair) {
  const second = await testDatabase();
  const { id } = await a.call('connection.add', {
    connection: connectionTo(second, { name: 'copy', mode: 'push-only', deletes: 'mirror' }),
  });
  const copy = new Book(a.device, a.classId, id);
  await copy.call('connection.init', { connectionId: id, consent: true });
  expect(await push(copy)).toMatchObject({ outcome: 'completed' });
  const psql = await openSession(second);
  return {
    copy,
    psql,
    numbers: async () => await numbersIn(psql),
    [Symbol.asyncDispose]: async () => await psql.close(),
  };
}

async function push(copy: Book) {
  const { planId } = await copy.preview();
  return await copy.run('apply', planId);
}

async function numbersIn(psql: Awaited<ReturnType<typeof openSession>>): Promise<readonly string[]> {
  const { rows } = await psql.query(
    'SELECT name, number FROM tallybook.student WHERE number IS NOT NULL ORDER BY name',
  );
  return rows.map((row) => row.join(' '));
}

function leftOf(rows: Awaited<ReturnType<Book['rows']>>): readonly string[] {
  return rows
    .filter(({ left }) => left !== null)
    .map(({ label, left }) => `${label} ${left}`)
    .toSorted();
}

const guest = `INSERT INTO tallybook.student (class_id, id, name, number, created_at) SELECT id, md5(random()::text)::uuid, 'Guest', '30', now() FROM tallybook.class`;

it('a number that a record of others in a backup copy has is not sent, and named, with what depends on it: everything else goes, and that follows when the number is free', async () => {
  await using both = await pair();
  const { a } = both;
  await using there = await copyOf(both);
  const { copy, psql, numbers } = there;
  await a.call('student.set', { id: (await a.student('Li W')).id, change: { number: '5' } });
  await push(copy);
  await psql.query(guest);
  // Li W hands a number on and takes the one that is held; whoever gets the old one waits with that.
  await a.call('student.set', { id: (await a.student('Li W')).id, change: { number: '30' } });
  await a.call('student.set', { id: (await a.student('Chen Yu')).id, change: { number: '5' } });
  await a.call('student.add', { students: [{ name: 'Ada', number: '31' }] });
  await a.award('Ada', 2);
  await a.award('Li W', 3);
  const { planId } = await copy.preview();
  const rows = await copy.rows(planId);
  expect(leftOf(rows)).toEqual(['Chen Yu · 5 blocked', 'Li W · 30 value-held']);
  expect(await copy.run('apply', planId)).toMatchObject({ outcome: 'undecided' });
  expect(await numbers()).toEqual(['Ada 31', 'Guest 30', 'Li W 5']);
  await psql.query(`UPDATE tallybook.student SET deleted_at = now() WHERE name = 'Guest'`);
  expect(await push(copy)).toMatchObject({ outcome: 'completed', left: [] });
  expect((await copy.preview()).total).toBe(0);
  expect(await numbers()).toEqual(['Ada 31', 'Chen Yu 5', 'Guest 30', 'Li W 30']);
});

it('a number of a record this PC let go of, which its backup copy still has, is not sent for another one: that one is named, with its points', async () => {
  await using both = await pair();
  const { a } = both;
  await using there = await copyOf(both);
  const { copy, psql, numbers } = there;
  await a.call('student.add', { students: [{ name: 'Ada', number: '30' }] });
  await push(copy);
  const { planId } = await a.call('sync.previewReplace', { connectionId: a.connectionId });
  await a.run('pull', planId);
  await a.call('student.add', { students: [{ name: 'Ben', number: '30' }] });
  await a.award('Ben', 2);
  await a.award('Li W', 3);
  const plan = await copy.preview();
  const rows = await copy.rows(plan.planId);
  expect(leftOf(rows)).toEqual(['Ben · 30 value-held', 'Ben · 30 · Homework blocked']);
  expect(await copy.run('apply', plan.planId)).toMatchObject({ outcome: 'undecided', counts: { up: { add: 1 } } });
  expect(await numbers()).toEqual(['Ada 30']);
  await psql.query(`UPDATE tallybook.student SET number = NULL WHERE name = 'Ada'`);
  expect(await push(copy)).toMatchObject({ outcome: 'completed', left: [] });
  expect(await numbers()).toEqual(['Ben 30']);
});

it('a number that a record of this PC has which was not sent is not received for another one by a class that only receives: that one is named', async () => {
  await using both = await pair();
  const { a, b } = both;
  await b.call('student.add', { students: [{ name: 'Ben', number: '30' }] });
  await b.call('connection.set', { connectionId: b.connectionId, change: { mode: 'pull-only' } });
  await a.call('student.add', { students: [{ name: 'Ada', number: '30' }] });
  await a.award('Ada', 2);
  await a.award('Li W', 3);
  await a.sync();
  const { planId } = await b.preview();
  const rows = await b.rows(planId);
  expect(leftOf(rows)).toEqual(['Ada · 30 value-held', 'Ada · 30 · Homework blocked']);
  expect(await b.run('pull', planId)).toMatchObject({ outcome: 'undecided', counts: { down: { add: 1 } } });
});

it('a tag of a student this PC let go of goes from its backup copy, where the student stays: what is deleted names nobody', async () => {
  await using both = await pair();
  const { a } = both;
  await using there = await copyOf(both);
  const { copy, psql } = there;
  const { items } = await a.call('student.add', { students: [{ name: 'Ada', number: '30' }] });
  await a.call('student.set', { id: items[0]?.id ?? '', change: {}, tag: ['choir'] });
  await push(copy);
  const { planId } = await a.call('sync.previewReplace', { connectionId: a.connectionId });
  await a.run('pull', planId);
  expect(await push(copy)).toMatchObject({ outcome: 'completed', left: [], counts: { up: { delete: 1 } } });
  expect((await copy.preview()).total).toBe(0);
  const { rows } = await psql.query(`SELECT name, tag FROM tallybook.student LEFT JOIN tallybook.student_tag t
    ON t.student_id = student.id WHERE name = 'Ada'`);
  expect(rows).toEqual([['Ada', null]]);
});
