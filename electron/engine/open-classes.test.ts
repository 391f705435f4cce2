import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startDevice } from '../../tests/support/device.ts';
import { classFileOf } from '../store/class-files.ts';

const id = '0190a000-0000-7000-8000-000000000001';

/** A run that ended here a moment before the app was stopped: Base and mark of its one row were to follow. */
const stopped = `INSERT INTO peer (id, system, database_oid, schema, scope, epoch, device, owner) VALUES ('peer', 's', 'o', 'tallybook', 'c', 'e', 'd', 'd');
INSERT INTO student (id, name, created_at) VALUES ('${id}', 'Li', '2026-11-20T08:00:00.000Z');
INSERT INTO run (id, connection_id, connection_name, peer_id, plan_id, mode, device, started_at, outcome, counts, left_rows, purpose)
 VALUES ('run', 'c', 'School', 'peer', 'plan', 'apply', 'A', '2026-11-20T08:00:00.000Z', 'completed', '{}', '[]', 'sync');
INSERT INTO outbox_row (run_id, ord, part, direction, tbl, pk, plain) VALUES ('run', 0, 'up', 'up', 'student', '["${id}"]', 1);
INSERT INTO run_row (run_id, seq, tbl, pk, label, side, op, after) VALUES ('run', 1, 'student', '["${id}"]', 'Li', 'up', 'add', '{"id":"${id}"}');
INSERT INTO settling (run_id, peer_id, seq, at) SELECT 'run', 'peer', seq, '2026-11-20T09:00:00.000Z' FROM change_clock;`;

it('a class that is opened again after a run was settled in part is as if all of it had been', async () => {
  const device = await startDevice('A');
  onTestFinished(() => device[Symbol.asyncDispose]());
  const { id: classId } = await device.call('class.create', { name: '5B', students: [] });
  await device.stop();
  device.withStore(classId, ({ db }) => db.exec(stopped));
  await device.start();
  expect((await device.call('student.list', { classId })).items).toHaveLength(1);
  await device.stop();
  device.withStore(classId, ({ db }) => {
    expect(db.prepare('SELECT peer_id, tbl, pk, row, at FROM base').all()).toEqual([
      { peer_id: 'peer', tbl: 'student', pk: `["${id}"]`, row: `{"id":"${id}"}`, at: '2026-11-20T09:00:00.000Z' },
    ]);
    expect(db.prepare(`SELECT pk FROM dirty WHERE tbl = 'student'`).all()).toEqual([]);
    expect(db.prepare('SELECT run_id FROM settling').all()).toEqual([]);
  });
});

it.skipIf(process.platform === 'win32')(
  'a class whose file somebody deletes while it is open has it back with everything, before the next thing is recorded',
  async () => {
    const device = await startDevice('A');
    onTestFinished(() => device[Symbol.asyncDispose]());
    const { id: classId } = await device.call('class.create', { name: '5B', students: ['Ada Park', 'Chen Yu'] });
    const { items } = await device.call('student.list', { classId });
    const award = async (): Promise<unknown> =>
      await device.call('score.add', {
        classId,
        studentIds: items.map((student) => student.id),
        award: { delta: 2, text: 'Helped' },
      });
    await award();
    const file = classFileOf(device.folder, classId);
    const own = readdirSync(dirname(file)).filter((name) => name.startsWith(basename(file)));
    for (const name of own) rmSync(join(dirname(file), name));
    await award();
    expect(existsSync(file)).toBe(true);
    // Read beside the engine, as whoever starts after a power cut finds it.
    expect(
      device.withStore(classId, ({ db }) => db.prepare('SELECT sum(delta) AS points FROM score_event').get()),
    ).toEqual({
      points: 8,
    });
    expect(readdirSync(dirname(file)).filter((name) => name.includes('brought-back'))).toEqual([]);
  },
);

it.skipIf(process.platform === 'win32')('where there is no place for it any more the open file goes on', async () => {
  const device = await startDevice('A');
  onTestFinished(() => device[Symbol.asyncDispose]());
  const { id: classId } = await device.call('class.create', { name: '5B', students: ['Ada Park'] });
  await device.call('class.open', { classId });
  const folder = dirname(classFileOf(device.folder, classId));
  renameSync(folder, `${folder}.gone`);
  writeFileSync(folder, 'somebody put a file where the folder was');
  expect((await device.call('student.list', { classId })).items).toHaveLength(1);
  rmSync(folder);
  renameSync(`${folder}.gone`, folder);
  expect((await device.call('student.list', { classId })).items).toHaveLength(1);
});
