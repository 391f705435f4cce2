import { expect, it } from 'vitest';
import { testClass } from '../../../tests/support/test-class.ts';
import { beginPlan } from './plan-store.ts';
import { addDraftOp, addDraftOps, draftEnd, draftOps } from './draft-store.ts';

it('what was said about a row while many were judged stays the last word, and goes with no entry of theirs', () => {
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
  addDraftOp(store, 'plan', { ordinals: [1], choice: { choice: 'server' }, include: null });
  const since = draftEnd(store, 'plan');
  addDraftOp(store, 'plan', { ordinals: [5], choice: { choice: 'local' }, include: null });
  addDraftOps(store, 'plan', [{ ordinals: [1, 5, 9], choice: { choice: 'server' }, include: null }], since);
  const last = draftOps(store, 'plan').at(-1);
  expect(last?.ordinals).toEqual([1, 9]);
  addDraftOps(store, 'plan', [{ ordinals: [5], choice: { choice: 'server' }, include: null }], since);
  expect(draftOps(store, 'plan')).toHaveLength(3);
});
