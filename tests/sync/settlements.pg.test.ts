import { describe, expect, it } from 'vitest';
import { expectSame, pair, settle } from '../support/pair.ts';

describe('a closed round', () => {
  it('arrives with its points settled, also those the other device had before it', async () => {
    await using both = await pair();
    const { a, b } = both;
    await b.award('Li W', 5);
    await settle(b, a);
    await a.award('Li W', 3);
    await a.call('settlement.close', { name: 'Autumn' });
    await a.award('Li W', 2);
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) expect(await book.student('Li W')).toMatchObject({ current: 2, allTime: 10 });
    expect((await b.call('settlement.list', {})).items).toMatchObject([
      { name: 'Autumn', events: 2, device: 'Room 301 PC' },
    ]);
  });

  it('closed on both devices at once is nothing to ask, and every point counts in the earlier one', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.award('Li W', 5);
    await settle(a, b);
    await a.call('settlement.close', { name: 'Here' });
    await b.call('settlement.close', { name: 'There' });
    await a.sync();
    const plan = await b.preview();
    expect(plan.undecided).toBe(0);
    await b.run('sync', plan.planId);
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) {
      const { items } = await book.call('settlement.list', {});
      expect(items.map(({ name, events }) => [name, events])).toEqual([
        ['There', 0],
        ['Here', 1],
      ]);
      expect(await book.student('Li W')).toMatchObject({ current: 0, allTime: 5 });
    }
  });

  it('leaves a late point of another device in the open round, and is reopened everywhere', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.award('Li W', 5);
    await settle(a, b);
    await b.award('Li W', 4);
    const { settlement } = await a.call('settlement.close', { name: 'Autumn' });
    await settle(a, b);
    for (const book of [a, b]) expect(await book.student('Li W')).toMatchObject({ current: 4, allTime: 9 });
    await b.call('settlement.reopen', { id: settlement?.id ?? '' });
    await settle(b, a);
    await expectSame(a, b);
    for (const book of [a, b]) expect(await book.student('Li W')).toMatchObject({ current: 9, allTime: 9 });
  });
});
