import { expect, test } from 'vitest';
import { checkLines, preChecks } from './plan-checks.ts';

const ok = (id: string) => ({ id, state: 'ok', code: null, params: {} }) as const;

test('P3: the nine checks stand in the order in which they are made, whatever else is told behind them', () => {
  const lines = checkLines([ok('verify'), ...preChecks.toReversed().map(ok)]);
  expect(lines.map((line) => line.id)).toEqual([...preChecks, 'verify']);
  expect(preChecks).toHaveLength(9);
});

test('the gravest state speaks for its check', () => {
  const asked = { id: 'erasure', state: 'warning', code: 'erasures-asked', params: {} } as const;
  const stuck = { id: 'erasure', state: 'failed', code: 'erasure-stuck', params: {} } as const;
  const lines = checkLines([ok('connect'), asked, ok('version'), stuck]);
  expect(lines.map((line) => line.worst.code)).toEqual([null, null, 'erasure-stuck']);
});

test('questions nothing was checked for are not shown as answered', () => {
  expect(checkLines([ok('connect')]).map((line) => line.id)).toEqual(['connect']);
});

test('what the server lost, hides, or got from others in a copy is told like any other warning', () => {
  const warned = ['lost', 'hidden', 'drift', 'rules'].map(
    (id) => ({ id, state: 'warning', code: 'server-lost', params: {} }) as const,
  );
  expect(
    checkLines(warned)
      .map(({ id, state }) => `${id} ${state}`)
      .toSorted(),
  ).toEqual(['drift warning', 'hidden warning', 'lost warning', 'rules warning']);
});
