import { expect, test } from 'vitest';
import { methods } from './contract.ts';

const inPlan = { classId: '01a1f8a5-7e8b-72c5-bd36-f5be30f0a357', planId: '01a1f8a5-7e8b-72c5-bd36-f5be30f0a358' };

test.each([
  ['a misspelt word of a filter', { filter: { text: 'Chen' } }],
  ['a misspelt word beside a known one', { filter: { kinds: ['conflict'], table: ['student'] } }],
  ['rows by their places and by a filter', { ordinals: [1], filter: {} }],
  ['a filter and the decision about a server', { filter: {}, restored: 'send-newer' }],
])('a decision about %s is refused: what is left out in silence would decide about all', (_what, target) => {
  expect(methods['plan.decide'].params.safeParse({ ...inPlan, target, choice: 'local' }).success).toBe(false);
});

test('a list, its count and the rows of a past run refuse a misspelt filter too', () => {
  const filter = { search: 'Chen', unresolvd: true };
  for (const method of ['plan.index', 'plan.tally'] as const)
    expect(methods[method].params.safeParse({ ...inPlan, filter }).success, method).toBe(false);
  const ofRun = { classId: inPlan.classId, runId: inPlan.planId };
  expect(methods['run.index'].params.safeParse({ ...ofRun, filter }).success).toBe(false);
  expect(methods['run.index'].params.safeParse({ ...ofRun, filter: { search: 'Chen', decided: true } }).success).toBe(
    true,
  );
  const target = { filter: { search: 'Chen', unresolved: true } };
  expect(methods['plan.decide'].params.safeParse({ ...inPlan, target, choice: 'local' }).success).toBe(true);
});
