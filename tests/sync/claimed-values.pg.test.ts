import { describe, expect, it } from 'vitest';
import { rowLines } from '../../electron/cli/plan-answer.ts';
import { wordsOf } from '../../electron/cli/words.ts';
import type { Book } from '../support/device.ts';
import { expectSame, pair, settle } from '../support/pair.ts';

/** Two devices gave a pupil different numbers, and the server has a new pupil with the one given here. */
async function takenNumber(a: Book, b: Book): Promise<void> {
  const { id } = await a.student('Li W');
  await a.call('student.set', { id, change: { number: '5' } });
  await settle(a, b);
  await b.call('student.set', { id, change: { number: '30' } });
  await a.call('student.set', { id, change: { number: '31' } });
  await a.call('student.add', { students: [{ name: 'Zoe', number: '30' }] });
  await a.award('Zoe', 2);
  await a.sync();
}

const numbers = async (book: Book): Promise<readonly string[]> =>
  (await book.call('student.list', {})).items.map(({ name, number }) => `${name} ${number ?? '-'}`).toSorted();

describe('a decision that gives a number which another pupil comes with', () => {
  it('asks again and names that pupil, holds up nothing else, and is settled by another decision', async () => {
    await using both = await pair();
    const { a, b } = both;
    await takenNumber(a, b);
    await a.award('Chen Yu', 1);
    await a.sync();
    const { planId } = await b.preview();
    const target = { filter: { kinds: ['conflict' as const] } };
    expect(await b.call('plan.decide', { planId, target, choice: 'local' })).toMatchObject({ undecided: 1 });
    const open = async (of: string): Promise<unknown> => {
      const { ordinals } = await b.call('plan.index', { planId: of, filter: { unresolved: true } });
      return (await b.call('plan.rows', { planId: of, ordinals })).items;
    };
    const asks = [{ label: 'Li W · 30', choice: 'local', left: 'value-taken', blockedBy: 'student Zoe · 30' }];
    expect(await open(planId)).toMatchObject(asks);
    const [row] = (await b.rows(planId)).filter(({ left }) => left === 'value-taken');
    if (row === undefined) throw new Error('nothing asks');
    expect(rowLines(row, wordsOf('en')).join(' ')).toMatch(/decided for a value another row has.*Zoe · 30/);
    const run = await b.run('sync', planId);
    expect(run).toMatchObject({ outcome: 'undecided', counts: { down: { add: 1 } } });
    expect(new Set(run.left.map(({ label, reason, blockedBy }) => `${label}: ${reason}, ${blockedBy ?? ''}`))).toEqual(
      new Set([
        'Li W · 30: value-taken, student Zoe · 30',
        'Zoe · 30: blocked, student Li W · 30',
        'Zoe · 30 · Homework: blocked, student Zoe · 30',
      ]),
    );
    // The decision is kept, and so is the question.
    const next = run.nextPlanId ?? '';
    expect(await open(next)).toMatchObject(asks);
    const settled = await b.call('plan.decide', {
      planId: next,
      target,
      choice: 'merge',
      fields: { number: { value: '32' } },
    });
    expect(settled).toMatchObject({ undecided: 0 });
    expect(await b.run('sync', next)).toMatchObject({ outcome: 'completed', left: [] });
    await settle(a, b);
    await expectSame(a, b);
    expect(await numbers(a)).toEqual(['Chen Yu -', 'Li W 32', 'Wang Fang -', 'Zoe 30']);
  });

  it('is settled by taking the other side too', async () => {
    await using both = await pair();
    const { a, b } = both;
    await takenNumber(a, b);
    await b.sync({ conflicts: 'local' });
    const { planId, undecided } = await b.preview();
    expect(undecided).toBe(1);
    await b.call('plan.decide', { planId, target: { filter: { kinds: ['conflict'] } }, choice: 'server' });
    expect(await b.run('sync', planId)).toMatchObject({ outcome: 'completed', left: [] });
    await settle(a, b);
    await expectSame(a, b);
    expect(await numbers(b)).toEqual(['Chen Yu -', 'Li W 31', 'Wang Fang -', 'Zoe 30']);
  });

  it('asks again too where it is the record that takes over a key which gets the number', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.add', { students: [{ name: 'Ada', number: '30' }] });
    await a.sync();
    await b.call('student.add', { students: [{ name: 'Ada L', number: '30' }] });
    await a.call('student.add', { students: [{ name: 'Zoe', number: '40' }] });
    await a.sync();
    const { planId } = await b.preview();
    const target = { filter: { kinds: ['conflict' as const] } };
    const number = { value: '40' };
    await b.call('plan.decide', { planId, target, choice: 'adopt', fields: { number } }).catch(() => undefined);
    expect((await b.call('plan.show', { planId })).undecided).toBe(1);
    await b.call('plan.decide', { planId, target, choice: 'adopt' });
    expect(await b.run('sync', planId)).toMatchObject({ outcome: 'completed', left: [] });
    await settle(a, b);
    await expectSame(a, b);
  });
});
