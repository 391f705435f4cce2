import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Book } from '../support/device.ts';
import { expectSame, pair, placeOf, previewCutShort, settle, type Pair } from '../support/pair.ts';

const idOf = async (book: Book, name: string): Promise<string> => (await book.student(name)).id;

async function change(book: Book, name: string, values: object): Promise<void> {
  await book.call('student.set', { id: await idOf(book, name), change: values });
}

async function listed(book: Book): Promise<readonly string[]> {
  const plan = await book.preview();
  const rows = await book.rows(plan.planId);
  return rows.map(({ label, kind, direction }) => `${label} ${kind} ${direction}`).toSorted();
}

/** Each test has a student of its own, so that one pair serves them all. */
describe('what happens between two lists', () => {
  let both: Pair;
  let a: Book;
  let b: Book;

  beforeAll(async () => {
    both = await pair(['Ada', 'Ben', 'Cai', 'Dan', 'Eve', 'Fay']);
    ({ a, b } = both);
  });

  afterAll(async () => await both[Symbol.asyncDispose]());

  it('typed here as the server has it is agreed, and what is typed next is no conflict', async () => {
    await change(a, 'Ada', { name: 'Ada L' });
    await a.sync();
    expect(await listed(b)).toEqual(['Ada update down']);
    await change(b, 'Ada', { name: 'Ada L' });
    // Nothing new is on the server: only the list itself can notice it.
    expect(await listed(b)).toEqual([]);
    await change(b, 'Ada L', { name: 'Ada Lovelace' });
    expect(await listed(b)).toEqual(['Ada Lovelace update up']);
    await settle(b, a);
    await expectSame(a, b);
  });

  it('makes a decision void where the record is another one since', async () => {
    await change(a, 'Ben', { name: 'Ben A' });
    await a.sync();
    await change(b, 'Ben', { name: 'Ben B' });
    const plan = await b.preview();
    const target = { ordinals: [await placeOf(b, plan.planId, 'Ben B')] };
    await b.call('plan.decide', { planId: plan.planId, target, choice: 'local' });
    expect(await b.preview()).toMatchObject({ undecided: 0 });
    await change(b, 'Ben B', { name: 'Ben C' });
    const next = await b.preview();
    expect(next).toMatchObject({ undecided: 1 });
    await b.run('sync', next.planId, { conflicts: 'server' });
    await settle(a, b);
    await expectSame(a, b);
  });

  it('forgets what was observed where the server has again what both sides agreed on', async () => {
    await change(b, 'Cai', { note: 'tall' });
    await change(a, 'Cai', { name: 'Cai A' });
    await a.sync();
    expect(await listed(b)).toEqual(['Cai update both']);
    await change(a, 'Cai A', { name: 'Cai' });
    await a.sync();
    expect(await listed(b)).toEqual(['Cai update up']);
    await settle(b, a);
    await expectSame(a, b);
  });

  it('nothing is carried out from a list while the server was read only in part since', async () => {
    await b.award('Dan', 2);
    const plan = await b.preview();
    await change(a, 'Dan', { note: 'new' });
    await a.sync();
    await previewCutShort(b);
    await expect(b.run('apply', plan.planId)).rejects.toMatchObject({ code: 'plan-stale' });
    await settle(b, a);
    await expectSame(a, b);
  });

  it('a student deleted elsewhere who gets a point here while a sync goes on stays, and is asked about', async () => {
    await a.call('student.delete', { ids: [await idOf(a, 'Eve')] });
    await a.sync();
    await b.award('Fay', 2);
    const plan = await b.preview();
    const awards: Promise<unknown>[] = [];
    const run = await b.device.client.call(
      'sync.run',
      { classId: b.classId, planId: plan.planId, mode: 'sync' },
      {
        onProgress: ({ phase }) => {
          if (phase === 'send' && awards.length === 0) awards.push(b.award('Eve', 1));
        },
      },
    );
    await Promise.all(awards);
    expect(run).toMatchObject({ outcome: 'undecided', counts: { up: { add: 1 } } });
    expect(run.left.map(({ label, reason }) => `${label} ${reason}`)).toEqual(['Eve new-child']);
    const next = await b.preview();
    expect(next).toMatchObject({ undecided: 1 });
    await b.run('sync', next.planId, { conflicts: 'server' });
    await settle(a, b);
    await expectSame(a, b);
  });
});
