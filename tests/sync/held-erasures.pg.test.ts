import { expect, it } from 'vitest';
import { openSession } from '../support/managed-database.ts';
import { pair } from '../support/pair.ts';
import type { TestDatabase } from '../support/postgres.ts';

async function psql(database: TestDatabase, text: string): Promise<readonly (string | null)[]> {
  const session = await openSession(database);
  try {
    return (await session.query(text)).rows.flat();
  } finally {
    await session.close();
  }
}

/** Two students erased at once, by hand. */
const eraseTwo = `INSERT INTO tallybook.erasure (class_id, id, student_id, at, by) SELECT class_id, gen_random_uuid(), id, now(), 'x' FROM tallybook.student WHERE name LIKE 'Zach%'`;
const names = 'SELECT name FROM tallybook.student ORDER BY name';

it('whoever erases one student leaves those on the server about whom somebody still has to say yes or no', async () => {
  await using both = await pair(['Zacharias Eins', 'Zacharias Zwei', 'Chen Yu', 'Li W']);
  const { b, database } = both;
  await psql(database, eraseTwo);
  await b.preview();
  await b.call('student.erase', { id: (await b.student('Chen Yu')).id, confirm: true });
  const { planId } = await b.preview();
  await b.call('plan.decide', { planId, target: { filter: { directions: ['down'] } }, include: false });
  await b.run('sync', planId);
  expect(await psql(database, names)).toEqual(['Li W', 'Zacharias Eins', 'Zacharias Zwei']);
});

it('what was recorded for a student somebody may have erased is listed and waits, and so does the erasure where a connection only sends', async () => {
  await using both = await pair(['Zacharias Eins', 'Zacharias Zwei', 'Chen Yu', 'Li W']);
  const { b, database } = both;
  await b.call('connection.set', { connectionId: b.connectionId, change: { mode: 'push-only' } });
  await psql(database, eraseTwo);
  const wanted = async () => {
    const { planId } = await b.preview();
    const rows = await b.rows(planId);
    return { planId, left: rows.map(({ table, left }) => `${table} ${left}`) };
  };
  expect((await wanted()).left).toEqual(['erasure erasure-waits', 'erasure erasure-waits']);
  await b.award('Zacharias Eins', 5, 'late');
  const { planId, left } = await wanted();
  expect(left.toSorted()).toEqual(['erasure erasure-waits', 'erasure erasure-waits', 'score_event erasure-waits']);
  expect(await b.run('apply', planId)).toMatchObject({ outcome: 'undecided' });
  const { items } = await b.call('connection.list', {});
  const pending = items[0]?.pending;
  expect((pending?.left ?? 0) + (pending?.up ?? 0)).toBeGreaterThan(0);
  expect(await psql(database, names)).toContain('Zacharias Eins');
  // Somebody agrees with a sync that also gets.
  await b.call('connection.set', { connectionId: b.connectionId, change: { mode: 'two-way' } });
  const agreed = await b.preview();
  expect(agreed.guards).toEqual([{ id: 'mass-erase', table: 'student', count: 2 }]);
  await expect(
    b.call('sync.run', { planId: agreed.planId, mode: 'sync', allowMassChange: true }),
  ).rejects.toMatchObject({
    code: 'guard-refused',
  });
  await b.call('sync.run', { planId: agreed.planId, mode: 'sync', allowErase: true });
  expect(Object.keys(await b.totals())).toHaveLength(2);
});
