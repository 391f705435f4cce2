import { expect, test } from 'vitest';
import { checkWays, rowsOf } from './check-ways.ts';
import { toPlanFilter, filterFrom } from './change-filter.ts';

test('P3: every check that is not well has a way that repairs it, leads there or shows what it is about', () => {
  for (const [id, ways] of Object.entries(checkWays)) {
    expect(ways.filter((way) => way !== 'copy').length, id).toBeGreaterThan(0);
    expect(new Set(ways).size).toBe(ways.length);
  }
});

test('P3: only a check about the server is handed on to whoever looks after it; what speaks of pupils stays here', () => {
  for (const id of ['connect', 'tls', 'tables', 'constraints', 'verify', 'lost', 'hidden', 'drift'] as const)
    expect(checkWays[id]).toContain('copy');
  for (const id of ['lock', 'clock', 'rules', 'erasure', 'unsent', 'others'] as const)
    expect(checkWays[id]).not.toContain('copy');
});

test('P3: the rows a check is about are shown by a filter the list understands', () => {
  const shown = (way: Parameters<typeof rowsOf>[0], params = {}): unknown =>
    toPlanFilter(filterFrom(new URLSearchParams({ ...rowsOf(way, params) })));
  expect(shown('refused')).toEqual({ chosen: ['refused'] });
  expect(shown('lost')).toEqual({ kinds: ['add'], directions: ['up'] });
  expect(shown('erased')).toEqual({ tables: ['erasure'] });
  expect(shown('rules', { table: 'student' })).toEqual({ tables: ['student', 'avatar'] });
  expect(rowsOf('rules', { table: 'redemption', count: 2, rows: 'Ada, Ben' })).toEqual({ table: 'rewards' });
  expect(shown('rules', { table: 'redemption', count: 1, rows: 'Ada' })).toEqual({ search: 'Ada' });
  expect(rowsOf('again', {})).toBeNull();
});
