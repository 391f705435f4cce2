import { beforeAll, describe, expect, it } from 'vitest';
import { cleanUpAfterAll } from '../support/clean-up-after-all.ts';
import { sql } from '../support/sql.ts';
import { expectSame, rowKeys, serverFlags, twoDevices } from './support/two-devices.ts';
import type { Pair } from './support/two-devices.ts';
import type { Json } from './support/run-tallybook.ts';

const planKeys = ['planId', 'madeAt', 'connection', 'ends', 'firstContact', 'clock', 'checks', 'summary', 'guards'];
const runKeys = ['runId', 'planId', 'outcome', 'counts', 'left', 'durationMs', 'nextPlanId'];

const cleanUp = cleanUpAfterAll();

const total = (plan: Json): number => plan.summary.reduce((sum, { count }) => sum + count, 0);
const kinds = (plan: Json): readonly string[] => [...new Set(plan.rows.map((row) => `${row.kind} ${row.direction}`))];

describe('a class from the first upload to the second device', { timeout: 120_000 }, () => {
  let pair: Pair;

  beforeAll(async () => {
    pair = await twoDevices(cleanUp, { alone: true });
    await sql(
      pair.database.config,
      "create table users (id int primary key, name text); insert into users values (1, 'root')",
    );
  });

  it('is set up only with consent, uploaded as the preview says, and joined with nothing but "down"', async () => {
    const { a, b, database } = pair;
    await a.json(['class', 'create', '5B', '--sample']);
    await a.json(['connection', 'add', 'school', ...serverFlags(database)]);

    const script = await a.json(['connection', 'init', 'school', '--print-sql']);
    expect(script.sql).toMatch(/create schema/i);
    const refused = await a.run(['connection', 'init', 'school']);
    expect([refused.code, refused.json.error.code]).toEqual([6, 'consent-needed']);
    expect(await sql(database.config, "select count(*) from pg_namespace where nspname = 'tallybook'")).toEqual([
      ['0'],
    ]);
    const early = await a.run(['preview']);
    expect([early.code, early.json.error.code]).toEqual([8, 'schema-missing']);
    await a.json(['connection', 'init', 'school', '--yes']);

    expect(Object.keys(await a.json(['preview']))).toEqual(planKeys);
    const plan = await a.json(['preview', '--rows']);
    expect(Object.keys(plan)).toEqual([...planKeys, 'rows']);
    expect(plan).toMatchObject({
      connection: 'school',
      guards: [],
      ends: { local: 'Room 301 PC' },
    });
    expect(kinds(plan)).toEqual(['add up']);
    for (const row of plan.rows) expect(Object.keys(row)).toEqual(rowKeys);
    expect(plan.rows).toHaveLength(total(plan));
    expect(plan.summary).toContainEqual({ table: 'student', kind: 'add', direction: 'up', count: 45 });
    expect(
      plan.rows.filter((row) => row.table === 'student').map((row) => Object.keys(row.fields[0] ?? {}))[0],
    ).toEqual(['name', 'base', 'local', 'server', 'result', 'clash']);
    expect((await a.json(['plan', 'show', plan.planId, '--rows'])).rows).toEqual(plan.rows);

    const applied = await a.json(['apply', '--plan', plan.planId]);
    expect(Object.keys(applied)).toEqual(runKeys);
    expect(applied).toMatchObject({ planId: plan.planId, outcome: 'completed', left: [] });
    expect(applied.counts).toEqual({
      up: { add: plan.rows.length, update: 0, delete: 0 },
      down: { add: 0, update: 0, delete: 0 },
    });
    const again = await a.run(['apply', '--plan', plan.planId]);
    expect([again.code, again.json.error.code]).toEqual([4, 'plan-used']);

    const remote = await b.json(['class', 'remote', ...serverFlags(database)]);
    expect(remote.items.map((item) => Object.keys(item))).toEqual([['id', 'name', 'students', 'here']]);
    expect(remote.items[0]).toMatchObject({ name: '5B', students: 45, here: false });
    const joined = await b.json([
      'class',
      'join',
      '5B',
      '--connection',
      'school',
      '--no-pull',
      ...serverFlags(database),
    ]);
    expect(Object.keys(joined)).toEqual(['items', 'connection', 'run']);
    expect(joined.items[0]?.id).toBe(remote.items[0]?.id);
    const down = await b.json(['preview', '--rows']);
    expect(kinds(down)).toEqual(['add down']);
    expect(down.rows.map((row) => JSON.stringify([row.table, row.key])).toSorted()).toEqual(
      plan.rows.map((row) => JSON.stringify([row.table, row.key])).toSorted(),
    );
    const pulled = await b.json(['pull', '--plan', down.planId]);
    expect(pulled).toMatchObject({ outcome: 'completed', left: [], counts: { up: { add: 0, update: 0, delete: 0 } } });
    expect(pulled.counts.down.add).toBe(down.rows.length);
    await expectSame(pair);
  });

  it('shows its connection as completed with nothing waiting, and its runs and plans', async () => {
    const { a } = pair;
    const [connection] = (await a.json(['connection', 'list'])).items;
    expect(connection).toMatchObject({ status: 'COMPLETED', error: null, pending: { up: 0, down: 0, conflicts: 0 } });
    const { items } = await a.json(['run', 'list']);
    expect(items.map((item) => Object.keys(item))[0]).toEqual([
      'runId',
      'connection',
      'device',
      'startedAt',
      'durationMs',
      'outcome',
      'counts',
    ]);
    const shown = await a.json(['run', 'show', String(items.at(-1)?.['runId'])]);
    expect(shown).toMatchObject({ connection: 'school', device: 'Room 301 PC', outcome: 'completed', failure: null });
    expect(shown.rows.length).toBe(shown.counts.up.add);
    expect((await a.json(['plan', 'list'])).items.length).toBeGreaterThan(0);
    const { code, json } = await a.run(['doctor']);
    expect(code, JSON.stringify(json)).toBe(0);
    expect(json.checks.map((check) => check.id)).toEqual(expect.arrayContaining(['connection', 'postgresql', 'clock']));
  });

  it('left the tables of others alone', async () => {
    const { database } = pair;
    expect(await sql(database.config, 'select * from public.users')).toEqual([['1', 'root']]);
    expect(
      await sql(database.config, "select table_name from information_schema.tables where table_schema = 'public'"),
    ).toEqual([['users']]);
  });
});
