import { describe, expect, it } from 'vitest';
import { connectBook, firstUpload, joinClass, startDevice } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { expectSame, pair, settle } from '../support/pair.ts';
import { testDatabase } from '../support/test-database.ts';

describe('two devices on one PostgreSQL', () => {
  it('upload, join with only "down", pull, and then both are the same', async () => {
    const database = await testDatabase();
    await using deviceA = await startDevice('Room 301 PC');
    await using deviceB = await startDevice('Office PC');
    const a = await firstUpload(deviceA, database);
    const b = await joinClass(deviceB, database, false);
    const plan = await b.preview();
    expect(plan.total).toBeGreaterThan(3);
    expect(plan.firstContact).toBe(true);
    expect(plan.summary.every((cell) => cell.direction === 'down' && cell.kind === 'add')).toBe(true);
    const run = await b.run('pull', plan.planId);
    expect(run).toMatchObject({ outcome: 'completed', left: [] });
    expect(run.counts.down.add).toBe(plan.total);
    await expectSame(a, b);
  });

  it('points given on both offline add up on both', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.award('Wang Fang', 10);
    await settle(a, b);
    await a.award('Wang Fang', 5);
    await b.award('Wang Fang', 2);
    await settle(a, b);
    await expectSame(a, b);
    expect((await a.student('Wang Fang')).current).toBe(17);
    expect((await b.student('Wang Fang')).current).toBe(17);
  });

  it('a rename here and a group change there merge without a question', async () => {
    await using both = await pair();
    const { a, b } = both;
    const { id } = await a.student('Li W');
    await a.call('student.set', { id, change: { name: 'Li Wei' } });
    await b.call('student.set', { id, change: { group: 'Blue' } });
    await a.sync();
    const plan = await b.preview();
    expect(plan.undecided).toBe(0);
    expect((await b.run('sync', plan.planId)).outcome).toBe('completed');
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) expect(await book.student('Li Wei')).toMatchObject({ id, group: 'Blue' });
  });

  it('a rename on both is one conflict with base, here and there; decided, both end equal', async () => {
    await using both = await pair();
    const { a, b } = both;
    const { id } = await a.student('Li W');
    await a.call('student.set', { id, change: { name: 'Li Wei' } });
    await b.call('student.set', { id, change: { name: 'Li Wen' } });
    await a.sync();
    const plan = await b.preview();
    const rows = await b.rows(plan.planId);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      table: 'student',
      kind: 'conflict',
      conflict: 'both-updated',
      direction: 'both',
      by: { local: 'Office PC', server: 'Room 301 PC' },
    });
    expect(rows[0]?.fields).toEqual([
      { name: 'name', base: 'Li W', local: 'Li Wen', server: 'Li Wei', result: null, clash: true },
    ]);
    const left = await b.run('sync', plan.planId);
    expect(left).toMatchObject({ outcome: 'undecided', left: [{ table: 'student', reason: 'undecided' }] });
    const next = left.nextPlanId ?? '';
    const decided = await b.run('sync', next, {
      resolve: { planId: next, rows: [{ table: 'student', key: { id }, choice: 'merge', fields: { name: 'local' } }] },
    });
    expect(decided.outcome).toBe('completed');
    await settle(a, b);
    await expectSame(a, b);
    expect((await a.student('Li Wen')).id).toBe(id);
  });

  it('an undone point stays undone on the other device', async () => {
    await using both = await pair();
    const { a, b } = both;
    const event = await a.award('Chen Yu', 3);
    await settle(a, b);
    expect((await b.student('Chen Yu')).current).toBe(3);
    await a.call('score.void', { eventIds: [event] });
    await settle(a, b);
    for (const book of [a, b]) expect((await book.student('Chen Yu')).current).toBe(0);
    await settle(b, a);
    await expectSame(a, b);
  });

  for (const choice of ['local', 'server'] as const) {
    it(`a student deleted on one who got a point on the other is asked about, and the point is kept when answered "${choice}"`, async () => {
      await using both = await pair();
      const { a, b } = both;
      const { id } = await a.student('Chen Yu');
      await a.call('student.delete', { ids: [id] });
      await b.award('Chen Yu', 4);
      await a.sync();
      const plan = await b.preview();
      const asked = (await b.rows(plan.planId)).filter((row) => row.kind === 'conflict');
      expect(asked).toHaveLength(1);
      expect(asked[0]).toMatchObject({ table: 'student', conflict: 'parent-deleted', newChildren: 1 });
      const run = await b.run('sync', plan.planId, { conflicts: choice });
      expect(run.outcome).toBe('completed');
      await settle(a, b);
      await expectSame(a, b);
      for (const book of [a, b]) {
        expect(await book.student('Chen Yu')).toMatchObject({ deleted: choice === 'server', allTime: 4 });
      }
    });
  }

  it('a student deleted on one whose new point was taken back on the other is deleted without a question', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.delete', { ids: [(await a.student('Chen Yu')).id] });
    await b.call('score.void', { eventIds: [await b.award('Chen Yu', 4)] });
    await a.sync();
    const plan = await b.preview();
    expect((await b.rows(plan.planId)).map(({ table, kind }) => `${kind} ${table}`)).toEqual([
      'delete student',
      'add score_event',
      'add score_void',
    ]);
    expect((await b.run('sync', plan.planId)).outcome).toBe('completed');
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) expect(await book.student('Chen Yu')).toMatchObject({ deleted: true, allTime: 0 });
  });

  it('of two new points of a deleted student of which one was taken back, one is asked about', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.delete', { ids: [(await a.student('Chen Yu')).id] });
    await b.award('Chen Yu', 2);
    await b.call('score.void', { eventIds: [await b.award('Chen Yu', 4)] });
    await a.sync();
    const rows = await b.rows((await b.preview()).planId);
    expect(rows.filter(({ kind }) => kind === 'conflict')).toMatchObject([
      { table: 'student', conflict: 'parent-deleted', newChildren: 1 },
    ]);
  });

  it('the point of an undecided deleted student travels all the same', async () => {
    await using both = await pair();
    const { a, b } = both;
    const { id } = await a.student('Chen Yu');
    await a.call('student.delete', { ids: [id] });
    await b.award('Chen Yu', 4);
    await a.sync();
    const first = await b.sync();
    expect(first).toMatchObject({ outcome: 'undecided', counts: { up: { add: 1 }, down: { delete: 0 } } });
    await a.sync();
    expect((await a.student('Chen Yu')).allTime).toBe(4);
    // The point has gone, the question has not: the student is not deleted here without an answer.
    const again = await b.preview();
    expect(await b.rows(again.planId)).toMatchObject([
      { table: 'student', kind: 'conflict', conflict: 'parent-deleted', newChildren: 1 },
    ]);
    expect(await b.run('sync', again.planId, { conflicts: 'local' })).toMatchObject({
      outcome: 'completed',
      counts: { up: { add: 1 } },
    });
    await settle(a, b);
    await expectSame(a, b);
    expect(await a.student('Chen Yu')).toMatchObject({ deleted: false, allTime: 4 });
  });

  it('a point given between preview and apply disturbs nothing and goes with the next run', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.award('Li W', 1);
    const plan = await a.preview();
    await a.award('Li W', 1);
    expect((await a.call('plan.show', { planId: plan.planId })).newHere).toBe(1);
    const run = await a.run('sync', plan.planId);
    expect(run).toMatchObject({ outcome: 'completed', counts: { up: { add: 1 } } });
    await settle(a, b);
    expect((await b.student('Li W')).current).toBe(2);
  });

  it('a row edited between preview and apply makes the plan stale and writes nothing', async () => {
    await using both = await pair();
    const { a, b } = both;
    const { id } = await a.student('Li W');
    await a.call('student.set', { id, change: { name: 'Li Wei' } });
    const plan = await a.preview();
    await a.call('student.set', { id, change: { name: 'Li Wen' } });
    const run = await a.run('sync', plan.planId);
    expect(run).toMatchObject({ outcome: 'stale', counts: { up: { add: 0, update: 0, delete: 0 } } });
    expect(run.nextPlanId).not.toBeNull();
    expect((await b.preview()).total).toBe(0);
  });

  it('a row changed on the server between preview and apply makes the plan stale and writes nothing', async () => {
    await using both = await pair();
    const { a, b } = both;
    const { id } = await a.student('Li W');
    await a.call('student.set', { id, change: { name: 'Li Wei' } });
    await a.award('Chen Yu', 1);
    const plan = await a.preview();
    await b.call('student.set', { id, change: { name: 'Li Wen' } });
    await b.sync();
    expect((await a.run('apply', plan.planId)).outcome).toBe('stale');
    expect((await b.preview()).total).toBe(0);
  });

  it('a plan is used once', async () => {
    await using both = await pair();
    const { a } = both;
    await a.award('Li W', 1);
    const plan = await a.preview();
    await a.run('sync', plan.planId);
    await expect(a.run('sync', plan.planId)).rejects.toMatchObject({ code: 'plan-used' });
  });

  it('a removed tag stays removed, an added one arrives, the same tag added on both is nothing to ask', async () => {
    await using both = await pair();
    const { a, b } = both;
    const { id } = await a.student('Li W');
    await a.call('student.set', { id, change: {}, tag: ['choir', 'front'] });
    await settle(a, b);
    await a.call('student.set', { id, change: {}, untag: ['choir'], tag: ['monitor'] });
    await b.call('student.set', { id, change: {}, tag: ['monitor'] });
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) expect((await book.student('Li W')).tags.toSorted()).toEqual(['front', 'monitor']);
  });

  it('two students with the same name are two', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.add', { students: [{ name: 'Wang Wei' }] });
    await b.call('student.add', { students: [{ name: 'Wang Wei' }] });
    await settle(a, b);
    await expectSame(a, b);
    expect((await a.call('student.list', {})).items.filter((student) => student.name === 'Wang Wei')).toHaveLength(2);
  });

  it('swapped numbers travel without a clash', async () => {
    await using both = await pair();
    const { a, b } = both;
    const [one, two] = [await a.student('Li W'), await a.student('Chen Yu')];
    await a.call('student.set', { id: one.id, change: { number: '1' } });
    await a.call('student.set', { id: two.id, change: { number: '2' } });
    await settle(a, b);
    await a.call('student.set', { id: one.id, change: { number: null } });
    await a.call('student.set', { id: two.id, change: { number: '1' } });
    await a.call('student.set', { id: one.id, change: { number: '2' } });
    await settle(a, b);
    await expectSame(a, b);
    expect(await b.student('Li W')).toMatchObject({ number: '2' });
    expect(await b.student('Chen Yu')).toMatchObject({ number: '1' });
  });

  it('choices survive a restart and a fresh preview', async () => {
    await using both = await pair();
    const { a, b } = both;
    const { id } = await a.student('Li W');
    await a.call('student.set', { id, change: { name: 'Li Wei' } });
    await b.call('student.set', { id, change: { name: 'Li Wen' } });
    await a.sync();
    const plan = await b.preview();
    const pending = async () =>
      (await b.device.call('connection.list', { classId: b.classId })).items[0]?.pending.conflicts;
    expect(await pending()).toBe(1);
    await b.call('plan.decide', { planId: plan.planId, target: { filter: { kinds: ['conflict'] } }, choice: 'server' });
    expect(await pending()).toBe(0);
    await b.device.restart();
    expect(await b.call('plan.show', { planId: plan.planId })).toMatchObject({
      state: 'open',
      undecided: 0,
      canUndo: true,
    });
    await b.call('connection.set', {
      connectionId: b.connectionId,
      change: { password: both.database.config.password },
    });
    const again = await b.preview();
    expect(again.undecided).toBe(0);
    expect((await b.call('plan.undo', { planId: again.planId })).undecided).toBe(1);
    expect((await b.call('plan.redo', { planId: again.planId })).ready).toMatchObject({ pull: 1, leave: 0 });
  });
});

describe('fresh installs', () => {
  it("the second attached to the first one's class compares with zero differences in its built-in reasons", async () => {
    const database = await testDatabase();
    await using deviceA = await startDevice('Room 301 PC');
    await using deviceB = await startDevice('Office PC');
    const a = await firstUpload(deviceA, database, []);
    const created = await deviceB.call('class.create', { name: '5B' });
    const b = await connectBook(deviceB, created.id, database);
    await expect(b.preview()).rejects.toMatchObject({ code: 'class-choice-needed' });
    await b.call('connection.bind', { connectionId: b.connectionId, remoteClass: a.classId });
    expect((await b.preview()).total).toBe(0);
  });

  it('a fresh, empty device that applies deletes nothing and a changed preset of the school is kept', async () => {
    const database = await testDatabase();
    await using deviceA = await startDevice('Room 301 PC');
    await using deviceB = await startDevice('Office PC');
    const a = await firstUpload(deviceA, database);
    const [reason] = (await a.call('reason.list', {})).items;
    await a.call('reason.set', { id: reason?.id ?? '', change: { delta: 7 } });
    await a.sync();
    const created = await deviceB.call('class.create', { name: '5B' });
    const b = await connectBook(deviceB, created.id, database);
    await b.call('connection.bind', { connectionId: b.connectionId, remoteClass: a.classId });
    const plan = await b.preview();
    expect(plan.summary.filter((cell) => cell.kind === 'delete' || cell.direction !== 'down')).toEqual([]);
    const run = await b.run('apply', plan.planId);
    expect(run.counts.up).toEqual({ add: 0, update: 0, delete: 0 });
    await b.sync();
    expect((await b.call('reason.list', {})).items.find((item) => item.id === reason?.id)?.delta).toBe(7);
    expect((await a.preview()).total).toBe(0);
  });

  it('a foreign users table in the same database is untouched', async () => {
    const database = await testDatabase();
    const session = await openSession(database);
    await session.query(
      `CREATE TABLE public.users (id int PRIMARY KEY, name text); INSERT INTO public.users VALUES (1, 'admin')`,
    );
    const before = await session.query('SELECT xmin::text, * FROM public.users');
    await using deviceA = await startDevice('Room 301 PC');
    const a = await firstUpload(deviceA, database);
    await a.award('Li W', 1);
    await a.sync();
    expect((await session.query('SELECT xmin::text, * FROM public.users')).rows).toEqual(before.rows);
    await session.close();
  });

  it('a sample class is not uploaded beside other classes', async () => {
    const database = await testDatabase();
    await using deviceA = await startDevice('Room 301 PC');
    await firstUpload(deviceA, database);
    const sample = await deviceA.call('class.create', { name: 'Sample', sample: true });
    const book = await connectBook(deviceA, sample.id, database);
    await expect(book.preview()).rejects.toMatchObject({ code: 'sample-refused' });
  });
});

describe('one number on two students', () => {
  it('names the other student with the number it has on the server, not with the one it had here', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.set', { id: (await a.student('Chen Yu')).id, change: { number: '12' } });
    await b.call('student.set', { id: (await b.student('Li W')).id, change: { number: '12' } });
    await a.sync();
    const rows = await b.rows((await b.preview()).planId);
    expect(rows.find((row) => row.kind === 'conflict')).toMatchObject({ label: 'Li W · 12', other: 'Chen Yu · 12' });
  });

  it("asks about this PC's student, lets the other wait, and both arrive once another number is given", async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.add', { students: [{ name: 'Ada', number: '30' }] });
    await b.call('student.add', { students: [{ name: 'Ben', number: '30' }] });
    await a.sync();
    const plan = await b.preview();
    const rows = await b.rows(plan.planId);
    const asked = rows.find((row) => row.kind === 'conflict');
    expect(asked).toMatchObject({ label: 'Ben · 30', conflict: 'same-identity' });
    expect(rows.find((row) => row.label === 'Ada · 30')).toMatchObject({
      included: false,
      blockedBy: 'student Ben · 30',
    });
    await expect(
      b.call('plan.decide', { planId: plan.planId, target: { ordinals: [asked?.ordinal ?? 0] }, choice: 'local' }),
    ).rejects.toMatchObject({ code: 'resolve-invalid' });
    await b.call('plan.decide', {
      planId: plan.planId,
      target: { ordinals: [asked?.ordinal ?? 0] },
      choice: 'rename',
      fields: { number: { value: '31' } },
    });
    expect((await b.run('sync', plan.planId)).outcome).toBe('completed');
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) {
      expect(await book.student('Ada')).toMatchObject({ number: '30' });
      expect(await book.student('Ben')).toMatchObject({ number: '31' });
    }
  });
});
