/** How long comparing takes when nothing, or little, has changed. */
import pg from 'pg';
import { startTestPostgres, type TestDatabase } from '../support/postgres.ts';
import { clocked, measure, timed, valuesOf, type Clocked } from './support/bench.ts';
import { anyStudent, connectClass, sampleClass, startBenchDevice } from './support/bench-device.ts';

/** Logs in, asks once and leaves: what any look at a server costs at least. */
async function askOnce({ config }: TestDatabase): Promise<void> {
  const client = new pg.Client(config);
  await client.connect();
  await client.query('SELECT 1');
  await client.end();
}

await measure(async (bench) => {
  const postgres = await startTestPostgres();
  try {
    const database = await postgres.createDatabase();
    await using device = await startBenchDevice('A');
    const classId = await sampleClass(device);
    const connectionId = await connectClass(device, classId, database);
    const preview = () => device.client.call('sync.preview', { classId, connectionId });
    const { planId } = await preview();
    await device.client.call('sync.run', { classId, planId, mode: 'apply' });

    const floor: number[] = [];
    const unchanged: Clocked<unknown>[] = [];
    await timed(60, async (index) => {
      const since = performance.now();
      await askOnce(database);
      const least = performance.now() - since;
      const compared = await clocked(preview);
      if (index < 0) return;
      floor.push(least);
      unchanged.push(compared);
    });
    const asking = { what: 'Logging in to the server, asking SELECT 1 and leaving', values: floor };
    bench.figure({
      id: 'preview-unchanged',
      what: 'Preview of the sample class when nothing has changed',
      ...valuesOf(unchanged),
      floor: asking,
      limit: { of: 'median', value: 100 },
    });

    const studentId = await anyStudent(device, classId);
    const changed: Clocked<unknown>[] = [];
    for (let round = 0; round < 10; round += 1) {
      const plan = await preview();
      await device.client.call('sync.run', { classId, planId: plan.planId, mode: 'sync' });
      for (let count = 0; count < 100; count += 1)
        await device.client.call('score.add', {
          classId,
          studentIds: [studentId],
          award: { delta: 1, text: 'Homework' },
        });
      changed.push(await clocked(preview));
    }
    bench.figure({
      id: 'preview-100-changes',
      what: 'Preview with 100 new points here',
      ...valuesOf(changed),
      floor: asking,
    });
  } finally {
    await postgres.stop();
  }
});
