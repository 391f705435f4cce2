import { expect, it } from 'vitest';
import { conflictPlan } from '../../tests/support/conflict-plan.ts';
import { longestHold } from '../../tests/support/longest-hold.ts';
import { testClass } from '../../tests/support/test-class.ts';
import { hidePlan } from '../store/sync/plan-store.ts';
import { decide, stepChoice } from './draft.ts';
import { evaluatePlan } from './evaluate-plan.ts';
import { planTally } from './plan-index.ts';
import { planSummaryOf } from './plan-view.ts';

/** A moment nobody notices, with room for a slow machine. */
const unnoticedMs = 150;
const call = { signal: new AbortController().signal, progress: () => {} };

it('a plan with thousands of decided conflicts is worked out with others let in all the time', async () => {
  const store = testClass();
  conflictPlan(store, 'plan', 5_000);
  const asked = await longestHold(async () => await planSummaryOf(store, 'plan', call.signal));
  expect(asked.longestMs).toBeLessThan(unnoticedMs);
  const decided = await longestHold(async () => {
    await decide(store, { classId: '', planId: 'plan', target: { filter: {} }, rule: 'merge-local' }, call);
    expect((await planSummaryOf(store, 'plan', call.signal)).undecided).toBe(0);
    expect((await planTally(store, 'plan', {}, call.signal)).ticked).toBe(5_000);
  });
  expect(decided.longestMs).toBeLessThan(unnoticedMs);
});

it('whoever asks for a plan together gets one answer, and the answer goes on for one when another one gives up', async () => {
  const store = testClass();
  conflictPlan(store, 'plan', 500);
  const leaving = new AbortController();
  const left = evaluatePlan(store, 'plan', 'sync', leaving.signal);
  const stayed = [1, 2, 3].map(async () => await evaluatePlan(store, 'plan', 'sync', call.signal));
  leaving.abort();
  await expect(left).rejects.toThrow('abort');
  const [first, ...others] = await Promise.all(stayed);
  expect(first?.left.size).toBe(500);
  for (const other of others) expect(other).toBe(first);
});

it('an answer nobody waits for any more ends, and the next one who asks gets one', async () => {
  const store = testClass();
  conflictPlan(store, 'plan', 500);
  const leaving = new AbortController();
  const left = evaluatePlan(store, 'plan', 'sync', leaving.signal);
  leaving.abort();
  await expect(left).rejects.toThrow('abort');
  expect((await evaluatePlan(store, 'plan', 'sync', call.signal)).left.size).toBe(500);
});

it('a choice made while a plan is worked out is in the answer of whoever asks after it', async () => {
  const store = testClass();
  conflictPlan(store, 'plan', 500);
  const before = evaluatePlan(store, 'plan', 'sync', call.signal);
  await Promise.resolve();
  await decide(store, { classId: '', planId: 'plan', target: { ordinals: [7] }, choice: 'server' }, call);
  const after = await evaluatePlan(store, 'plan', 'sync', call.signal);
  expect(after.choices.get(7)).toEqual({ choice: 'server' });
  expect(after.left.size).toBe(499);
  await before;
});

it('a plan that is taken away while it is worked out is one nobody knows', async () => {
  const store = testClass();
  conflictPlan(store, 'plan', 5_000);
  const asked = evaluatePlan(store, 'plan', 'sync', call.signal);
  await new Promise((resolve) => setImmediate(resolve));
  hidePlan(store, 'plan');
  await expect(asked).rejects.toMatchObject({ code: 'plan-unknown' });
});

it('whoever takes a word back, or puts it in force again, has the answer there was, and the next one is worked out all the same', async () => {
  const store = testClass();
  conflictPlan(store, 'plan', 500);
  const ask = async () => await evaluatePlan(store, 'plan', 'sync', call.signal);
  const decided = { classId: '', planId: 'plan', target: { filter: {} }, rule: 'local' as const };
  const untouched = await ask();
  await decide(store, decided, call);
  const all = await ask();
  stepChoice(store, 'plan', 'undo');
  expect(await ask()).toBe(untouched);
  stepChoice(store, 'plan', 'redo');
  expect(await ask()).toBe(all);
  stepChoice(store, 'plan', 'undo');
  await decide(store, { ...decided, target: { ordinals: [7] } }, call);
  const one = await ask();
  expect([one.choices.size, one.left.size, one.shift.undecided]).toEqual([1, 499, 499]);
});
