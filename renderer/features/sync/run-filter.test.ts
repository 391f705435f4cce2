import { expect, test } from 'vitest';
import { filterFrom } from './preview/change-filter.ts';
import { toRunFilter } from './run-filter.ts';

const asked = (query: string) => toRunFilter(filterFrom(new URLSearchParams(query)));

test('F2: a past run is asked for what the address says, and never for what only an open list knows', () => {
  expect(asked('')).toEqual({});
  expect(asked('kind=add&direction=up&q=zs')).toEqual({ kinds: ['add'], directions: ['up'], search: 'zs' });
  expect(asked('chosen=decided')).toEqual({ decided: true });
  expect(asked('chosen=two')).toEqual({ chosen: ['both', 'adopt', 'rename'] });
  expect(asked('chosen=local&unresolved=1')).toEqual({ chosen: ['local'] });
  expect(asked('chosen=out')).toEqual({ chosen: [] });
});
