import { expect, it } from 'vitest';
import { connectionTo, startDevice } from '../support/device.ts';
import { expectSame, pair, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

it('a name of megabytes, or one that shows nothing, is listed as one that cannot be taken, and keeps nothing else from going on', async () => {
  await using both = await pair(['Li W', 'Wang Fang', 'Chen Yu', 'Zhao Lei']);
  const { a, b, database } = both;
  const on = async (text: string) => await sql(database.config, text);
  await on(`UPDATE tallybook.student SET name = repeat('x', 2000000) WHERE name = 'Li W'`);
  await on(`UPDATE tallybook.student SET name = E'\\u200b ' WHERE name = 'Wang Fang'`);
  await on(`INSERT INTO tallybook.student (class_id, id, name, note, created_at)
    SELECT class_id, md5(random()::text)::uuid, 'Sun Li', repeat('n', 1000000), now() FROM tallybook.student WHERE name = 'Chen Yu'`);
  await on(`UPDATE tallybook.student SET note = 'short' WHERE name = 'Chen Yu'`);
  await b.award('Zhao Lei', 2);
  const { planId } = await b.preview();
  const rows = await b.rows(planId);
  expect(rows.flatMap(({ table, refused }) => (refused === null ? [] : [`${table} ${refused}`])).toSorted()).toEqual([
    'student name',
    'student name',
    'student note',
  ]);
  expect(JSON.stringify(rows).length).toBeLessThan(100_000);
  expect(await b.run('sync', planId)).toMatchObject({
    outcome: 'undecided',
    counts: { up: { add: 1 }, down: { update: 1 } },
  });
  const { items } = await b.call('student.list', {});
  expect(items.map(({ name, note }) => `${name} ${note}`).toSorted()).toEqual([
    'Chen Yu short',
    'Li W null',
    'Wang Fang null',
    'Zhao Lei null',
  ]);
  // Whoever mends it there is heard.
  await on(`UPDATE tallybook.student SET name = 'Li Wei' WHERE length(name) > 1000`);
  await on(`UPDATE tallybook.student SET name = 'Wang F' WHERE length(name) = 2`);
  await on(`UPDATE tallybook.student SET note = 'n' WHERE length(note) > 1000`);
  await settle(b, a);
  await expectSame(a, b);
  expect(Object.keys(await b.totals())).toHaveLength(5);
});

it('a class whose name on the server is of any length can be joined', async () => {
  await using both = await pair();
  const { a, database } = both;
  await using other = await startDevice('Library PC');
  await sql(database.config, `UPDATE tallybook.class SET name = repeat('5', 1000000)`);
  const joined = await other.call('class.join', {
    remoteClassId: a.classId,
    connection: connectionTo(database),
    pull: true,
  });
  expect([joined.class.name.length, joined.class.students]).toEqual([200, 3]);
});
