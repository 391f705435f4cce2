import { afterEach, beforeEach, expect, it } from 'vitest';
import { digestStatement, readDigest } from '../../electron/remote/table-digest.ts';
import { addEvents } from '../../electron/store/score-event.ts';
import { isDigested, knownDigest } from '../../electron/store/sync/known-digest.ts';
import { countServerRows } from '../../electron/store/sync/trees.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { tableOf } from '../../shared/catalog/catalog.ts';
import { inClassFile } from '../support/class-file.ts';
import { joinClass, startDevice, type Book } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
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

/** So many points that a table is compared as a whole first. */
function addPoints(book: Book, count: number): void {
  inClassFile(book, (store) => {
    const ids = store.db.prepare('SELECT id FROM student').pluck().all() as string[];
    const [reasonId] = store.db.prepare('SELECT id FROM reason').pluck().all() as string[];
    const stamp = {
      at: '2026-11-20T08:00:00.000Z',
      by: 'Ms. "Li"\n😀',
      deviceId: '0190a000-0000-7000-8000-000000000000',
      deviceName: 'A\tB',
    };
    store.transaction(() => {
      for (let done = 0; done < count; done += ids.length)
        addEvents(
          store,
          { studentIds: ids.slice(0, count - done), award: { reasonId: reasonId ?? '' } },
          {
            ...stamp,
            at: `2026-11-20T08:00:${String(done % 60).padStart(2, '0')}.${done % 1_000 === 0 ? '000' : '120'}Z`,
          },
        );
    });
  });
}

it('a large table that is as it is known comes to the same here and there, and nothing of it is listed', async () => {
  const { a, b } = both;
  addPoints(a, 1_500);
  await settle(a, b);
  const [scope] = inClassFile(b, ({ db }) => db.prepare('SELECT scope FROM peer').pluck().all() as string[]);
  const table = tableOf(classroomCatalog, 'score_event');
  const here = inClassFile(b, (store) => {
    const peerId = String(store.db.prepare('SELECT id FROM peer').pluck().get());
    expect(isDigested(store, peerId, 'student')).toBe(false);
    expect(isDigested(store, peerId, table.name)).toBe(true);
    const rows = [...countServerRows(store, peerId, table.name)].reduce((sum, part) => sum + part, 0);
    const steps = knownDigest(store, peerId, table.name);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    expect(step.value.rows).toBe(rows);
    return step.value;
  });
  expect(here.rows).toBeGreaterThan(1_499);
  const session = await openSession(both.database);
  const answer = await session.query(digestStatement(classroomCatalog, table, scope ?? '', here.rows).sql);
  expect(readDigest(answer.rows[0])).toEqual(here);
  const less = await session.query(digestStatement(classroomCatalog, table, scope ?? '', here.rows - 1).sql);
  expect(readDigest(less.rows[0])).toEqual({ rows: 0, sums: ['0', '0'] });
  await session.close();
  await collected();
  expect(await rowsOf(b)).toEqual([]);
});

it.each([
  [
    'changed past the journal',
    `UPDATE tallybook.score_event SET note = 'x' WHERE id = (SELECT min(id::text)::uuid FROM tallybook.score_event)`,
  ],
  [
    'exchanged for another',
    `UPDATE tallybook.score_event SET id = '01900000-0000-7000-8000-00000000000a' WHERE id = (SELECT min(id::text)::uuid FROM tallybook.score_event)`,
  ],
  ['lost', `DELETE FROM tallybook.score_event WHERE id = (SELECT min(id::text)::uuid FROM tallybook.score_event)`],
])('a row among many that was %s is found when everything is read', async (_, change) => {
  const { a, b } = both;
  addPoints(a, 1_200);
  await settle(a, b);
  expect(await rowsOf(b)).toEqual([]);
  await sql(
    both.database.config,
    `ALTER TABLE tallybook.score_event DISABLE TRIGGER USER; ${change}; ALTER TABLE tallybook.score_event ENABLE ALWAYS TRIGGER tallybook_journal_insert`,
  );
  await sql(
    both.database.config,
    ['update', 'delete', 'truncate']
      .map((event) => `ALTER TABLE tallybook.score_event ENABLE ALWAYS TRIGGER tallybook_journal_${event}`)
      .join(';'),
  );
  await collected();
  expect((await rowsOf(b)).length).toBeGreaterThan(0);
});

it.each(['that was never taken here', 'on a PC that has taken nothing yet'])(
  'a row %s and is gone from the server, also from its memory, is not listed any more',
  async (when) => {
    const { a, database } = both;
    const blank = when !== 'that was never taken here';
    await a.sync();
    await using third = await startDevice('C');
    const b = blank ? await joinClass(third, database, false) : both.b;
    if (!blank) await settle(b);
    const { id } = await a.student('Li W');
    const added = `INSERT INTO tallybook.score_event (class_id, id, student_id, text, delta, at, device_id, device_name)
SELECT class_id, md5(random()::text)::uuid, id, 'Carried chairs', 3, now(), md5(random()::text)::uuid, 'psql' FROM tallybook.student WHERE id = '${id}'`;
    await sql(database.config, added);
    expect(await rowsOf(b)).toContainEqual(expect.stringContaining('Carried chairs'));
    await sql(database.config, `DELETE FROM tallybook.score_event WHERE device_name = 'psql'`);
    await sql(database.config, `DELETE FROM tallybook.row_state WHERE deleted`);
    await collected();
    expect(await rowsOf(b)).not.toContainEqual(expect.stringContaining('Carried chairs'));
    await settle(b);
    await expectSame(a, b);
  },
);
