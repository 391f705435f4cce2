import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { clientOf } from '../../electron/engine/host-client.ts';
import { startEngine } from '../../electron/engine/start-engine.ts';
import type { Client } from '../../shared/contract/client.ts';
import { connectionTo } from '../support/device.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { testDatabase } from '../support/test-database.ts';

const pupils = 1000;
const rounds = 100;

/** A class with 100,000 points that no server has seen. */
async function largeClass(
  client: Client,
): Promise<{ readonly classId: string; readonly studentIds: readonly string[] }> {
  const students = Array.from({ length: pupils }, (_value, index) => `Student ${index}`);
  const { id: classId } = await client.call('class.create', { name: '5B', students });
  const studentIds = (await client.call('student.list', { classId })).items.map(({ id }) => id);
  for (let round = 0; round < rounds; round += 1) {
    await client.call('score.add', { classId, studentIds, award: { delta: 1, text: 'Homework' } });
  }
  return { classId, studentIds };
}

test(
  'points are recorded while 100,000 rows are previewed, none of them waits for it',
  { timeout: 240_000 },
  async () => {
    const log = { write: () => undefined };
    const engine = await startEngine({ dataFolder: tempFolder(), version: '1.0.0', checkResults: false, log });
    onTestFinished(() => engine.close());
    const client = clientOf(engine);
    const { classId, studentIds } = await largeClass(client);
    const connection = connectionTo(await testDatabase());
    const { id: connectionId } = await client.call('connection.add', { classId, connection });
    await client.call('connection.init', { classId, connectionId, consent: true });

    const progress = { ended: false };
    const preview = client.call('sync.preview', { classId, connectionId }).finally(() => (progress.ended = true));
    const times: number[] = [];
    while (!progress.ended) {
      const since = performance.now();
      const studentId = studentIds[times.length % pupils] ?? '';
      await client.call('score.add', { classId, studentIds: [studentId], award: { delta: 1, text: 'Meanwhile' } });
      times.push(performance.now() - since);
      // A teacher who taps very fast.
      await wait(20);
    }
    const plan = await preview;

    expect(plan.total).toBeGreaterThanOrEqual(pupils * rounds);
    expect(times.length).toBeGreaterThan(20);
    // The middle one: the slowest ones also show what else this machine is doing.
    expect(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]).toBeLessThanOrEqual(50);
    const totals = await client.call('totals.list', { classId });
    expect(totals.items.reduce((sum, { current }) => sum + current, 0)).toBe(pupils * rounds + times.length);
  },
);
