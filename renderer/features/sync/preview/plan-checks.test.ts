import { expect, test } from 'vitest';
import { checkLines } from './plan-checks.ts';

const ok = (id: string) => ({ id, state: 'ok', code: null, params: {} }) as const;

test('checks are joined by the question they answer', () => {
  const lines = checkLines(['connect', 'tls', 'version', 'tables', 'rights', 'constraints', 'clock'].map(ok));
  expect(lines.map((line) => `${line.id} ${line.state}`)).toEqual([
    'reach ok',
    'tables ok',
    'constraints ok',
    'clock ok',
  ]);
});

test('the gravest state speaks for its question', () => {
  const unencrypted = { id: 'tls', state: 'warning', code: 'not-encrypted', params: {} } as const;
  const broken = { id: 'tables', state: 'failed', code: 'schema-damaged', params: {} } as const;
  const lines = checkLines([ok('connect'), unencrypted, ok('version'), broken]);
  expect(lines.map((line) => line.worst.code)).toEqual(['not-encrypted', 'schema-damaged']);
});

test('questions nothing was checked for are not shown as answered', () => {
  expect(checkLines([ok('connect')]).map((line) => line.id)).toEqual(['reach']);
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
