import { expect, it } from 'vitest';
import { testClass } from '../../../tests/support/test-class.ts';
import type { ClassStore } from '../class-store.ts';
import { beginPlan } from './plan-store.ts';
import { addDraftOp, addDraftOps, draftEnd, draftOps, stepDraft } from './draft-store.ts';

/** A class with an open plan without rows. */
function storeWithPlan(): ClassStore {
  const store = testClass();
  beginPlan(store, {
    id: 'plan',
    connectionId: 'c',
    peerId: 'p',
    madeAt: '2026-11-20T08:00:00.000Z',
    seq: 0,
    deviceId: 'd',
    epoch: 'e',
    catalogHash: 'h',
    purpose: 'sync',
    undoes: null,
    firstContact: false,
  });
  return store;
}

it('what was said about a row while many were judged stays the last word, and goes with no entry of theirs', () => {
  const store = storeWithPlan();
  addDraftOp(store, 'plan', { ordinals: [1], choice: { choice: 'server' }, include: null });
  const since = draftEnd(store, 'plan');
  addDraftOp(store, 'plan', { ordinals: [5], choice: { choice: 'local' }, include: null });
  addDraftOps(store, 'plan', [{ ordinals: [1, 5, 9], choice: { choice: 'server' }, include: null }], since);
  const last = draftOps(store, 'plan').at(-1);
  expect(last?.ordinals).toEqual([1, 9]);
  addDraftOps(store, 'plan', [{ ordinals: [5], choice: { choice: 'server' }, include: null }], since);
  expect(draftOps(store, 'plan')).toHaveLength(3);
});

it('an entry never has the number of one that was taken back: what is said after that is the last word too', () => {
  const store = storeWithPlan();
  addDraftOp(store, 'plan', { ordinals: [1], choice: { choice: 'server' }, include: null });
  const since = draftEnd(store, 'plan');
  stepDraft(store, 'plan', 'undo');
  addDraftOp(store, 'plan', { ordinals: [5], choice: { choice: 'local' }, include: null });
  expect(draftEnd(store, 'plan')).toBeGreaterThan(since);
  addDraftOps(store, 'plan', [{ ordinals: [5, 9], choice: { choice: 'server' }, include: null }], since);
  expect(draftOps(store, 'plan').map(({ ordinals }) => ordinals)).toEqual([[5], [9]]);
});
