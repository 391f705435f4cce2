import { expect, it } from 'vitest';
import { conflictPlan } from '../../tests/support/conflict-plan.ts';
import { longestHold } from '../../tests/support/longest-hold.ts';
import { testClass } from '../../tests/support/test-class.ts';
import { addDraftOp, draftOps, stepDraft } from '../store/sync/draft-store.ts';
import { carryChoices } from './carry-choices.ts';

const { signal } = new AbortController();
const server = { choice: { choice: 'server' }, include: null } as const;

it('thousands of choices go over to the next plan with others let in all the time, and are still one entry to undo', async () => {
  const store = testClass();
  conflictPlan(store, 'before', 5_000);
  addDraftOp(store, 'before', { ordinals: Array.from({ length: 5_000 }, (_none, place) => place), ...server });
  conflictPlan(store, 'after', 4_000);
  const carrier = carryChoices(store, 'before', 'after');
  const held = await longestHold(async () => await carrier.carry(signal));
  expect(held.longestMs).toBeLessThan(150);
  const ops = draftOps(store, 'after');
  expect(ops.map(({ ordinals }) => ordinals.length)).toEqual([4_000]);
});

it('what is said about the plan before while its choices are on their way is noticed, and goes over too', async () => {
  const store = testClass();
  conflictPlan(store, 'before', 100);
  conflictPlan(store, 'after', 100);
  addDraftOp(store, 'before', { ordinals: [1, 2, 3], ...server });
  const carrier = carryChoices(store, 'before', 'after');
  expect(carrier.isOutdated()).toBe(true);
  const carried = carrier.carry(signal);
  addDraftOp(store, 'before', { ordinals: [2], choice: { choice: 'local' }, include: null });
  await carried;
  expect(carrier.isOutdated()).toBe(true);
  await carrier.carry(signal);
  expect(carrier.isOutdated()).toBe(false);
  expect(draftOps(store, 'after').map(({ ordinals, choice }) => [ordinals, choice?.choice])).toEqual([
    [[1, 2, 3], 'server'],
    [[2], 'local'],
  ]);
  stepDraft(store, 'before', 'undo');
  expect(carrier.isOutdated()).toBe(true);
  await carrier.carry(signal);
  expect(draftOps(store, 'after').map(({ ordinals }) => ordinals)).toEqual([[1, 2, 3]]);
});
