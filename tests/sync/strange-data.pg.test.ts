import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Book, connectionTo, joinClass, startDevice } from '../support/device.ts';
import { expectSame, pair, placeOf, settle } from '../support/pair.ts';

it('tags of any text are one row on both sides, whoever writes their key', async () => {
  await using both = await pair();
  const { a, b } = both;
  const tags = [
    '"quoted"',
    "it's",
    'back\\slash',
    'a/b',
    '日本語 班',
    '👩‍🏫',
    '\u202Eright',
    'é',
    'e\u0301',
    'x\u007f',
    '\u200b.',
    '[",]',
    '\\u0041',
    '{}',
  ];
  await a.call('student.set', { id: (await a.student('Li W')).id, change: {}, tag: tags });
  await settle(a, b);
  await expectSame(a, b);
  const kept = (await a.student('Li W')).tags.toSorted();
  expect(kept).toHaveLength(tags.length);
  expect((await b.student('Li W')).tags.toSorted()).toEqual(kept);
  await b.call('student.set', { id: (await b.student('Li W')).id, change: {}, untag: kept });
  await b.sync({ allowMassChange: true });
  await a.sync({ allowMassChange: true });
  await expectSame(a, b);
  expect((await a.student('Li W')).tags).toEqual([]);
});

it('a list of changes is of one class and one device, also when a class file was carried over', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  await a.award('Li W', 1);
  const { planId } = await a.preview();
  await expect(b.run('sync', planId)).rejects.toMatchObject({ code: 'plan-unknown' });
  const other = await a.device.call('class.create', { name: '6A' });
  await expect(a.device.call('sync.run', { classId: other.id, planId, mode: 'sync' })).rejects.toMatchObject({
    code: 'plan-unknown',
  });
  await a.device.stop();
  await b.device.stop();
  const file = ['classes', `${a.classId}.db`] as const;
  copyFileSync(join(a.device.folder, ...file), join(b.device.folder, ...file));
  await a.device.start();
  await b.device.start();
  const carried = new Book(b.device, a.classId, a.connectionId);
  const password = database.config.password;
  for (const book of [a, carried])
    await book.call('connection.set', { connectionId: book.connectionId, change: { password } });
  await expect(carried.run('sync', planId)).rejects.toMatchObject({ code: 'plan-other-device' });
  await settle(carried, a);
  await expectSame(a, carried);
  expect((await a.student('Li W')).allTime).toBe(1);
});

it('a class joined twice at once, or again, is one class', async () => {
  await using both = await pair();
  const { a, database } = both;
  await using device = await startDevice('Third');
  const join = async () =>
    await device.call('class.join', { remoteClassName: '5B', connection: connectionTo(database) });
  const outcomes = await Promise.allSettled([join(), join()]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await expect(joinClass(device, database)).rejects.toMatchObject({ code: 'class-exists' });
  const { items } = await device.call('class.list', {});
  expect(items).toHaveLength(1);
  const { items: connections } = await device.call('connection.list', { classId: a.classId });
  expect(connections).toHaveLength(1);
});

it('what hangs on an unticked row waits with it, however deep, and goes when it is ticked again', async () => {
  await using both = await pair();
  const { a, b } = both;
  await a.call('student.add', { students: [{ name: 'Ada', group: 'Blue', tags: ['choir'] }] });
  const event = await a.award('Ada', 3);
  await a.call('score.void', { eventIds: [event] });
  await a.award('Li W', 1);
  const { planId } = await a.preview();
  const group = await placeOf(a, planId, 'Blue');
  await a.call('plan.decide', { planId, target: { ordinals: [group] }, include: false });
  const sent = await a.run('sync', planId);
  expect(sent).toMatchObject({ outcome: 'undecided', counts: { up: { add: 1 } } });
  expect(sent.left.map(({ table, reason }) => `${table} ${reason}`).toSorted()).toEqual([
    'group unticked',
    'score_event blocked',
    'score_void blocked',
    'student blocked',
    'student_tag blocked',
  ]);
  const next = sent.nextPlanId ?? '';
  expect((await a.call('plan.show', { planId: next })).ready).toMatchObject({ apply: 0, leave: 5 });
  await a.call('plan.undo', { planId: next });
  await a.call('plan.redo', { planId: next });
  await a.call('plan.undo', { planId: next });
  expect(await a.run('sync', next)).toMatchObject({ outcome: 'completed', counts: { up: { add: 5 } } });
  await settle(b, a);
  await expectSame(a, b);
});

it('a student restored here whose number was given away there is asked about, and both arrive', async () => {
  await using both = await pair();
  const { a, b } = both;
  const { id } = await a.student('Li W');
  await a.call('student.set', { id, change: { number: '1' } });
  await settle(a, b);
  await a.call('student.delete', { ids: [id] });
  await settle(a, b);
  await a.call('student.restore', { ids: [id] });
  await b.call('student.add', { students: [{ name: 'New', number: '1' }] });
  await b.sync();
  const { planId } = await a.preview();
  expect(
    (await a.rows(planId)).map(({ label, conflict, blockedBy }) => `${label} ${conflict} ${blockedBy}`).toSorted(),
  ).toEqual(['Li W · 1 same-identity null', 'New · 1 null student Li W · 1']);
  await a.call('plan.decide', {
    planId,
    target: { ordinals: [await placeOf(a, planId, 'Li W · 1')] },
    choice: 'rename',
    fields: { number: { value: null } },
  });
  expect(await a.run('sync', planId)).toMatchObject({ outcome: 'completed' });
  await settle(b, a);
  await expectSame(a, b);
  expect(await b.student('Li W')).toMatchObject({ id, deleted: false, number: null });
});
