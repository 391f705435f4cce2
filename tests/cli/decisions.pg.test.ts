import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanUpAfterAll } from '../support/clean-up-after-all.ts';
import type { PgSession } from '../../electron/remote/pg-session.ts';
import { openSession } from '../support/managed-database.ts';
import { startTallybook, told } from './support/run-tallybook.ts';
import type { Json } from './support/run-tallybook.ts';
import {
  award,
  expectSame,
  resolve,
  settle,
  sharedClass,
  studentAt,
  studentById,
  students,
  sync,
  twoDevices,
} from './support/two-devices.ts';
import type { Pair } from './support/two-devices.ts';

const cleanUp = cleanUpAfterAll();

describe('a list of changes on the command line', () => {
  let pair: Pair;
  let psql: PgSession;
  let watcher: PgSession;

  beforeAll(async () => {
    pair = await twoDevices(cleanUp);
    await sharedClass(pair);
    psql = await openSession(pair.database);
    watcher = await openSession(pair.database);
    cleanUp(async () => {
      await psql.close();
      await watcher.close();
    });
  });

  /** A student both devices named otherwise; answers their id. */
  const clash = async (place: number): Promise<string> => {
    const { id } = await studentAt(pair.a, place);
    await pair.a.json(['student', 'set', id, '--name', `A${place}`]);
    await pair.b.json(['student', 'set', id, '--name', `B${place}`]);
    return id;
  };

  /** Both devices gave one number to a new student; answers the id of B's. */
  const sameNumber = async (number: string): Promise<string> => {
    await pair.a.json(['student', 'add', `A ${number}`, '--number', number]);
    return (await pair.b.json(['student', 'add', `B ${number}`, '--number', number])).items[0]?.id ?? '';
  };

  const rowOf = (plan: Json, id: string) => {
    const row = plan.rows.find(({ key }) => key['id'] === id);
    if (row === undefined) throw new Error('the row is not listed');
    return { table: row.table, key: row.key };
  };

  it('is decided by a file with every choice there is, and what was skipped is asked again', async () => {
    const { a, b } = pair;
    const [local, server, merge, both, skip] = [
      await clash(0),
      await clash(1),
      await clash(2),
      await clash(3),
      await clash(4),
    ];
    const [renamed, adopted] = [await sameNumber('90'), await sameNumber('91')];
    await award(b, adopted, 4);
    await sync(a);
    const plan = await b.json(['preview', '--rows']);
    const run = await resolve(b, plan.planId, [
      { ...rowOf(plan, local), choice: 'local' },
      { ...rowOf(plan, server), choice: 'server' },
      { ...rowOf(plan, merge), choice: 'merge', fields: { name: { value: 'Both of us' } } },
      { ...rowOf(plan, both), choice: 'both' },
      { ...rowOf(plan, skip), choice: 'skip' },
      { ...rowOf(plan, renamed), choice: 'rename', fields: { number: { value: '92' } } },
      { ...rowOf(plan, adopted), choice: 'adopt' },
    ]);
    expect([run.code, run.json.outcome], run.stdout + run.stderr).toEqual([3, 'undecided']);
    expect(run.json.left.map(({ key, ['reason']: reason }) => [key['id'], reason])).toEqual([[skip, 'skipped']]);
    const next = await b.json(['plan', 'show', String(run.json.nextPlanId), '--rows']);
    expect(next.rows.map(({ key, kind }) => [key['id'], kind])).toEqual([[skip, 'conflict']]);
    // A rule decides what nobody has said anything about, and putting off is saying something.
    expect((await b.run(['sync', '--plan', next.planId, '--conflicts', 'server'])).code).toBe(3);
    const last = await b.json(['preview', '--rows']);
    expect((await resolve(b, last.planId, [{ ...rowOf(last, skip), choice: 'server' }])).code).toBe(0);
    await settle(pair);
    await expectSame(pair);
    const names = async (id: string) => (await studentById(a, id))?.name;
    expect(await Promise.all([local, server, merge, both, skip].map(names))).toEqual([
      'B0',
      'A1',
      'Both of us',
      'A3',
      'A4',
    ]);
    const everybody = await students(a);
    expect(everybody.filter(({ name }) => name === 'B3')).toHaveLength(1);
    const numbered = everybody.filter(({ number }) => ['90', '91', '92'].includes(String(number)));
    expect(numbered.map(({ name, number }) => `${name} ${String(number)}`).toSorted()).toEqual([
      'A 90 90',
      'A 91 91',
      'B 90 92',
    ]);
    const totals = (await a.json(['totals'])).items.find(({ number }) => number === '91');
    expect(totals?.['allTime']).toBe(4);
  });

  it('keeps a choice that needs both sides for the plan after an apply, which names it', async () => {
    const { a, b } = pair;
    const id = await sameNumber('95');
    await sync(a);
    const plan = await b.json(['preview', '--rows']);
    const file = join(b.folder, 'adopt.json');
    await writeFile(file, JSON.stringify({ planId: plan.planId, rows: [{ ...rowOf(plan, id), choice: 'adopt' }] }));
    const applied = await b.run(['apply', '--resolve', file]);
    expect([applied.code, applied.json.outcome], applied.stdout).toEqual([3, 'undecided']);
    expect(applied.json.left.map(({ ['reason']: reason }) => reason)).toContain('sync-only');
    const used = await b.run(['sync', '--plan', plan.planId]);
    expect([used.code, used.json.error.code]).toEqual([4, 'plan-used']);
    const done = await b.run(['sync', '--plan', String(applied.json.nextPlanId)]);
    expect([done.code, done.json.outcome, done.json.left], done.stdout).toEqual([0, 'completed', []]);
    await settle(pair);
    await expectSame(pair);
  });

  it('--conflicts newer takes the later of two notes and leaves two names to a person', async () => {
    const { a, b } = pair;
    const [noted, named] = [await studentAt(a, 5), await studentAt(a, 6)];
    await a.json(['student', 'set', noted.id, '--note', 'earlier']);
    await a.json(['student', 'set', named.id, '--name', 'Named earlier']);
    await sync(a);
    await b.json(['student', 'set', noted.id, '--note', 'later']);
    await b.json(['student', 'set', named.id, '--name', 'Named later']);
    const run = await b.run(['sync', '--now', '--conflicts', 'newer']);
    expect([0, 3]).toContain(run.code);
    for (const row of run.json.left) expect(row['reason']).toBe('undecided');
    await b.run(['sync', '--now', '--conflicts', 'local']);
    await settle(pair);
    await expectSame(pair);
    expect((await studentById(a, noted.id))?.['note']).toBe('later');
    expect((await studentById(a, named.id))?.name).toBe('Named later');
  });

  it('run undo shows what it would take back, and takes it back with --yes', async () => {
    const { a, b } = pair;
    const { id, name } = await studentAt(a, 7);
    await a.json(['student', 'set', id, '--name', 'By mistake']);
    const event = await award(a, id, 9);
    const run = await sync(a);
    await sync(b);
    const plan = await a.json(['run', 'undo', run.runId, '--rows']);
    expect(plan.rows.map(({ table, direction }) => `${table} ${direction}`).toSorted()).toEqual([
      'score_void both',
      'student up',
    ]);
    expect((await studentById(b, id))?.name).toBe('By mistake');
    const undone = await a.run(['run', 'undo', run.runId, '--yes']);
    expect([undone.code, undone.json.outcome], undone.stdout).toEqual([0, 'completed']);
    await b.run(['sync', '--now']);
    expect((await studentById(b, id))?.name).toBe(name);
    const there = (await b.json(['score', 'list', '--student', id])).items.find((item) => item.id === event.id);
    expect(there?.['voided']).toBe(true);
    expect((await a.json(['run', 'list'])).items.length).toBeGreaterThan(1);
    // What was undone shows here as not sent again.
    expect((await a.json(['preview', '--rows'])).rows).toMatchObject([
      { table: 'student', key: { id }, direction: 'up' },
    ]);
    await a.json(['student', 'set', id, '--name', name]);
    await settle(pair);
    await expectSame(pair);
    const nothing = await a.run(['run', 'undo', '01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11', '--yes']);
    expect([nothing.code, nothing.json.error.code]).toEqual([2, 'not-found']);
  });

  it('recovery lists what a decision overwrote, puts it back as a change, and forgets it', async () => {
    const { a, b } = pair;
    const id = await clash(8);
    await sync(a);
    await b.run(['sync', '--now', '--conflicts', 'server']);
    const [lost] = (await b.json(['recovery', 'list', '--search', 'B8'])).items;
    expect(lost).toMatchObject({ table: 'student', side: 'local' });
    expect((await b.json(['recovery', 'restore', String(lost?.id)]))['changed']).toBe(true);
    expect((await studentById(b, id))?.name).toBe('B8');
    expect((await b.json(['preview', '--rows'])).rows).toMatchObject([{ key: { id }, direction: 'up' }]);
    await settle({ ...pair, a: b, b: a });
    expect((await studentById(a, id))?.name).toBe('B8');
    const listed = (await b.json(['recovery', 'list', '--limit', '1'])).items;
    expect(listed).toHaveLength(1);
    expect((await b.json(['recovery', 'forget', String(listed[0]?.id)]))['forgotten']).toBe(1);
    const again = await b.run(['recovery', 'restore', String(listed[0]?.id)]);
    expect([again.code, again.json.error.code]).toEqual([2, 'not-found']);
  });

  it('ends with 9 at a row the server would refuse, named, goes on with the rest, and without it by --leave until --take', async () => {
    const { a, b } = pair;
    await psql.query(`ALTER TABLE tallybook.student ADD CONSTRAINT no_zoe CHECK (name <> 'Zoe')`);
    const [zoe] = (await a.json(['student', 'add', 'Zoe'])).items;
    const { id } = await studentAt(a, 9);
    await award(a, id, 1);
    const refused = await a.run(['sync', '--now']);
    expect([refused.code, refused.json.outcome, refused.json.counts.up.add]).toEqual([9, 'undecided', 1]);
    expect(refused.json.left).toMatchObject([
      { table: 'student', key: { id: zoe?.id }, reason: 'server-rule', blockedBy: 'student no_zoe' },
    ]);
    await award(a, id, 1);
    const rest = await a.run(['sync', '--now', '--leave', `student:${zoe?.id}`]);
    expect([rest.code, rest.json.outcome, rest.json.counts.up.add], rest.stdout).toEqual([3, 'undecided', 1]);
    const wrong = await a.run(['sync', '--now', '--leave', 'student']);
    expect(wrong.code).toBe(2);
    await psql.query('ALTER TABLE tallybook.student DROP CONSTRAINT no_zoe');
    // Left out by name it stays out of the next lists as well, until somebody takes it in again.
    expect((await a.run(['sync', '--now'])).json.left).toMatchObject([{ key: { id: zoe?.id }, reason: 'unticked' }]);
    expect((await a.run(['sync', '--now', '--take', `student:${zoe?.id}`])).code).toBe(0);
    await settle(pair);
    await expectSame(pair);
    expect((await students(b)).map(({ name }) => name)).toContain('Zoe');
  });

  it('pull --replace lists what was never sent, and drops it only with a word more', async () => {
    const { a, b } = pair;
    const before = await students(a);
    for (const { id } of before.slice(10, 22)) await b.json(['student', 'set', id, '--note', 'never sent']);
    const plan = await b.json(['preview', '--replace', '--rows']);
    expect(plan.checks).toContainEqual({
      id: 'unsent',
      state: 'warning',
      code: 'unsent-dropped',
      params: { count: 12 },
    });
    expect(plan.rows.every(({ direction }) => direction === 'down')).toBe(true);
    const refused = await b.run(['pull', '--replace', '--plan', plan.planId]);
    expect([refused.code, refused.json.error.code]).toEqual([6, 'guard-refused']);
    expect((await b.run(['sync', '--plan', plan.planId])).json.error.code).toBe('mode-refused');
    const done = await b.run(['pull', '--replace', '--now', '--allow-mass-change']);
    expect([done.code, done.json.outcome, done.json.counts.down.update], done.stdout).toEqual([0, 'completed', 12]);
    await expectSame(pair);
    expect((await b.json(['recovery', 'list', '--limit', '12'])).items).toHaveLength(12);
  });

  it('ends with 130 on Ctrl+C while it waits for somebody else, and nothing is written', async () => {
    const { b } = pair;
    const { id } = await studentAt(b, 23);
    const event = await award(b, id, 3);
    await psql.query('BEGIN');
    await psql.query('LOCK TABLE tallybook.score_event IN SHARE MODE');
    const child = startTallybook(['--data', b.folder, '--json', 'sync', '--now'], {
      env: { TALLYBOOK_PASSWORD: pair.database.config.password },
    });
    const ended = told(child);
    await expect
      .poll(
        async () =>
          (
            await watcher.query(
              "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
            )
          ).rows[0]?.[0],
        { interval: 10, timeout: 60_000 },
      )
      .not.toBe('0');
    child.kill('SIGINT');
    const { code, json } = await ended;
    await psql.query('ROLLBACK');
    expect([code, json.error.code]).toEqual([130, 'cancelled']);
    const { rows } = await psql.query('SELECT count(*) FROM tallybook.score_event WHERE id = $1', [event.id]);
    expect(rows).toEqual([['0']]);
    await settle({ ...pair, a: b, b: pair.a });
    await expectSame(pair);
  });

  it('ends with 8 where the server was set up by a newer version', async () => {
    await psql.query('UPDATE tallybook.meta SET schema_version = 99, min_read = 99, min_write = 99');
    const told8 = await pair.a.run(['sync', '--now']);
    expect([told8.code, told8.json.error.code]).toEqual([8, 'schema-newer']);
  });
});
