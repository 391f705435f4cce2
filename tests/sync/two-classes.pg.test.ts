import { expect, it } from 'vitest';
import { connectBook } from '../support/device.ts';
import { expectSame, pair, settle } from '../support/pair.ts';

it('two classes with the same built-in ids share one server and never meet', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  const { id } = await a.device.call('class.create', { name: '6A', students: ['Ada', 'Ben'] });
  const other = await connectBook(a.device, id, database);
  await other.call('connection.bind', { connectionId: other.connectionId, remoteClass: 'new' });
  const plan = await other.preview();
  expect(plan).toMatchObject({ undecided: 0 });
  expect(await other.run('sync', plan.planId)).toMatchObject({ outcome: 'completed', counts: { down: { add: 0 } } });
  const [reason] = (await other.call('reason.list', {})).items;
  await other.call('reason.set', { id: reason?.id ?? '', change: { text: 'Sang well' } });
  await other.award('Ada', 5);
  await other.sync();
  expect((await a.preview()).total).toBe(0);
  expect((await other.preview()).total).toBe(0);
  await settle(a, b);
  await expectSame(a, b);
  expect((await b.call('reason.list', {})).items.map(({ text }) => text)).not.toContain('Sang well');
  expect((await b.call('student.list', {})).items).toHaveLength(3);
});
