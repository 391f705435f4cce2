import { expect, it } from 'vitest';
import type { Book } from '../support/device.ts';
import { overLine } from '../support/over-line.ts';
import { pair, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

const round = async (book: Book) => await book.call('continuous.round', { connectionId: book.connectionId });
const runs = async (book: Book) => (await book.call('run.list', {})).items.length;

it('R5: a round that nobody is at finds out first how a run ended whose answer was lost, and doubles nothing', async () => {
  await using both = await pair();
  const { a, b } = both;
  const proxy = await overLine(both);
  await settle(a, b);
  await b.award('Li W', 5);
  const { planId } = await b.preview();
  const cuts: Promise<void>[] = [];
  const lost = await b.device.client.call(
    'sync.run',
    { classId: b.classId, planId, mode: 'sync' },
    {
      onProgress: ({ phase }) => {
        if (phase === 'commit' && cuts.length === 0) cuts.push(proxy.mode({ kind: 'cut-at-message', message: 1 }));
      },
    },
  );
  expect(lost.outcome).toBe('checking');
  await proxy.mode({ kind: 'refuse' });
  expect(await round(b)).toMatchObject({ outcome: 'failed', error: { code: 'refused' }, run: null });
  expect((await b.call('connection.list', {})).items[0]?.checking).toBe(true);
  await proxy.mode({ kind: 'pass' });
  expect(await round(b)).toMatchObject({ outcome: 'nothing', error: null });
  expect((await b.call('connection.list', {})).items[0]?.checking).toBe(false);
  await a.sync();
  expect((await a.student('Li W')).allTime).toBe(5);
});

it('R5: several students erased elsewhere halt it, and nobody is erased here', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  await settle(a, b);
  await sql(
    database.config,
    `INSERT INTO tallybook.erasure (class_id, id, student_id, at, by)
     SELECT class_id, md5(random()::text)::uuid, id, now(), 'x' FROM tallybook.student LIMIT 2`,
  );
  await b.award('Chen Yu', 1);
  const before = await runs(b);
  expect(await round(b)).toMatchObject({
    outcome: 'halted',
    error: { code: 'guard-refused', params: { guard: 'mass-erase' } },
  });
  expect((await b.call('student.list', {})).items).toHaveLength(3);
  expect(await runs(b)).toBe(before);
});

it('R5: a server that lost what it had halts it: nothing is deleted here, and nothing is sent there', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  await settle(a, b);
  await sql(database.config, 'TRUNCATE tallybook.student CASCADE');
  const before = await runs(b);
  const halted = await round(b);
  expect(halted).toMatchObject({ outcome: 'halted', error: { code: 'server-lost', params: { rows: 3 } }, run: null });
  expect((await b.call('student.list', {})).items).toHaveLength(3);
  expect(await sql(database.config, 'SELECT count(*) FROM tallybook.student')).toEqual([['0']]);
  expect(await runs(b)).toBe(before);
  // Again: what halted it is not forgotten with the first look.
  expect((await round(b)).outcome).toBe('halted');
  // A person has seen the list and sent it.
  await b.sync();
  expect(await round(b)).toMatchObject({ outcome: 'nothing' });
  expect(await sql(database.config, 'SELECT count(*) FROM tallybook.student')).toEqual([['3']]);
});
