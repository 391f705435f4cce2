import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Book } from '../support/device.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

let both: Pair;

beforeEach(async () => {
  both = await pair();
});
afterEach(async () => {
  await both[Symbol.asyncDispose]();
});

/** From now on a device that looks reads everything, because the server's memory of deletions does not reach back far enough. */
async function collected(): Promise<void> {
  await sql(both.database.config, 'UPDATE tallybook.gc_horizon SET horizon = txid_current()');
}

async function rowsOf(book: Book): Promise<readonly string[]> {
  const { planId } = await book.preview();
  return (await book.rows(planId)).map(({ label, kind, direction }) => `${label} ${kind} ${direction}`).toSorted();
}

it('everything read again gives what the news alone would have given, and keeps who edited what and when', async () => {
  const { a, b } = both;
  await a.award('Li W', 2);
  await settle(a, b);
  await a.call('student.set', { id: (await a.student('Li W')).id, change: { name: 'Li Wei' } });
  await a.call('student.set', { id: (await a.student('Chen Yu')).id, change: { name: 'Chen Y' }, tag: ['choir'] });
  await a.award('Wang Fang', 3);
  await a.sync();
  await b.call('student.set', { id: (await b.student('Chen Yu')).id, change: { name: 'Chen Yue' } });
  await b.award('Li W', 1);
  const news = await b.preview();
  const rows = await b.rows(news.planId);
  await collected();
  const all = await b.preview();
  expect(await b.rows(all.planId)).toEqual(rows);
  const renamed = rows.find(({ table, label }) => table === 'student' && label === 'Li W');
  expect(renamed).toMatchObject({ direction: 'down', by: { server: 'Room 301 PC' } });
  await settle(b, a);
});

it('a row the server lost from its memory of deletions is found missing when everything is read', async () => {
  const { a, b } = both;
  await a.call('student.set', { id: (await a.student('Li W')).id, change: {}, tag: ['choir'] });
  await settle(a, b);
  await a.call('student.set', { id: (await a.student('Li W')).id, change: {}, untag: ['choir'] });
  await a.sync();
  await sql(both.database.config, `DELETE FROM tallybook.row_state WHERE tbl = 'student_tag' AND deleted`);
  await collected();
  expect(await rowsOf(b)).toEqual([expect.stringMatching(/choir delete down$/)]);
  await settle(b, a);
  await expectSame(a, b);
});
