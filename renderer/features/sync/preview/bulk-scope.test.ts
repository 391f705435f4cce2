import { expect, test } from 'vitest';
import { bulkScope } from './bulk-scope.ts';
import { filterFrom } from './change-filter.ts';

const everything = filterFrom(new URLSearchParams());
const none = { ordinals: new Set<number>(), all: false };

test('without a choice of rows a decision is about what still asks, and says so (C5)', () => {
  expect(bulkScope(everything, { conflicts: 37, undecided: 36 }, none)).toEqual({
    kind: 'undecided',
    count: 36,
    target: { filter: { kinds: ['conflict'], unresolved: true } },
  });
  const filtered = filterFrom(new URLSearchParams('table=students&q=zs'));
  expect(bulkScope(filtered, { conflicts: 4, undecided: 4 }, none)).toMatchObject({
    kind: 'undecidedShown',
    target: { filter: { search: 'zs', kinds: ['conflict'], unresolved: true } },
  });
});

test('when everything is decided it is about all conflicts, to decide them otherwise', () => {
  expect(bulkScope(everything, { conflicts: 3, undecided: 0 }, none)).toMatchObject({
    kind: 'conflicts',
    count: 3,
    target: { filter: { kinds: ['conflict'] } },
  });
  expect(bulkScope(everything, { conflicts: 0, undecided: 0 }, none)).toBeNull();
});

test('chosen rows go before everything else; all of them go as the filter, not as a list', () => {
  const some = { ordinals: new Set([4, 2]), all: false };
  expect(bulkScope(everything, { conflicts: 3, undecided: 3 }, some)?.target).toEqual({ ordinals: [4, 2] });
  expect(bulkScope(everything, { conflicts: 3, undecided: 3 }, { ...some, all: true })?.target).toEqual({ filter: {} });
});
