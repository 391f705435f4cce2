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
