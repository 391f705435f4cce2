import { expect, it } from 'vitest';
import { runLines } from '../../electron/cli/run-answer.ts';
import { wordsOf } from '../../electron/cli/words.ts';
import { pair, placeOf, settle } from '../support/pair.ts';

it('R6: a record that is brought back is called restored, not added, in the result of a run on either side', async () => {
  await using both = await pair();
  const { a, b } = both;
  const { id } = await a.student('Chen Yu');
  await a.call('student.delete', { ids: [id] });
  await settle(a, b);
  await a.call('student.restore', { ids: [id] });
  const up = await a.sync();
  expect(up.counts.up).toEqual({ add: 1, restored: 1, update: 0, delete: 0 });
  const plan = await b.preview();
  expect((await b.rows(plan.planId)).map(({ kind, restored }) => [kind, restored])).toEqual([['add', true]]);
  const down = await b.run('sync', plan.planId);
  expect(down.counts.down).toEqual({ add: 1, restored: 1, update: 0, delete: 0 });
  expect(runLines(down, wordsOf('en')).join('\n')).toContain('0 added, 0 changed, 0 deleted, 1 restored');
  const [kept] = (await b.call('run.list', {})).items;
  expect(kept?.counts).toEqual(down.counts);
});

it('R6: the history is read a page at a time, newest first, and says how long it is', async () => {
  await using both = await pair();
  const { a } = both;
  for (const delta of [1, 2, 3]) {
    await a.award('Chen Yu', delta);
    await a.sync();
  }
  const all = await a.call('run.list', {});
  expect([all.items.length, all.total]).toEqual([4, 4]);
  const page = await a.call('run.list', { offset: 1, limit: 2 });
  expect(page).toEqual({ items: all.items.slice(1, 3), total: 4 });
  expect(await a.call('run.list', { offset: 4, limit: 2 })).toEqual({ items: [], total: 4 });
});

it('R6: another number for a record is told as that in the history, for every row it concerns', async () => {
  await using both = await pair();
  const { a, b } = both;
  await settle(a, b);
  await a.call('student.add', { students: [{ name: 'Zhang San', number: '13' }] });
  await a.sync();
  await b.call('student.add', { students: [{ name: 'Emma Li', number: '13' }] });
  const { planId } = await b.preview();
  const ordinal = await placeOf(b, planId, 'Emma Li · 13');
  await b.call('plan.decide', {
    planId,
    target: { ordinals: [ordinal] },
    choice: 'rename',
    fields: { number: { value: '14' } },
  });
  const { runId } = await b.run('sync', planId);
  const rows = await b.written(runId);
  expect(rows.map(({ label, side, op, choice }) => [label, side, op, choice])).toEqual([
    ['Zhang San · 13', 'down', 'add', null],
    ['Emma Li · 13', 'up', 'add', 'rename'],
    ['Emma Li · 13', 'down', 'update', 'rename'],
  ]);
});
