import { expect, it } from 'vitest';
import { expectSame, pair, settle } from '../support/pair.ts';

it('an erased student takes along what somebody recorded about the points before hearing of it, and none of it is listed', async () => {
  await using both = await pair();
  const { a, b } = both;
  const point = await a.award('Li W', 3);
  await settle(a, b);
  await b.award('Chen Yu', 1);
  await b.call('settlement.close', { name: 'Autumn' });
  await b.call('score.void', { eventIds: [point] });
  await b.sync();
  await a.call('student.erase', { id: (await a.student('Li W')).id, confirm: true });
  const plan = await a.preview();
  expect((await a.rows(plan.planId)).map(({ table, direction }) => `${table} ${direction}`).toSorted()).toEqual([
    'erasure up',
    'score_event down',
    'settlement down',
    'settlement_event down',
  ]);
  expect(plan.checks.find((check) => check.id === 'erasure')).toMatchObject({ params: { records: 0, late: 2 } });
  expect(await a.run('sync', plan.planId)).toMatchObject({ outcome: 'completed' });
  expect((await a.preview()).total).toBe(0);
  await settle(b, a);
  await expectSame(a, b);
});
