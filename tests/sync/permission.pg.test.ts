import { expect, it } from 'vitest';
import { connectBook, firstUpload, joinClass, startDevice, type Book } from '../support/device.ts';
import { handTimers } from '../support/hand-timers.ts';
import { movedClock } from '../support/moved-clock.ts';
import { pair, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';
import { testDatabase } from '../support/test-database.ts';

const admin = '258036';
const points = '1111';
const needsAdmin = { code: 'needs-pin', params: { level: 'admin' } };

/** Sets the admin PIN on a device, and the one for points too where it is wanted; nothing is unlocked afterwards. */
async function setPins({ device }: Book, both = false): Promise<void> {
  await device.call('pin.set', { level: 'admin', pin: admin });
  if (both) await device.call('pin.set', { level: 'points', pin: points, current: admin });
  await device.call('pin.lock', {});
}

it('who may give points syncs what is added and changed, and a deletion from either side asks for the admin', async () => {
  await using both = await pair();
  const { a, b } = both;
  await settle(a, b);
  await setPins(b);
  await a.award('Li W', 3);
  await a.sync();
  await b.award('Chen Yu', 2);
  const { id } = await b.student('Chen Yu');
  await b.call('student.set', { id, change: { note: 'sits in front' }, tag: ['choir'] });
  expect(await b.sync()).toMatchObject({ outcome: 'completed', counts: { down: { add: 1 } } });
  // A tag that is taken off is a change of a pupil, although a row goes.
  await b.call('student.set', { id, change: {}, untag: ['choir'] });
  expect(await b.sync()).toMatchObject({ outcome: 'completed' });
  await expect(b.call('student.delete', { ids: [id] })).rejects.toMatchObject(needsAdmin);
  // Down, from a PC where it was permitted.
  await a.call('student.delete', { ids: [(await a.student('Li W')).id] });
  await a.sync();
  const plan = await b.preview();
  await expect(b.run('sync', plan.planId)).rejects.toMatchObject(needsAdmin);
  await expect(b.run('pull', plan.planId)).rejects.toMatchObject(needsAdmin);
  expect((await b.student('Li W')).deleted).toBe(false);
  // The list stays as it is, and what does not delete goes without a PIN.
  const { ordinals } = await b.call('plan.index', { planId: plan.planId, filter: { kinds: ['delete'] } });
  await b.call('plan.decide', { planId: plan.planId, target: { ordinals }, include: false });
  await b.award('Chen Yu', 1);
  expect((await b.run('sync', (await b.preview()).planId)).counts).toMatchObject({
    up: { add: 1 },
    down: { delete: 0 },
  });
  await b.device.call('pin.unlock', { pin: admin });
  const now = await b.preview();
  const listed = await b.call('plan.index', { planId: now.planId, filter: { kinds: ['delete'] } });
  await b.call('plan.decide', { planId: now.planId, target: { ordinals: listed.ordinals }, include: true });
  expect((await b.run('sync', now.planId)).counts.down.delete).toBe(1);
  // Up, made here with the admin PIN and carried out after it was locked again.
  await b.call('student.delete', { ids: [id] });
  await b.device.call('pin.lock', {});
  const up = await b.preview();
  await expect(b.run('sync', up.planId)).rejects.toMatchObject(needsAdmin);
  expect((await b.run('pull', up.planId)).counts.up.delete).toBe(0);
});

it('a deletion that was lost on the server, and one that waits in the recovery bin, ask for the admin as well', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  await settle(a, b);
  // Lost a deletion: kept here against the server's.
  await b.award('Li W', 2);
  await a.call('student.delete', { ids: [(await a.student('Li W')).id] });
  await a.sync();
  await b.sync({ conflicts: 'local' });
  const { items } = await b.call('bin.list', {});
  const lost = items.find(({ row }) => row['deleted_at'] !== null);
  await setPins(b);
  await expect(b.call('bin.restore', { id: lost?.id ?? '' })).rejects.toMatchObject(needsAdmin);
  expect((await b.student('Li W')).deleted).toBe(false);
  for (const statement of [
    'UPDATE tallybook.student SET deleted_at = now(), updated_at = now() WHERE name = $1',
    'DELETE FROM tallybook.student WHERE name = $1',
  ])
    await sql(database.config, statement, ['Chen Yu']);
  const plan = await b.preview();
  for (const mode of ['sync', 'pull'] as const)
    await expect(b.run(mode, plan.planId)).rejects.toMatchObject(needsAdmin);
  expect((await b.student('Chen Yu')).deleted).toBe(false);
  await b.device.call('pin.unlock', { pin: admin });
  expect(await b.call('bin.restore', { id: lost?.id ?? '' })).toEqual({ changed: true });
  expect((await b.student('Li W')).deleted).toBe(true);
});

it('a decision is kept in the draft at points level and carried out with the admin PIN', async () => {
  await using both = await pair();
  const { a, b } = both;
  await settle(a, b);
  await setPins(b);
  for (const [book, name] of [
    [a, 'Li Wei'],
    [b, 'Li Wen'],
  ] as const)
    await book.call('student.set', { id: (await book.student('Li W')).id, change: { name } });
  await a.sync();
  const { planId } = await b.preview();
  const { ordinals } = await b.call('plan.index', { planId, filter: { kinds: ['conflict'] } });
  await b.call('plan.decide', { planId, target: { ordinals }, choice: 'skip' });
  const [key] = (await b.rows(planId)).map((row) => row.key);
  const resolve = { planId, rows: [{ table: 'student', key: key ?? {}, choice: 'local' as const }] };
  for (const more of [{ resolve }, { conflicts: 'local' as const }, { allowMassChange: true }])
    await expect(b.run('sync', planId, more)).rejects.toMatchObject(needsAdmin);
  await b.call('plan.decide', { planId, target: { ordinals }, choice: 'local' });
  await expect(b.run('sync', planId)).rejects.toMatchObject(needsAdmin);
  expect((await b.rows(planId)).map(({ choice }) => choice)).toEqual(['local']);
  await b.device.call('pin.unlock', { pin: admin });
  expect(await b.run('sync', planId)).toMatchObject({ outcome: 'completed', counts: { up: { update: 1 } } });
  // Taking it back is a decision as a whole.
  await b.device.call('pin.lock', {});
  const run = (await b.call('run.list', { connectionId: b.connectionId })).items[0];
  const undo = await b.call('run.undo', { runId: run?.runId ?? '' });
  await expect(b.run('sync', undo.planId)).rejects.toMatchObject(needsAdmin);
});

it('with a PIN for points nothing is changed without one, and everything can be looked at', async () => {
  await using both = await pair();
  const { a, b } = both;
  await settle(a, b);
  await a.award('Li W', 3);
  await a.sync();
  await setPins(b, true);
  const plan = await b.preview();
  expect(plan.total).toBe(1);
  expect(await b.rows(plan.planId)).toHaveLength(1);
  const refused = { code: 'needs-pin', params: { level: 'points' } };
  await expect(b.run('pull', plan.planId)).rejects.toMatchObject(refused);
  await expect(b.award('Chen Yu', 1)).rejects.toMatchObject(refused);
  await b.device.call('pin.unlock', { pin: points });
  expect(await b.run('sync', plan.planId)).toMatchObject({ outcome: 'completed' });
  await expect(b.call('connection.remove', { connectionId: b.connectionId })).rejects.toMatchObject(needsAdmin);
});

it('a connection that is kept in sync carries deletions out by itself: whoever made one, and whoever switched this on, had the PIN', async () => {
  const database = await testDatabase();
  const timers = handTimers();
  await using room = await startDevice('Room 301 PC', undefined, undefined, undefined, undefined, timers);
  await using office = await startDevice('Office PC');
  const a = await firstUpload(room, database);
  const b = await joinClass(office, database);
  await settle(a, b);
  const { connectionId } = a;
  const change = { on: true };
  await setPins(a);
  await expect(a.call('continuous.set', { connectionId, change })).rejects.toMatchObject(needsAdmin);
  await b.call('student.delete', { ids: [(await b.student('Li W')).id] });
  await b.sync();
  // One round of a connection that is not kept in sync is the act of whoever asks for it.
  expect(await a.call('continuous.round', { connectionId })).toMatchObject({ outcome: 'halted', error: needsAdmin });
  expect((await a.student('Li W')).deleted).toBe(false);
  await room.call('pin.unlock', { pin: admin });
  await a.call('student.delete', { ids: [(await a.student('Chen Yu')).id] });
  await a.call('continuous.set', { connectionId, change });
  await room.call('pin.lock', {});
  expect(await a.call('continuous.round', { connectionId })).toMatchObject({
    outcome: 'synced',
    run: { counts: { up: { delete: 1 }, down: { delete: 1 } } },
  });
  // What needs somebody still does.
  for (const [book, name] of [
    [a, 'Wang Fangfang'],
    [b, 'Wang F'],
  ] as const)
    await book.call('student.set', { id: (await book.student('Wang Fang')).id, change: { name } });
  await b.sync();
  expect(await a.call('continuous.round', { connectionId })).toMatchObject({ conflicts: 1 });
});

it('a round of a connection that was paused is the act of whoever asks for it, and what it was refused stops nothing', async () => {
  const database = await testDatabase();
  await using room = await startDevice('Room 301 PC', undefined, undefined, undefined, undefined, handTimers());
  await using office = await startDevice('Office PC');
  const a = await firstUpload(room, database);
  const b = await joinClass(office, database);
  await settle(a, b);
  const { connectionId } = a;
  await a.call('continuous.set', { connectionId, change: { on: true } });
  await a.call('continuous.set', { connectionId, change: { paused: true } });
  await setPins(a);
  await b.call('student.delete', { ids: [(await b.student('Li W')).id] });
  await b.sync();
  expect(await a.call('continuous.round', { connectionId })).toMatchObject({ outcome: 'halted', error: needsAdmin });
  expect((await a.student('Li W')).deleted).toBe(false);
  const { items } = await a.call('connection.list', {});
  expect(items[0]?.continuous).toMatchObject({ paused: true, halted: null });
  await room.call('pin.unlock', { pin: admin });
  expect(await a.call('continuous.round', { connectionId })).toMatchObject({ outcome: 'synced' });
  expect((await a.student('Li W')).deleted).toBe(true);
});

it('R5: whoever may only look keeps no sync waiting, neither by staying at the list nor by holding one', async () => {
  const database = await testDatabase();
  await using room = await startDevice('Room 301 PC', undefined, undefined, undefined, undefined, handTimers());
  await using office = await startDevice('Office PC');
  const a = await firstUpload(room, database);
  const b = await joinClass(office, database);
  await settle(a, b);
  const { connectionId } = a;
  await a.call('continuous.set', { connectionId, change: { on: true } });
  await setPins(a, true);
  await b.award('Chen Yu', 4);
  await b.sync();
  const attend = { connectionId, viewer: 'window', here: true };
  await a.call('sync.preview', { connectionId, hold: true });
  await a.call('continuous.attend', attend);
  await room.call('pin.unlock', { pin: points });
  expect(await a.call('continuous.round', { connectionId })).toMatchObject({ outcome: 'synced', waits: null });
  expect((await a.student('Chen Yu')).allTime).toBe(4);
  // Who may sync is waited for.
  await a.call('continuous.attend', attend);
  expect(await a.call('continuous.round', { connectionId })).toMatchObject({ waits: 'at-list' });
});

it('what is unlocked in one window is unlocked there alone, and locked again ten minutes after it was last needed', async () => {
  const clock = movedClock();
  await using device = await startDevice('Room 301 PC', undefined, undefined, clock);
  const { id: classId } = await device.call('class.create', { name: '5B', students: ['Li W'] });
  const book = await connectBook(device, classId, await testDatabase());
  await setPins(book, true);
  await device.call('pin.unlock', { pin: points });
  const level = async () => (await device.call('pin.state', {})).level;
  for (let time = 0; time < 3; time += 1) {
    clock.pass(9 * 60_000);
    await book.award('Li W', 1);
  }
  clock.pass(9 * 60_000);
  // Looking keeps nothing open.
  await book.call('student.list', {});
  expect(await level()).toBe('points');
  clock.pass(61_000);
  expect(await level()).toBe('view');
  await device.call('pin.unlock', { pin: admin });
  // The computer slept: only the clock on the wall went on.
  clock.set(11 * 60_000);
  expect(await level()).toBe('view');
  await device.call('pin.unlock', { pin: admin });
  clock.set(-60 * 60_000);
  clock.pass(11 * 60_000);
  expect(await level()).toBe('view');
  await device.call('pin.unlock', { pin: admin });
  await device.restart();
  expect(await level()).toBe('view');
});
