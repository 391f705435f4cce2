import { expect, test } from 'vitest';
import { filterFrom, isFiltered } from './preview/change-filter.ts';
import { pastFilter, toRunFilter } from './run-filter.ts';

const asked = (query: string) => toRunFilter(filterFrom(new URLSearchParams(query)));

test('F2: a past run is asked for what the address says, and never for what only an open list knows', () => {
  expect(asked('')).toEqual({});
  expect(asked('kind=add&direction=up&q=zs')).toEqual({ kinds: ['add'], directions: ['up'], search: 'zs' });
  expect(asked('chosen=decided')).toEqual({ decided: true });
  expect(asked('chosen=two')).toEqual({ chosen: ['both', 'adopt', 'rename'] });
  expect(asked('chosen=local&unresolved=1')).toEqual({ chosen: ['local'] });
});

test('F2: what only an open list can be asked is, in the address of a past run, as if it were not there', () => {
  for (const query of [
    'unresolved=1',
    'kind=conflict',
    'direction=both',
    'chosen=skip',
    'chosen=out',
    'chosen=refused',
  ]) {
    expect(asked(query)).toEqual({});
    expect(isFiltered(pastFilter(filterFrom(new URLSearchParams(query))))).toBe(false);
  }
  expect(asked('kind=conflict&direction=up')).toEqual({ directions: ['up'] });
});
