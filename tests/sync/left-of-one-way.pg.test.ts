import { expect, it } from 'vitest';
import { sql } from '../support/sql.ts';
import { pair } from '../support/pair.ts';

const leftOf = ({ left }: { readonly left: readonly { readonly label: string; readonly reason: string }[] }) =>
  left.map(({ label, reason }) => `${label} ${reason}`);

it('a run of one direction leaves nothing that only goes the other way: what the server refuses, or somebody left out, is no end of a pull', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  await sql(database.config, `ALTER TABLE tallybook.student ADD CONSTRAINT no_dots CHECK (name NOT LIKE '%.')`);
  await a.award('Chen Yu', 2);
  await a.sync();
  await b.call('student.set', { id: (await b.student('Li W')).id, change: { name: 'Li W.' } });
  const { planId, ready } = await b.preview();
  expect(ready).toMatchObject({ apply: 0, pull: 1, leave: 1 });
  const pulled = await b.run('pull', planId);
  expect([pulled.outcome, leftOf(pulled), pulled.counts.down.add]).toEqual(['completed', [], 1]);
  // It is as open as before.
  const again = await b.preview();
  expect(again.ready).toMatchObject({ apply: 0, pull: 0, leave: 1 });
  const applied = await b.run('apply', again.planId);
  expect([applied.outcome, leftOf(applied)]).toEqual(['undecided', ['Li W. server-rule']]);
});

it('a run of one direction leaves what goes its way, and what nobody has decided', async () => {
  await using both = await pair();
  const { a, b } = both;
  await a.call('student.set', { id: (await a.student('Li W')).id, change: { name: 'Li Wen' } });
  await a.award('Chen Yu', 2);
  await a.sync();
  await b.call('student.set', { id: (await b.student('Li W')).id, change: { name: 'Li Wei' } });
  await b.award('Chen Yu', 1);
  const { planId } = await b.preview();
  const points = (await b.rows(planId)).filter(({ table }) => table === 'score_event');
  expect(points.map(({ direction }) => direction).toSorted()).toEqual(['down', 'up']);
  const target = { ordinals: points.map(({ ordinal }) => ordinal) };
  await b.call('plan.decide', { planId, target, include: false });
  const pulled = await b.run('pull', planId);
  expect(pulled.outcome).toBe('undecided');
  expect(pulled.left.map(({ table, reason }) => `${table} ${reason}`).toSorted()).toEqual([
    'score_event unticked',
    'student undecided',
  ]);
});
