/** How long a point waits while a preview of 100,000 rows is made in the engine's thread. */
import { setTimeout as later } from 'node:timers/promises';
import { startTestPostgres } from '../support/postgres.ts';
import { clocked, measure, valuesOf } from './support/bench.ts';
import { anyStudent, connectClass, folderWithPoints, startBenchDevice } from './support/bench-device.ts';

const rows = 100_000;
/** Somebody who taps as fast as nobody can. */
const pauseMs = 20;

await measure(async (bench) => {
  const postgres = await startTestPostgres();
  try {
    const database = await postgres.createDatabase();
    const { folder, classId } = await folderWithPoints(rows);
    await using device = await startBenchDevice('A', folder);
    const connectionId = await connectClass(device, classId, database);
    const studentId = await anyStudent(device, classId);
    const giveWhile = async (work: Promise<unknown>): Promise<number[]> => {
      const took: number[] = [];
      const ended = new AbortController();
      const end = work.finally(() => ended.abort());
      while (!ended.signal.aborted) {
        const since = performance.now();
        await device.client.call('score.add', {
          classId,
          studentIds: [studentId],
          award: { delta: 1, text: 'Homework' },
        });
        took.push(performance.now() - since);
        await later(pauseMs);
      }
      await end;
      return took;
    };
    const before = await giveWhile(later(3_000));
    const preview = clocked(() => device.client.call('sync.preview', { classId, connectionId }));
    const meanwhile = await giveWhile(preview);
    const took = await preview;
    const { total } = took.result;
    const after = await giveWhile(later(3_000));
    const idle = { what: 'The same while nothing else goes on, before and after', values: [...before, ...after] };
    bench.figure({
      id: 'point-during-preview',
      what: `Recording a point while a preview of ${total} rows is made`,
      values: meanwhile,
      floor: idle,
      limit: { of: 'p99', value: 50 },
    });
    bench.figure({
      id: '100k-preview',
      what: `Preview of the first upload, ${total} rows, with points recorded meanwhile`,
      ...valuesOf([took]),
    });
    bench.figure({
      id: '100k-planned',
      what: 'Rows compared and listed per second, with points recorded meanwhile',
      unit: 'rows/s',
      values: [(total / took.ms) * 1_000],
    });
  } finally {
    await postgres.stop();
  }
});
