import { expect, it } from 'vitest';
import { expectSame, pair } from '../support/pair.ts';

it('a row that was merged and only sent comes down next time, and never sends the old value of the other side back', async () => {
  await using both = await pair();
  const { a, b } = both;
  const { id } = await b.student('Li W');
  await b.call('student.set', { id, change: { note: 'sings' } });
  await b.sync();
  await a.call('student.set', { id, change: { name: 'Li Wei' } });
  const merged = await a.preview();
  expect(await a.run('apply', merged.planId)).toMatchObject({ outcome: 'completed', counts: { up: { update: 1 } } });
  const next = await a.preview();
  expect(await a.rows(next.planId)).toMatchObject([
    { direction: 'down', kind: 'update', fields: [{ name: 'note', result: 'sings' }] },
  ]);
  await a.run('sync', next.planId);
  await b.sync();
  expect(await b.student('Li Wei')).toMatchObject({ note: 'sings' });
  await expectSame(a, b);
});

it('of a merged row it sent, a device learns from the server that it did, and when: a later edit of its own is settled by itself', async () => {
  await using both = await pair();
  const { a, b } = both;
  const { id } = await b.student('Li W');
  await b.call('student.set', { id, change: { note: 'sings' } });
  await b.sync();
  await a.call('student.set', { id, change: { name: 'Li Wei' } });
  const merged = await a.preview();
  await a.run('apply', merged.planId);
  await a.call('student.set', { id, change: { note: 'dances' } });
  const next = await a.preview();
  expect(await a.rows(next.planId)).toMatchObject([
    { direction: 'up', kind: 'update', by: { server: 'Room 301 PC' }, fields: [{ name: 'note', result: 'dances' }] },
  ]);
});
