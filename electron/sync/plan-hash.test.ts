import { expect, it } from 'vitest';
import { testClass } from '../../tests/support/test-class.ts';
import { beginPlan } from '../store/sync/plan-store.ts';
import { planHashOf } from './plan-hash.ts';

it('the hash of a long list leaves none of the bytes it is made of in memory', async () => {
  const store = testClass();
  const head = {
    id: 'plan',
    connectionId: 'c',
    peerId: 'p',
    madeAt: '2026-11-20T08:00:00.000Z',
    seq: 0,
    deviceId: 'd',
    epoch: 'e',
    catalogHash: 'h',
    purpose: 'sync' as const,
    undoes: null,
    firstContact: false,
  };
  store.transaction(() => beginPlan(store, head));
  store.db.exec(`WITH RECURSIVE number (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < 10000)
INSERT INTO plan_row (plan_id, ordinal, tbl, pk, label, kind, direction, at, sort_key, search, row)
SELECT 'plan', value, 'student', value, '', 'add', 'up', '', '', '', '"${'x'.repeat(1_000)}"' FROM number`);
  const before = process.memoryUsage().arrayBuffers;
  await planHashOf(store, { ...head, facts: '' }, new AbortController().signal);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2e6);
});
