import { describe, expect, it } from 'vitest';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import type { Book } from '../support/device.ts';
import { expectSame, pair, settle } from '../support/pair.ts';

async function rename(book: Book, from: string, to: string): Promise<void> {
  await book.call('student.set', { id: (await book.student(from)).id, change: { name: to } });
}

/** Takes the tick from one row of a list. */
async function leaveOut(book: Book, planId: string, name: string): Promise<void> {
  const row = (await book.rows(planId)).find(({ label }) => label === name);
  if (row === undefined) throw new Error(`no row ${name}`);
  await book.call('plan.decide', { planId, target: { ordinals: [row.ordinal] }, include: false });
}

/** The list that is shown after a run. */
async function next(book: Book, { nextPlanId }: { readonly nextPlanId: string | null }): Promise<PlanSummary> {
  return await book.call('plan.show', { planId: nextPlanId ?? '' });
}

/** Which rows of a list take part and which stay out, and why. */
async function linesOf(book: Book, planId: string): Promise<readonly string[]> {
  return (await book.rows(planId)).map(({ label, left }) => `${label} ${left ?? 'goes'}`).toSorted();
}

/** A sync of two names, and the list that takes it back without one of them. */
async function takingBack(a: Book): Promise<{ readonly runId: string; readonly planId: string }> {
  await rename(a, 'Li W', 'Li Wei');
  await rename(a, 'Chen Yu', 'Chen Yue');
  await rename(a, 'Wang Fang', 'Wang Fan');
  const { runId } = await a.sync();
  const { planId } = await a.call('run.undo', { runId });
  await leaveOut(a, planId, 'Wang Fan');
  return { runId, planId };
}

describe('P5 P9: a list that takes a sync back and was outdated', () => {
  it('is made again for the same, with what was left out of it, and never becomes a list that sends and gets', async () => {
    await using both = await pair();
    const { a, b } = both;
    const { runId, planId } = await takingBack(a);
    await b.sync();
    await rename(b, 'Li Wei', 'Li Weiwei');
    await b.sync();
    const run = await a.run('sync', planId);
    expect(run.outcome).toBe('stale');
    const again = await next(a, run);
    expect(again).toMatchObject({ purpose: 'undo', undoes: runId, state: 'open' });
    expect(await linesOf(a, again.planId)).toEqual(['Chen Yue goes', 'Li Wei changed-since', 'Wang Fan unticked']);
    expect(await a.run('sync', again.planId)).toMatchObject({ outcome: 'undecided', counts: { up: { update: 1 } } });
    await settle(b, a);
    await expectSame(a, b);
  });

  it('keeps what was left out of it when it is made again by hand, and forgets it once it was carried out', async () => {
    await using both = await pair();
    const { a } = both;
    const { runId } = await takingBack(a);
    const again = await a.call('run.undo', { runId });
    expect(await linesOf(a, again.planId)).toEqual(['Chen Yue goes', 'Li Wei goes', 'Wang Fan unticked']);
    const run = await a.run('sync', again.planId);
    expect(run.outcome).toBe('undecided');
    expect((await next(a, run)).purpose).toBe('sync');
    const rest = await a.call('run.undo', { runId });
    expect(await linesOf(a, rest.planId)).toContain('Wang Fan goes');
  });
});

it('P5: a list that makes this PC what the server is, and was outdated, never becomes one that sends', async () => {
  await using both = await pair();
  const { a, b } = both;
  await rename(b, 'Li W', 'Li Wen');
  await rename(b, 'Chen Yu', 'Chen Yue');
  const { planId } = await b.call('sync.previewReplace', { connectionId: b.connectionId });
  await leaveOut(b, planId, 'Chen Yue');
  await rename(b, 'Li Wen', 'Li Wenwen');
  const run = await b.run('pull', planId, { allowMassChange: true });
  expect(run.outcome).toBe('stale');
  const again = await next(b, run);
  expect(again).toMatchObject({ purpose: 'replace', state: 'open' });
  expect(await linesOf(b, again.planId)).toEqual(['Chen Yue unticked', 'Li Wenwen goes']);
  await b.run('pull', again.planId, { allowMassChange: true });
  expect((await a.student('Li W')).name).toBe('Li W');
  expect((await b.student('Li W')).name).toBe('Li W');
});
