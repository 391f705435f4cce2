import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { clientOf } from '../../electron/engine/host-client.ts';
import { startEngine } from '../../electron/engine/start-engine.ts';
import type { Client } from '../../shared/contract/client.ts';
import { connectionTo } from '../support/device.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { testDatabase } from '../support/test-database.ts';

const students = 1_000;
const pointsEach = 100;
/** A teacher who taps very fast. */
const pauseMs = 20;

/** An engine in its own thread, with a class that was never sent to the server it is connected to. */
async function largeClass(): Promise<{ client: Client; classId: string; connectionId: string; studentIds: string[] }> {
  const log = { write: () => undefined };
  const engine = await startEngine({ dataFolder: tempFolder(), version: '0.0.0-test', checkResults: false, log });
  onTestFinished(() => engine.close());
  const client = clientOf(engine);
  onTestFinished(() => client.close());
  const names = Array.from({ length: students }, (_, index) => `Student ${index + 1}`);
  const { id: classId } = await client.call('class.create', { name: '5B', students: names });
  const studentIds = (await client.call('student.list', { classId })).items.map(({ id }) => id);
  for (let count = 0; count < pointsEach; count += 1)
    await client.call('score.add', { classId, studentIds, award: { delta: 1, text: 'Homework' } });
  const connection = connectionTo(await testDatabase());
  const { id: connectionId } = await client.call('connection.add', { classId, connection });
  await client.call('connection.init', { classId, connectionId, consent: true });
  return { client, classId, connectionId, studentIds };
}

/** Gives one point after the other until the work is done; answers how long each took, in milliseconds, and when it was asked for. */
async function giveWhile(
  work: Promise<unknown>,
  give: () => Promise<unknown>,
): Promise<readonly { readonly asked: number; readonly ms: number }[]> {
  const given: { asked: number; ms: number }[] = [];
  const ended = new AbortController();
  const end = work.finally(() => ended.abort());
  while (!ended.signal.aborted) {
    const asked = performance.now();
    await give();
    given.push({ asked, ms: performance.now() - asked });
    await wait(pauseMs);
  }
  await end;
  return given;
}

test(
  'while 100,000 rows are previewed points are recorded at once, none is lost, and none is in the plan',
  { timeout: 240_000 },
  async () => {
    const { client, classId, connectionId, studentIds } = await largeClass();
    const planning: number[] = [];
    const preview = client.call(
      'sync.preview',
      { classId, connectionId },
      { onProgress: ({ phase }) => phase === 'plan' && planning.push(performance.now()) },
    );
    const given = await giveWhile(preview, () => {
      const text = planning.length === 0 ? 'Early' : 'Meanwhile';
      return client.call('score.add', { classId, studentIds: studentIds.slice(0, 1), award: { delta: 1, text } });
    });
    const plan = await preview;
    expect(plan.total).toBeGreaterThanOrEqual(students * pointsEach);

    const [from = Infinity, to = 0] = [planning[0], planning.at(-1)];
    const during = given.filter(({ asked, ms }) => asked > from && asked + ms < to).map(({ ms }) => ms);
    expect(during.length).toBeGreaterThan(10);
    // The middle one: the slowest ones also show what else this machine is doing.
    expect(during.toSorted((a, b) => a - b)[Math.floor(during.length / 2)]).toBeLessThanOrEqual(50);

    const { planId } = plan;
    const listed = async (search: string): Promise<number> =>
      (await client.call('plan.index', { classId, planId, filter: { search } })).total;
    expect(await listed('Meanwhile')).toBe(0);
    const notListed = given.length - (await listed('Early'));
    expect(notListed).toBeGreaterThanOrEqual(during.length);
    expect((await client.call('plan.show', { classId, planId })).newHere).toBe(notListed);
    const totals = await client.call('totals.list', { classId });
    expect(totals.items.reduce((sum, { allTime }) => sum + allTime, 0)).toBe(students * pointsEach + given.length);
  },
);
