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
const eraseTwo = `INSERT INTO tallybook.erasure (class_id, id, student_id, at, by) SELECT class_id, md5(random()::text)::uuid, id, now(), 'x' FROM tallybook.student WHERE name LIKE 'Zach%'`;
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
  expect(pending?.blocked).toBeGreaterThan(0);
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

it('whoever refuses an erasure is asked no more: the students stay on that PC, also after a restart and beside what goes on', async () => {
  await using both = await pair(['Zacharias Eins', 'Zacharias Zwei', 'Chen Yu', 'Li W']);
  const { a, b, database } = both;
  await psql(database, eraseTwo);
  const asked = await b.preview();
  const { connectionId } = b;
  const { items } = await b.call('erasure.list', { connectionId });
  expect(items.map(({ name, refused }) => [name, refused])).toEqual([
    ['Zacharias Eins', null],
    ['Zacharias Zwei', null],
  ]);
  const answered = await b.call('erasure.answer', { connectionId, ids: items.map(({ id }) => id), answer: 'keep' });
  expect(answered.items.every(({ refused }) => refused?.by === 'Office PC' && refused.at !== '')).toBe(true);
  // The list that still asked holds no more.
  await expect(b.call('sync.run', { planId: asked.planId, mode: 'sync', allowErase: true })).rejects.toMatchObject({
    code: 'plan-stale',
  });
  // The other PC agrees, and the server lets them go.
  const agreed = await a.preview();
  await a.call('sync.run', { planId: agreed.planId, mode: 'sync', allowErase: true });
  await a.award('Li W', 1);
  await a.sync();
  expect(await psql(database, names)).toEqual(['Chen Yu', 'Li W']);
  await b.award('Zacharias Eins', 5, 'late');
  await b.award('Chen Yu', 1);
  for (const again of [false, true]) {
    if (again) {
      await b.device.restart();
      await b.call('connection.set', { connectionId, change: { password: database.config.password } });
    }
    const plan = await b.preview();
    expect(plan.checks.filter(({ code }) => code === 'erasures-asked')).toEqual([]);
    expect(plan.guards).toEqual([]);
    await b.call('sync.run', { planId: plan.planId, mode: 'sync', allowErase: true });
    expect(Object.keys(await b.totals())).toHaveLength(4);
    const left = (await b.rows((await b.preview()).planId)).map(({ table, left: reason }) => `${table} ${reason}`);
    expect(left.every((each) => each.endsWith(' erasure-refused'))).toBe(true);
    expect(left).toContain('score_event erasure-refused');
  }
  expect(await psql(database, names)).toEqual(['Chen Yu', 'Li W']);
  expect(await psql(database, 'SELECT text FROM tallybook.score_event')).toEqual(['Homework', 'Homework']);
  // The no can be taken back.
  await b.call('erasure.answer', { connectionId, ids: items.map(({ id }) => id), answer: 'ask' });
  const last = await b.preview();
  expect(last.guards).toEqual([{ id: 'mass-erase', table: 'student', count: 2 }]);
  await b.call('sync.run', { planId: last.planId, mode: 'sync', allowErase: true });
  expect(Object.keys(await b.totals())).toHaveLength(2);
  expect((await b.preview()).total).toBe(0);
});

it('erasures that come one at a time, a sync apart, are asked about from the second on', async () => {
  await using both = await pair(['Zacharias Eins', 'Zacharias Zwei', 'Chen Yu', 'Li W']);
  const { b, database } = both;
  const eraseOne = (name: string) =>
    `INSERT INTO tallybook.erasure (class_id, id, student_id, at, by) SELECT class_id, md5(random()::text)::uuid, id, now(), 'x' FROM tallybook.student WHERE name = '${name}'`;
  await psql(database, eraseOne('Zacharias Eins'));
  await b.sync();
  expect(Object.keys(await b.totals())).toHaveLength(3);
  await psql(database, eraseOne('Zacharias Zwei'));
  const plan = await b.preview();
  expect(plan.guards).toEqual([{ id: 'mass-erase', table: 'student', count: 1 }]);
  expect(Object.keys(await b.totals())).toHaveLength(3);
  await psql(database, eraseOne('Chen Yu'));
  expect((await b.preview()).guards).toEqual([{ id: 'mass-erase', table: 'student', count: 2 }]);
  expect(Object.keys(await b.totals())).toHaveLength(3);
});
