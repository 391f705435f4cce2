import { expect, test } from 'vitest';
import { filterFrom, isFiltered, toPlanFilter } from './change-filter.ts';

test('an empty address shows everything in the order of the list', () => {
  const filter = filterFrom(new URLSearchParams());
  expect(isFiltered(filter)).toBe(false);
  expect(toPlanFilter(filter)).toEqual({});
  expect(filter.sort).toEqual({ by: 'plan', descending: false });
});

test('a number of the summary becomes tables, kind and direction', () => {
  const filter = filterFrom(new URLSearchParams('table=points&kind=add&direction=up'));
  expect(toPlanFilter(filter)).toEqual({ tables: ['score_event', 'score_void'], kinds: ['add'], directions: ['up'] });
});

test('search, undecided and order are taken over', () => {
  const filter = filterFrom(new URLSearchParams('q=zs&unresolved=1&sort=when&order=desc'));
  expect(toPlanFilter(filter)).toEqual({ unresolved: true, search: 'zs' });
  expect(filter.sort).toEqual({ by: 'when', descending: true });
});

test('what an address says wrongly is left out', () => {
  expect(isFiltered(filterFrom(new URLSearchParams('table=__proto__&kind=x&direction=left&sort=y')))).toBe(false);
});

test('filters narrow each other: what is decided is no addition and not undecided, so nothing is both (F2)', () => {
  const asked = (query: string) => toPlanFilter(filterFrom(new URLSearchParams(query)));
  expect(asked('chosen=decided')).toEqual({ kinds: ['conflict'], unresolved: false });
  expect(asked('chosen=decided&kind=conflict')).toEqual({ kinds: ['conflict'], unresolved: false });
  expect(asked('chosen=decided&kind=add')).toEqual({ kinds: [], unresolved: false });
  expect(asked('chosen=decided&unresolved=1').kinds).toEqual([]);
  expect(asked('chosen=out&kind=add')).toEqual({ kinds: ['add'], chosen: ['out'] });
});
