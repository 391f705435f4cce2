import { describe, expect, it } from 'vitest';
import { expectSame, pair, placeOf, settle } from '../support/pair.ts';

describe('two records for one pupil', () => {
  it("become the server's one, with the points and tags of both, when its key is adopted", async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.add', { students: [{ name: 'Ada', number: '30' }] });
    await b.call('student.add', { students: [{ name: 'Ada L', number: '30' }] });
    const theirs = await a.student('Ada');
    const ours = await b.student('Ada L');
    await a.award('Ada', 2);
    await b.award('Ada L', 5);
    await a.call('student.set', { id: theirs.id, change: {}, tag: ['choir'] });
    await b.call('student.set', { id: ours.id, change: {}, tag: ['choir', 'front'] });
    await a.sync();
    const plan = await b.preview();
    const ordinal = await placeOf(b, plan.planId, 'Ada L · 30');
    expect((await b.rows(plan.planId)).find((row) => row.ordinal === ordinal)).toMatchObject({
      conflict: 'same-identity',
      rival: 'Ada · 30',
    });
    const decided = await b.call('plan.decide', {
      planId: plan.planId,
      target: { ordinals: [ordinal] },
      choice: 'adopt',
      fields: { name: 'local' },
    });
    expect(decided).toMatchObject({ undecided: 0, ready: { apply: 0, leave: 0 } });
    const apply = await b.run('apply', plan.planId);
    expect(apply.left.some((row) => row.reason === 'sync-only')).toBe(true);
    expect(apply.counts.up).toEqual({ add: 0, update: 0, delete: 0 });
    const next = apply.nextPlanId ?? '';
    expect((await b.run('sync', next)).outcome).toBe('completed');
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) {
      const found = (await book.call('student.list', {})).items.filter((student) => student.number === '30');
      expect(found).toMatchObject([{ id: theirs.id, name: 'Ada L', allTime: 7 }]);
      expect(found[0]?.tags.toSorted()).toEqual(['choir', 'front']);
    }
  });

  it('become two where a rename on both sides is kept twice, and the points stay with the first', async () => {
    await using both = await pair();
    const { a, b } = both;
    const { id } = await a.student('Li W');
    await a.award('Li W', 3);
    await settle(a, b);
    await a.call('student.set', { id, change: { name: 'Li Wei' } });
    await b.call('student.set', { id, change: { name: 'Li Wen' } });
    await a.sync();
    const plan = await b.preview();
    await b.call('plan.decide', { planId: plan.planId, target: { filter: { kinds: ['conflict'] } }, choice: 'both' });
    // Only half of it, and then the rest: the record made is the same one.
    const half = await b.run('apply', plan.planId);
    expect(half).toMatchObject({ outcome: 'completed', counts: { up: { add: 1, update: 0, delete: 0 } } });
    expect((await b.run('sync', half.nextPlanId ?? '')).outcome).toBe('completed');
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) {
      expect(await book.student('Li Wei')).toMatchObject({ id, allTime: 3 });
      expect(await book.student('Li Wen')).toMatchObject({ allTime: 0 });
      expect((await book.call('student.list', {})).items).toHaveLength(4);
    }
  });

  it('become two with one word for many of them, also where they have numbers: those made go without', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.add', {
      students: [{ name: 'Ada', number: '30' }, { name: 'Bob', number: '31' }, { name: 'Cy' }],
    });
    await settle(a, b);
    for (const [book, mark] of [
      [a, ' there'],
      [b, ' here'],
    ] as const) {
      for (const name of ['Ada', 'Bob', 'Cy'])
        await book.call('student.set', { id: (await book.student(name)).id, change: { name: `${name}${mark}` } });
    }
    await a.sync();
    const plan = await b.preview();
    const ordinals = (await b.rows(plan.planId)).filter(({ kind }) => kind === 'conflict').map((row) => row.ordinal);
    expect(ordinals).toHaveLength(3);
    const decided = await b.call('plan.decide', { planId: plan.planId, target: { ordinals }, choice: 'both' });
    expect(decided).toMatchObject({ undecided: 0 });
    expect((await b.run('sync', plan.planId)).outcome).toBe('completed');
    expect((await b.call('run.list', {})).items[0]).toMatchObject({ decided: 3 });
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) {
      expect(await book.student('Ada there')).toMatchObject({ number: '30' });
      expect(await book.student('Bob there')).toMatchObject({ number: '31' });
      for (const name of ['Ada here', 'Bob here', 'Cy here'])
        expect(await book.student(name)).toMatchObject({ number: null });
    }
  });
});
