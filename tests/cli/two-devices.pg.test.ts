import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cleanUpAfterAll } from '../support/clean-up-after-all.ts';
import {
  award,
  expectSame,
  resolve,
  rowKeys,
  serverFlags,
  settle,
  sharedClass,
  studentAt,
  studentById,
  students,
  sync,
  twoDevices,
} from './support/two-devices.ts';
import type { Pair } from './support/two-devices.ts';
import type { Device } from './support/run-tallybook.ts';

const cleanUp = cleanUpAfterAll();

describe('two devices that share a class', () => {
  let pair: Pair;

  beforeAll(async () => {
    pair = await twoDevices(cleanUp);
    await sharedClass(pair);
  });

  const freshPair = async (): Promise<Pair> => {
    const own = await twoDevices(onTestFinished);
    await sharedClass(own);
    return own;
  };

  const pointsOf = async (device: Device, id: string): Promise<number> =>
    (await device.json(['score', 'list', '--student', id])).items
      .filter((event) => event['voided'] === false)
      .reduce((sum, event) => sum + Number(event['delta']), 0);

  it('both give points offline, and the totals are equal and the sum of the events', async () => {
    const { a, b } = pair;
    const { id } = await studentAt(a, 0);
    const of = async (device: typeof a) => (await device.json(['totals'])).items.find((item) => item.id === id);
    const before = Number((await of(a))?.['current']);
    await award(a, id, 5);
    await award(b, id, 2);
    await award(b, id, -1);
    await settle(pair);
    expect((await of(a))?.['current']).toBe(before + 6);
    const events = (await b.json(['score', 'list', '--student', id])).items.filter(
      (event) => event['voided'] === false,
    );
    expect((await of(b))?.['allTime']).toBe(events.reduce((sum, event) => sum + Number(event['delta']), 0));
    await expectSame(pair);
  });

  it('a rename here and another group there merge without a question', async () => {
    const { a, b } = pair;
    const { id } = await studentAt(a, 1);
    await a.json(['student', 'set', id, '--name', 'Renamed “here” 👩‍🚀']);
    await b.json(['student', 'set', id, '--group', 'Explorers']);
    await sync(a);
    const plan = await b.json(['preview', '--rows']);
    const row = plan.rows.find((candidate) => candidate.key['id'] === id);
    expect(row).toMatchObject({ kind: 'update', direction: 'both' });
    expect(row?.fields.every((field) => field['clash'] === false)).toBe(true);
    await settle({ ...pair, a: b, b: a });
    expect(await studentById(a, id)).toMatchObject({ name: 'Renamed “here” 👩‍🚀', group: 'Explorers' });
    await expectSame(pair);
  });

  it('a rename on both is one conflict with all three values, which leaves the rest alone until it is decided', async () => {
    const { a, b } = pair;
    const { id, name } = await studentAt(a, 2);
    await a.json(['student', 'set', id, '--name', 'Li Wen']);
    await sync(a);
    await b.json(['student', 'set', id, '--name', 'Li Wei']);
    const event = await award(b, id, 3);
    const plan = await b.json(['preview', '--rows']);
    const conflicts = plan.rows.filter((row) => row.kind === 'conflict');
    expect(conflicts).toHaveLength(1);
    expect(Object.keys(conflicts[0] ?? {})).toEqual([...rowKeys.slice(0, 4), 'conflict', ...rowKeys.slice(4)]);
    expect(conflicts[0]).toMatchObject({
      table: 'student',
      key: { id },
      conflict: 'both-updated',
      by: { local: 'Office PC', server: 'Room 301 PC' },
    });
    expect(conflicts[0]?.fields).toContainEqual({
      name: 'name',
      base: name,
      local: 'Li Wei',
      server: 'Li Wen',
      result: null,
      clash: true,
    });

    const first = await b.run(['sync', '--plan', plan.planId]);
    expect([first.code, first.json.outcome]).toEqual([3, 'undecided']);
    expect(first.json.left.map((row) => [row.table, row.key, row['reason']])).toEqual([
      ['student', { id }, 'undecided'],
    ]);
    expect(Object.keys(first.json.left[0] ?? {})).toEqual(['table', 'key', 'label', 'reason', 'blockedBy']);
    await sync(a);
    expect((await a.json(['score', 'list', '--student', id])).items.map((item) => item.id)).toContain(event.id);

    const next = String(first.json.nextPlanId);
    const done = await resolve(b, next, [
      { table: 'student', key: { id }, choice: 'merge', fields: { name: 'local' } },
    ]);
    expect([done.code, done.json.outcome, done.json.left], done.stdout + done.stderr).toEqual([0, 'completed', []]);
    await sync(a);
    expect((await studentById(a, id))?.name).toBe('Li Wei');
    await expectSame(pair);
  });

  it('--conflicts decides what a file does not, and takes a side for all', async () => {
    const { a, b } = pair;
    const { id } = await studentAt(a, 3);
    await a.json(['student', 'set', id, '--name', 'From A']);
    await sync(a);
    await b.json(['student', 'set', id, '--name', 'From B']);
    const run = await b.run(['sync', '--now', '--conflicts', 'server']);
    expect([run.code, run.json.outcome]).toEqual([0, 'completed']);
    expect((await studentById(b, id))?.name).toBe('From A');
    await settle(pair);
    await expectSame(pair);
  });

  it('--ask puts one question per conflict and takes the answers from standard input', async () => {
    const { a, b } = pair;
    const [one, two, three] = [await studentAt(a, 12), await studentAt(a, 13), await studentAt(a, 14)];
    for (const { id } of [one, two, three])
      await a.json(['student', 'set', id, '--name', 'From A', '--number', `A-${id.slice(-4)}`]);
    await sync(a);
    for (const { id } of [one, two, three])
      await b.json(['student', 'set', id, '--name', 'From B', '--number', `B-${id.slice(-4)}`]);
    // The first keeps ours, the second is merged by field, the third is left for later.
    const run = await b.run(['sync', '--now', '--ask'], { stdin: 'x\nl\nm\nl\ns\nk\n' });
    expect([run.code, run.json.outcome, run.json.left.length], run.stderr).toEqual([3, 'undecided', 1]);
    expect(run.stderr).toContain('3 left');
    const names = (await Promise.all([one, two, three].map(async ({ id }) => await studentById(b, id)))).map(
      (student) => `${student?.name} ${String(student?.['number']).slice(0, 1)}`,
    );
    expect(names.filter((name) => name === 'From B B')).toHaveLength(2);
    expect(names).toContain('From B A');
    expect((await b.run(['sync', '--now', '--conflicts', 'local'])).code).toBe(0);
    await settle(pair);
    await expectSame(pair);
  });

  it('an undone entry stays undone everywhere and cannot be undone twice', async () => {
    const { a, b } = pair;
    const { id } = await studentAt(a, 4);
    const event = await award(a, id, 7);
    await settle(pair);
    await a.json(['score', 'void', event.id]);
    await settle(pair);
    const there = (await b.json(['score', 'list', '--student', id])).items.find((item) => item.id === event.id);
    expect(there?.['voided']).toBe(true);
    const again = await b.run(['score', 'void', event.id]);
    expect([again.code, again.json.error.code]).toEqual([9, 'event-already-void']);
    await settle(pair);
    await expectSame(pair);
  });

  it.each([
    ['local', false],
    ['server', true],
  ])(
    'a student deleted there with new points here is asked about; with “%s” the points are kept too',
    async (choice, deleted) => {
      const { a, b } = pair;
      const { id } = await studentAt(a, choice === 'local' ? 5 : 6);
      const before = await pointsOf(a, id);
      await a.json(['student', 'delete', id]);
      await sync(a);
      const event = await award(b, id, 4);
      const plan = await b.json(['preview', '--rows']);
      expect(plan.rows.filter((row) => row.kind === 'conflict')).toMatchObject([
        { table: 'student', key: { id }, conflict: 'parent-deleted' },
      ]);
      const done = await resolve(b, plan.planId, [{ table: 'student', key: { id }, choice }]);
      expect([done.code, done.json.left], done.stdout + done.stderr).toEqual([0, []]);
      await settle(pair);
      for (const device of [a, b]) {
        expect((await studentById(device, id))?.['deleted']).toBe(deleted);
        const events = (await device.json(['score', 'list', '--student', id])).items;
        expect(events.map((item) => item.id)).toContain(event.id);
        expect(await pointsOf(device, id)).toBe(before + 4);
      }
      await expectSame(pair);
    },
  );

  it('a question put off is asked again, although the points have gone to the server', async () => {
    const own = await freshPair();
    const { a, b } = own;
    const { id } = await studentAt(a, 11);
    await a.json(['student', 'delete', id]);
    await sync(a);
    await award(b, id, 4);
    const first = await b.run(['sync', '--now']);
    expect([first.code, first.json.outcome]).toEqual([3, 'undecided']);
    expect(first.json.left.map((row) => [row.table, row.key])).toEqual([['student', { id }]]);
    const next = await b.json(['plan', 'show', String(first.json.nextPlanId), '--rows']);
    expect(next.rows).toMatchObject([{ table: 'student', key: { id }, kind: 'conflict', conflict: 'parent-deleted' }]);
    const second = await b.run(['sync', '--now']);
    expect([second.code, (await studentById(b, id))?.['deleted']]).toEqual([3, false]);
    await b.run(['sync', '--now', '--conflicts', 'local']);
    await settle(own);
    await expectSame(own);
  });

  it('a point given between preview and apply, here or there, disturbs nothing and goes with the next one', async () => {
    const { a, b } = pair;
    const [one, two] = [await studentAt(a, 7), await studentAt(a, 8)];
    const first = await award(a, one.id, 1);
    const plan = await a.json(['preview', '--rows']);
    const late = await award(a, one.id, 2);
    const theirs = await award(b, two.id, 3);
    await sync(b);
    const run = await a.run(['sync', '--plan', plan.planId]);
    expect([run.code, run.json.outcome, run.json.left], run.stdout + run.stderr).toEqual([0, 'completed', []]);
    expect(run.json.counts.up.add).toBe(plan.rows.length);
    const next = await a.json(['preview', '--rows']);
    expect(new Set(next.rows.map((row) => `${row.key['id']} ${row.direction}`))).toEqual(
      new Set([`${late.id} up`, `${theirs.id} down`]),
    );
    expect(plan.rows.map((row) => row.key['id'])).toEqual([first.id]);
    await settle(pair);
    await expectSame(pair);
  });

  it('the first contact with a server is told from every later one', async () => {
    const own = await twoDevices(onTestFinished);
    const { a, b, database } = own;
    await a.json(['class', 'create', '5B']);
    await a.json(['connection', 'add', 'school', ...serverFlags(database)]);
    await a.json(['connection', 'init', 'school', '--yes']);
    expect((await a.json(['preview']))['firstContact']).toBe(true);
    await sync(a);
    await b.json(['class', 'join', '5B', ...serverFlags(database)]);
    await b.json(['student', 'add', 'Li Wei']);
    await sync(b);
    expect((await a.json(['preview']))['firstContact']).toBe(false);
  });

  it('a list of changes whose row has moved changes nothing and ends with 4', async () => {
    const { a, b } = pair;
    const { id } = await studentAt(a, 9);
    await a.json(['student', 'set', id, '--note', 'from A']);
    const plan = await a.json(['preview']);
    await b.json(['student', 'set', id, '--note', 'from B', '--name', 'Moved']);
    await sync(b);
    const run = await a.run(['sync', '--plan', plan.planId]);
    expect([run.code, run.json.outcome]).toEqual([4, 'stale']);
    expect((await studentById(a, id))?.['note']).toBe('from A');
    expect((await studentById(b, id))?.['note']).toBe('from B');
    await a.run(['sync', '--now', '--conflicts', 'server']);
    await settle(pair);
    await expectSame(pair);
  });

  it('a mass deletion needs a word more, and says how many', async () => {
    const own = await freshPair();
    const { a, b } = own;
    const victims = (await students(a)).slice(20, 35);
    for (const { id } of victims) await a.json(['student', 'delete', id]);
    await sync(a);
    const plan = await b.json(['preview']);
    expect(plan['guards']).toContainEqual({ id: 'mass-delete', table: 'student', count: victims.length });
    const refused = await b.run(['sync', '--plan', plan.planId]);
    expect(refused.code).toBe(6);
    expect(refused.json.error.code).toBe('guard-refused');
    expect(await students(b)).toHaveLength((await students(a)).length + victims.length);
    const allowed = await b.run(['sync', '--now', '--allow-mass-change']);
    expect([allowed.code, allowed.json.outcome], allowed.stdout).toEqual([0, 'completed']);
    await expectSame(own);
  });

  it('speaks to people in words: both ends, counts, and nothing on standard output but the answer', async () => {
    const { a } = pair;
    const { id, name } = await studentAt(a, 10);
    await award(a, id, 1, 'Helped');
    const preview = await a.say(['preview', '--rows']);
    expect(preview.stdout).toMatch(/school: Room 301 PC ⇄ .+/);
    expect(preview.stdout).toMatch(/Points\s+added\s+↑ to server\s+1/);
    expect(preview.stderr).toContain('Connecting');
    const chinese = await a.say(['sync', '--now', '--lang', 'zh-CN']);
    expect(chinese.stdout).toContain('已完成');
    expect(chinese.stdout).toContain('上传：新增 1');
    expect((await a.say(['student', 'list'])).stdout).toContain(name);
  });
});
