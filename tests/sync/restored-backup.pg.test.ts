import { expect, it } from 'vitest';
import { planTally } from '../../electron/sync/plan-index.ts';
import { openClassStore } from '../../electron/store/class-store.ts';
import { classFileOf } from '../../electron/store/class-files.ts';
import { expectSame, pair, settle } from '../support/pair.ts';

it('P9: a class put back to a backup gets again what it had sent, with the next sync, and nothing is lost on the server or deleted elsewhere', async () => {
  await using both = await pair(['Li W', 'Chen Yu']);
  const { a, b } = both;
  await settle(a, b);
  await b.device.restart();
  // Where there is no store for passwords it is gone with the engine.
  const { password } = both.database.config;
  await b.call('connection.set', { connectionId: b.connectionId, change: { password } });
  const [backup] = (await b.call('backup.list', {})).items;
  if (backup === undefined) throw new Error('no backup was made on closing');
  await b.award('Li W', 5);
  await b.call('student.add', { students: [{ name: 'Ada' }] });
  await b.sync();
  await a.sync();
  await b.award('Chen Yu', 1);
  await b.call('backup.restore', { at: backup.at, as: 'in-place' });
  expect((await b.student('Li W')).current).toBe(0);
  const plan = await b.preview();
  expect(plan.ready.apply).toBe(0);
  await b.sync();
  await settle(a, b);
  await expectSame(a, b);
  expect((await b.student('Li W')).current).toBe(5);
  expect((await b.student('Ada')).deleted).toBe(false);
  // What was never sent is in the backup that was made before.
  const today = (await b.call('backup.list', {})).items.find(({ at }) => at > backup.at);
  const copy = await b.call('backup.restore', { at: today?.at ?? '', as: 'copy' });
  const points = (await b.device.call('student.list', { classId: copy.id })).items.map(({ name, current }) => [
    name,
    current,
  ]);
  expect(points).toContainEqual(['Chen Yu', 1]);
  expect((await b.device.call('connection.list', { classId: copy.id })).items).toEqual([]);
});

it('P9: a page of a list that is worked out while the class is put back is told so', async () => {
  await using both = await pair(['Li W', 'Chen Yu']);
  const { b } = both;
  await b.award('Li W', 5);
  const { planId } = await b.preview();
  const { classId, device } = b;
  await device.stop();
  const store = openClassStore(classFileOf(device.folder, classId), { classId });
  const asked = planTally(store, planId, {}, AbortSignal.timeout(60_000));
  // What putting a class back does with the file that is open.
  store.close();
  await expect(asked).rejects.toMatchObject({ code: 'class-replaced' });
  expect(() => store.transaction(() => 1)).toThrow(expect.objectContaining({ code: 'class-replaced' }));
});
