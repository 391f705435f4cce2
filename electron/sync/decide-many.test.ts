import { expect, it } from 'vitest';
import { conflictPlan } from '../../tests/support/conflict-plan.ts';
import { testClass } from '../../tests/support/test-class.ts';
import { hidePlan, sweepPlans } from '../store/sync/plan-store.ts';
import { decideMany } from './decide-many.ts';
import { evaluatePlan } from './evaluate-plan.ts';

const { signal } = new AbortController();

it('a plan that is taken away while many of its rows are decided is one nobody knows', async () => {
  const store = testClass();
  conflictPlan(store, 'plan', 10_000);
  // Rows that ask nothing: nobody has read one of them yet.
  store.db.prepare(`UPDATE plan_row SET kind = 'update', direction = 'up', conflict = NULL`).run();
  await evaluatePlan(store, 'plan', 'sync', signal);
  const ordinals = Array.from({ length: 10_000 }, (_none, ordinal) => ordinal);
  let told = false;
  const call = {
    signal,
    progress: () => {
      if (told) return;
      told = true;
      setImmediate(() => {
        hidePlan(store, 'plan');
        for (const _ of sweepPlans(store));
      });
    },
  };
  const asked = decideMany(store, 'plan', ordinals, { kind: 'rule', rule: 'later' }, call);
  await expect(asked).rejects.toMatchObject({ code: 'plan-unknown' });
});
