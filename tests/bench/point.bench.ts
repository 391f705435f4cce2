/** How long a point takes until it is on the disk. */
import { classFileOf } from '../../electron/store/class-files.ts';
import { openClassStore } from '../../electron/store/class-store.ts';
import { clocked, measure, timed, valuesOf, type Clocked } from './support/bench.ts';
import { anyStudent, sampleClass, startBenchDevice } from './support/bench-device.ts';

const samples = 200;

await measure(async (bench) => {
  await using device = await startBenchDevice('A');
  const classId = await sampleClass(device);
  const studentId = await anyStudent(device, classId);

  const other = await device.client.call('class.create', { name: 'Floor', students: [] });
  const floor = openClassStore(classFileOf(device.folder, other.id), { classId: other.id });
  floor.db.exec('CREATE TABLE bench_floor (at TEXT NOT NULL) STRICT');
  const insert = floor.db.prepare('INSERT INTO bench_floor (at) VALUES (?)');

  const raw: number[] = [];
  const points: Clocked<unknown>[] = [];
  // One of each in turn: whatever else the machine does meets both alike.
  await timed(samples, async (index) => {
    const since = performance.now();
    floor.transaction(() => insert.run(new Date().toISOString()));
    const least = performance.now() - since;
    const point = await clocked(() =>
      device.client.call('score.add', { classId, studentIds: [studentId], award: { delta: 1, text: 'Homework' } }),
    );
    if (index < 0) return;
    raw.push(least);
    points.push(point);
  });
  const everybody = (await device.client.call('student.list', { classId })).items.map(({ id }) => id);
  const wholeClass = await timed(50, () =>
    device.client.call('score.add', { classId, studentIds: everybody, award: { delta: 1, text: 'Homework' } }),
  );
  floor.close();
  bench.figure({
    id: 'point',
    what: 'Recording a point: from the call, through the engine’s thread, to the disk and back',
    ...valuesOf(points),
    floor: { what: 'SQLite commits one row of one column, flushed to the disk', values: raw },
    limit: { of: 'p95', value: 20 },
  });
  bench.figure({
    id: 'point-whole-class',
    what: 'Recording a point for each of 45 students at once',
    values: wholeClass,
  });
});
