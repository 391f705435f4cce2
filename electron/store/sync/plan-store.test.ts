import { expect, it } from 'vitest';
import { testClass } from '../../../tests/support/test-class.ts';
import { beginPlan, finishPlan, listPlans, oldPlans } from './plan-store.ts';

it('takes the plan made last for the newest one, also after the clock was put back', () => {
  const store = testClass();
  const ids = ['2026-11-20', '2026-11-19', '2026-11-18', '2026-11-17', '2026-11-16', '2026-11-15', '2026-11-14'].map(
    (day, index) => {
      const id = `plan-${index}`;
      const head = {
        id,
        connectionId: 'c',
        peerId: 'p',
        madeAt: `${day}T08:00:00.000Z`,
        seq: 0,
        deviceId: 'd',
        epoch: 'e',
        catalogHash: 'h',
        purpose: 'sync' as const,
        undoes: null,
        firstContact: false,
      };
      beginPlan(store, head);
      finishPlan(store, id, { planHash: 'x', facts: '{}', firstContact: false });
      return id;
    },
  );
  expect(listPlans(store, 'c').map(({ id }) => id)).toEqual(ids.toReversed());
  expect(oldPlans(store, 'c', 'plan-6').toSorted()).toEqual(['plan-0', 'plan-1']);
});
