import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PgSession } from '../../electron/remote/pg-session.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import type { Book } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { overLine } from '../support/over-line.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';

let both: Pair;
let psql: PgSession;

beforeEach(async () => {
  both = await pair();
  psql = await openSession(both.database);
});
afterEach(async () => {
  await psql.close();
  await both[Symbol.asyncDispose]();
});

function tablesCheck(plan: PlanSummary): unknown {
  const { state, code, params } = plan.checks.find(({ id }) => id === 'tables') ?? {};
  return { state, code, params };
}

async function rename(book: Book, from: string, to: string): Promise<void> {
  await book.call('student.set', { id: (await book.student(from)).id, change: { name: to } });
}

/** What a run of everything leaves, as `table reason what it waits for`. */
async function left(book: Book): Promise<readonly string[]> {
  const { planId } = await book.preview();
  const run = await book.run('sync', planId);
  return run.left.map(({ table, reason, blockedBy }) => `${table} ${reason} ${blockedBy}`).toSorted();
}

describe('a table that is not on the server', () => {
  it.each([
    ['renamed', 'RENAME TO team', 'ALTER TABLE tallybook.team RENAME TO "group"'],
    ['moved to another schema', 'SET SCHEMA public', 'ALTER TABLE public.group SET SCHEMA tallybook'],
  ])('stays out by name with what names its records, and everything else goes on: %s', async (_, away, back) => {
    const { a, b } = both;
    const red = await a.call('group.add', { name: 'Red' });
    await settle(a, b);
    await psql.query(`ALTER TABLE tallybook.group ${away}`);
    const missing = { state: 'failed', code: 'missing-table', params: { table: 'group' } };
    expect(tablesCheck(await a.preview())).toEqual(missing);
    await a.call('group.add', { name: 'Blue' });
    const { id } = await a.student('Li W');
    await a.call('student.set', { id, change: { groupId: red.id } });
    await a.award('Li W', 3);
    await a.award('Chen Yu', 1);
    expect(await left(a)).toEqual(['group refused group id', 'student refused student group_id']);
    expect(await left(b)).toEqual([]);
    expect(tablesCheck(await b.preview())).toEqual(missing);
    expect(await b.student('Chen Yu')).toMatchObject({ allTime: 1 });
    expect(await b.student('Li W')).toMatchObject({ allTime: 3 });
    await psql.query(back);
    expect(tablesCheck(await a.preview())).toMatchObject({ state: 'ok' });
    await settle(a, b);
    await expectSame(a, b);
    expect(
      (await b.call('group.list', {})).items.map(({ name, students }) => `${name} ${students}`).toSorted(),
    ).toEqual(['Blue 0', 'Red 1']);
  });

  it('holds no records to wait for where it was dropped: deleting a record it would name goes on', async () => {
    const { a, b } = both;
    await psql.query('DROP TABLE tallybook.student_tag, tallybook.redemption_void, tallybook.redemption');
    const { id } = await a.student('Li W');
    await a.award('Chen Yu', 1);
    await a.call('student.delete', { ids: [id] });
    expect(await left(a)).toEqual([]);
    expect(await left(b)).toEqual([]);
    expect(await b.student('Li W')).toMatchObject({ deleted: true });
    expect(await b.student('Chen Yu')).toMatchObject({ allTime: 1 });
  });
});

describe('a table of the server whose columns are not as the catalog says', () => {
  it('stays out by name where a column is missing, and everything else goes on', async () => {
    const { a, b } = both;
    await psql.query('ALTER TABLE tallybook.student DROP COLUMN note');
    await rename(a, 'Li W', 'Li Wei');
    await a.call('reason.add', { text: 'Helped', delta: 2 });
    expect(tablesCheck(await a.preview())).toEqual({
      state: 'failed',
      code: 'missing-column',
      params: { table: 'student', column: 'note' },
    });
    expect(await left(a)).toEqual(['student refused student note']);
    expect(await left(b)).toEqual([]);
    expect((await b.call('reason.list', {})).items.map(({ text }) => text)).toContain('Helped');
    await b.student('Li W');
    await psql.query('ALTER TABLE tallybook.student ADD COLUMN note text');
    await settle(a, b);
    await expectSame(a, b);
    await b.student('Li Wei');
  });

  it('is read as a whole once it can be read again, because the horizon has moved on without it', async () => {
    const { a, b } = both;
    await psql.query('ALTER TABLE tallybook.reason ALTER COLUMN sort TYPE numeric');
    await psql.query(`UPDATE tallybook.reason SET text = 'Changed meanwhile' WHERE sort = 1`);
    await psql.query(`UPDATE tallybook.student SET name = 'Li Wei' WHERE name = 'Li W'`);
    const plan = await a.preview();
    expect(tablesCheck(plan)).toEqual({
      state: 'failed',
      code: 'column-type-differs',
      params: { table: 'reason', column: 'sort', found: 'numeric', expected: 'integer' },
    });
    await a.run('sync', plan.planId);
    await a.student('Li Wei');
    expect((await a.preview()).total).toBe(0);
    await psql.query('ALTER TABLE tallybook.reason ALTER COLUMN sort TYPE int4');
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b])
      expect((await book.call('reason.list', {})).items.map(({ text }) => text)).toContain('Changed meanwhile');
    expect(tablesCheck(await a.preview())).toMatchObject({ state: 'ok' });
  });

  it('takes changes but no new rows where it wants a value nobody here knows', async () => {
    const { a, b } = both;
    await psql.query(`ALTER TABLE tallybook.student ADD COLUMN house text`);
    await psql.query(
      `UPDATE tallybook.student SET house = 'red'; ALTER TABLE tallybook.student ALTER COLUMN house SET NOT NULL`,
    );
    await rename(a, 'Li W', 'Li Wei');
    await a.call('student.add', { students: [{ name: 'New' }] });
    await a.award('New', 3);
    await a.award('Chen Yu', 1);
    expect(tablesCheck(await a.preview())).toMatchObject({
      code: 'column-required',
      params: { table: 'student', column: 'house' },
    });
    expect(await left(a)).toEqual(['score_event blocked student New', 'student refused student house']);
    await b.sync();
    await b.student('Li Wei');
    expect((await psql.query('SELECT DISTINCT house FROM tallybook.student')).rows).toEqual([['red']]);
    await psql.query(`ALTER TABLE tallybook.student ALTER COLUMN house SET DEFAULT 'blue'`);
    await settle(a, b);
    await expectSame(a, b);
    await b.student('New');
  });

  it('goes on where a column holds more than the catalog says, and a row that uses it stays out by itself', async () => {
    const { a, b } = both;
    await psql.query(
      `ALTER TABLE tallybook.score_event ALTER COLUMN delta TYPE int8; ALTER TABLE tallybook.student ADD COLUMN shoe_size int`,
    );
    await a.award('Chen Yu', 5);
    await settle(a, b);
    await expectSame(a, b);
    expect(tablesCheck(await a.preview())).toMatchObject({ state: 'ok' });
    await psql.query(`UPDATE tallybook.student SET shoe_size = 37`);
    expect((await a.preview()).total).toBe(0);
    await psql.query(`INSERT INTO tallybook.score_event SELECT class_id, md5(random()::text)::uuid, student_id, reason_id, text, 3000000000, note, at, by, device_id, device_name
      FROM tallybook.score_event LIMIT 1`);
    expect(await left(a)).toEqual(['score_event refused score_event delta']);
  });
});

it('a part that is not synced is still told when the next list after a run could not be made', async () => {
  const { a, b } = both;
  const proxy = await overLine(both);
  await a.award('Li W', 3);
  await a.sync();
  await psql.query('DROP TABLE tallybook.score_void');
  const partial = { status: 'COMPLETED', error: { code: 'missing-table', params: { table: 'score_void' } } };
  const state = async () => (await b.call('connection.list', {})).items[0];
  const { planId } = await b.preview();
  expect(await state()).toMatchObject(partial);
  await proxy.mode({ kind: 'refuse' });
  proxy.cut();
  expect(await b.run('pull', planId)).toMatchObject({ outcome: 'completed', nextPlanId: null });
  expect(await state()).toMatchObject(partial);
  await proxy.mode({ kind: 'pass' });
  expect((await b.preview()).checks).toContainEqual(expect.objectContaining({ id: 'tables', state: 'failed' }));
  expect(await state()).toMatchObject(partial);
});
