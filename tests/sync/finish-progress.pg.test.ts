import { expect, it } from 'vitest';
import type { Progress } from '../../shared/contract/events.ts';
import { pair, settle } from '../support/pair.ts';

it('R1: a long run that ends on this PC tells how many of its rows it has gone through, up to the last', async () => {
  await using both = await pair();
  const { a, b } = both;
  await settle(a, b);
  const studentIds = (await a.call('student.list', {})).items.map(({ id }) => id);
  let given = 0;
  for (; given < 600; given += studentIds.length)
    await a.call('score.add', { studentIds, award: { delta: 1, text: 'Homework' } });
  const { planId } = await a.preview();
  const told: Progress[] = [];
  const { classId } = a;
  const onProgress = (progress: Progress): void => void told.push(progress);
  await a.device.client.call('sync.run', { classId, planId, mode: 'sync' }, { onProgress });
  const finishing = told.filter(({ phase }) => phase === 'finish').map(({ done, total }) => [done, total]);
  expect(finishing).toEqual([
    [0, null],
    [250, given],
    [500, given],
    [given, given],
  ]);
});
