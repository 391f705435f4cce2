import { describe, expect, it } from 'vitest';
import { expectSame, pair, placeOf, settle } from '../support/pair.ts';
import type { Book } from '../support/device.ts';

/** Runs a plan and does something here at a moment when the run waits for the server. */
async function syncWhile(book: Book, planId: string, meanwhile: () => Promise<unknown>) {
  const meanwhileDone: Promise<unknown>[] = [];
  const run = await book.device.client.call(
    'sync.run',
    { classId: book.classId, planId, mode: 'sync' },
    {
      onProgress: ({ phase }) => {
        if (phase === 'send' && meanwhileDone.length === 0) meanwhileDone.push(meanwhile());
      },
    },
  );
  expect(meanwhileDone).toHaveLength(1);
  await Promise.all(meanwhileDone);
  return run;
}

describe('P5: what is recorded here while a run goes on', () => {
  it("a number given here between preview and pull leaves the server's student with that number, and the points of that student, for the next time", async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.add', { students: [{ name: 'Ada', number: '30', tags: ['choir'] }] });
    await a.award('Ada', 3);
    await a.award('Li W', 1);
    await a.sync();
    const plan = await b.preview();
    await b.call('student.add', { students: [{ name: 'Ben', number: '30' }] });
    const run = await b.run('pull', plan.planId);
    expect(run).toMatchObject({ outcome: 'undecided', counts: { down: { add: 1 } } });
    expect(run.left.map(({ table, reason }) => `${table} ${reason}`).toSorted()).toEqual([
      'score_event blocked',
      'student edited-meanwhile',
      'student_tag blocked',
    ]);
    expect((await b.student('Li W')).allTime).toBe(1);
    const next = run.nextPlanId ?? '';
    await b.call('plan.decide', {
      planId: next,
      target: { ordinals: [await placeOf(b, next, 'Ben · 30')] },
      choice: 'rename',
      fields: { number: { value: '31' } },
    });
    expect((await b.run('sync', next)).outcome).toBe('completed');
    await settle(a, b);
    await expectSame(a, b);
    expect((await b.student('Ada')).allTime).toBe(3);
  });

  it('a number given here while a sync waits for the server spoils nothing of it', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.add', { students: [{ name: 'Ada', number: '30' }] });
    await a.award('Ada', 3);
    await a.sync();
    await b.award('Li W', 2);
    const plan = await b.preview();
    const run = await syncWhile(b, plan.planId, () =>
      b.call('student.add', { students: [{ name: 'Ben', number: '30' }] }),
    );
    expect(run).toMatchObject({ outcome: 'undecided', counts: { up: { add: 1 }, down: { add: 0 } } });
    expect(run.left.map(({ reason }) => reason).toSorted()).toEqual(['blocked', 'edited-meanwhile']);
    const next = run.nextPlanId ?? '';
    await b.call('plan.decide', {
      planId: next,
      target: { ordinals: [await placeOf(b, next, 'Ben · 30')] },
      choice: 'rename',
      fields: { number: { value: null } },
    });
    expect((await b.run('sync', next)).outcome).toBe('completed');
    await settle(a, b);
    await expectSame(a, b);
  });

  it('a student renamed here while numbers are handed on keeps the number, and who was to get it waits', async () => {
    await using both = await pair();
    const { a, b } = both;
    const [one, two] = [await a.student('Li W'), await a.student('Chen Yu')];
    await a.call('student.set', { id: one.id, change: { number: '1' } });
    await settle(a, b);
    await a.call('student.set', { id: one.id, change: { number: '2' } });
    await a.call('student.set', { id: two.id, change: { number: '1' } });
    await a.sync();
    await b.award('Li W', 2);
    const plan = await b.preview();
    const run = await syncWhile(b, plan.planId, () =>
      b.call('student.set', { id: one.id, change: { name: 'Li Wei' } }),
    );
    expect(run).toMatchObject({ outcome: 'undecided', counts: { up: { add: 1 } } });
    expect(await b.student('Chen Yu')).toMatchObject({ number: null });
    await settle(a, b);
    await expectSame(a, b);
    expect(await b.student('Li Wei')).toMatchObject({ number: '2' });
    expect(await b.student('Chen Yu')).toMatchObject({ number: '1' });
  });

  it('a list of changes thrown away while it is carried out is carried out all the same, and taken away afterwards', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.add', { students: [{ name: 'Ada', number: '30' }] });
    await a.sync();
    await b.award('Li W', 2);
    const { planId } = await b.preview();
    const run = await syncWhile(b, planId, () => b.call('plan.discard', { planId }));
    expect(run).toMatchObject({ outcome: 'completed', counts: { up: { add: 1 }, down: { add: 1 } } });
    await settle(a, b);
    await expectSame(a, b);
  });

  it('a connection pointed elsewhere while changes are listed makes that list stale', async () => {
    await using both = await pair();
    const { b } = both;
    await b.award('Li W', 2);
    const changes: Promise<unknown>[] = [];
    const plan = await b.device.client.call(
      'sync.preview',
      { classId: b.classId, connectionId: b.connectionId },
      {
        onProgress: ({ phase }) => {
          if (phase === 'plan' && changes.length === 0)
            changes.push(b.call('connection.set', { connectionId: b.connectionId, change: { mode: 'push-only' } }));
        },
      },
    );
    await Promise.all(changes);
    expect(plan.state).toBe('stale');
    await expect(b.run('apply', plan.planId)).rejects.toMatchObject({ code: 'plan-stale' });
  });
});
