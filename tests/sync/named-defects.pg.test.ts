import { describe, expect, it } from 'vitest';
import { expectSame, pair, settle } from '../support/pair.ts';
import type { Book } from '../support/device.ts';

async function roster(book: Book): Promise<readonly string[]> {
  return (await book.call('student.list', {})).items.map(({ name, id }) => `${name} ${id}`).toSorted();
}

describe('what other programs of this kind got wrong', () => {
  it('a rename makes no second student: one record, one id, all points', async () => {
    await using both = await pair(['Li W', 'Wang Fang']);
    const { a, b } = both;
    await a.award('Li W', 5);
    await b.award('Li W', 2);
    const { id } = await a.student('Li W');
    await a.call('student.set', { id, change: { name: 'Li Wei' } });
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) {
      expect((await book.student('Li Wei')).id).toBe(id);
      expect((await book.student('Li Wei')).allTime).toBe(7);
      expect(await roster(book)).toHaveLength(2);
    }
  });

  it('+5 here and +2 there on a base of 10 are 17 everywhere, however often both sync', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.award('Li W', 10);
    await settle(a, b);
    await a.award('Li W', 5);
    await b.award('Li W', 2);
    for (let round = 0; round < 3; round += 1) await settle(b, a);
    await expectSame(a, b);
    for (const book of [a, b]) expect(await book.student('Li W')).toMatchObject({ current: 17, allTime: 17 });
  });

  it('points recorded while a pull goes on stay and go with the next sync', async () => {
    await using both = await pair();
    const { a, b } = both;
    for (let count = 0; count < 20; count += 1) await a.award('Wang Fang', 1);
    await a.sync();
    const points: Promise<string>[] = [];
    const award = (): void => void points.push(b.award('Wang Fang', 1, 'During the pull'));
    const options = { onProgress: award };
    const { classId, connectionId } = b;
    const plan = await b.device.client.call('sync.preview', { classId, connectionId }, options);
    const pulling = b.device.client.call('sync.run', { classId, planId: plan.planId, mode: 'pull' }, options);
    award();
    expect((await pulling).outcome).toBe('completed');
    const ids = await Promise.all(points);
    expect(ids.length).toBeGreaterThan(2);
    await settle(b, a);
    await expectSame(a, b);
    expect((await a.student('Wang Fang')).allTime).toBe(20 + ids.length);
    const { items } = await a.call('score.list', { search: 'During the pull', limit: 500 });
    expect(items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });

  it('an undone point, a removed tag and a closed round stay so when the other device has old news', async () => {
    await using both = await pair();
    const { a, b } = both;
    const { id } = await a.student('Li W');
    await a.call('student.set', { id, tag: ['choir'], change: {} });
    const event = await a.award('Li W', 4);
    await a.award('Li W', 1);
    await settle(a, b);
    await a.call('score.void', { eventIds: [event] });
    await a.call('student.set', { id, untag: ['choir'], change: {} });
    await a.call('settlement.close', { name: 'Autumn' });
    await a.sync();
    // Old news: this device changes the same student before it hears of any of it.
    await b.call('student.set', { id, change: { note: 'sits in front' } });
    await b.award('Li W', 2);
    for (let round = 0; round < 2; round += 1) await settle(b, a);
    await expectSame(a, b);
    for (const book of [a, b])
      expect(await book.student('Li W')).toMatchObject({ current: 2, allTime: 3, tags: [], note: 'sits in front' });
  });
});
