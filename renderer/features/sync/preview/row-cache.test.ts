import { expect, test } from 'vitest';
import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { createRowCache } from './row-cache.ts';
import { planRow } from './test-row.ts';

/** A reader whose answers are given by hand, in any order. */
function reader() {
  const asked: { readonly ordinals: readonly number[]; readonly answer: (label: string) => Promise<void> }[] = [];
  const read = (_plan: string, ordinals: readonly number[]): Promise<readonly PlanRowItem[]> =>
    new Promise((resolve) => {
      asked.push({
        ordinals,
        answer: async (label) => {
          resolve(ordinals.map((ordinal) => planRow({ ordinal, label })));
          await Promise.resolve();
          await Promise.resolve();
        },
      });
    });
  return { asked, cache: createRowCache(read) };
}

test('a row is asked for once, in pages of two hundred', () => {
  const { asked, cache } = reader();
  const ordinals = Array.from({ length: 450 }, (_, index) => index);
  cache.want('p', 1, ordinals);
  cache.want('p', 1, ordinals.slice(0, 20));
  expect(asked.map((call) => call.ordinals.length)).toEqual([200, 200, 50]);
});

test('an outdated row stays until its new version is there', async () => {
  const { asked, cache } = reader();
  cache.want('p', 1, [7]);
  await asked[0]?.answer('old');
  cache.want('p', 2, [7]);
  expect(cache.get('p', 7)?.label).toBe('old');
  await asked[1]?.answer('new');
  expect(cache.get('p', 7)?.label).toBe('new');
});

test('a late answer to an older question does not overtake a newer one', async () => {
  const { asked, cache } = reader();
  cache.want('p', 1, [7]);
  cache.want('p', 2, [7]);
  await asked[1]?.answer('new');
  await asked[0]?.answer('old');
  expect(cache.get('p', 7)?.label).toBe('new');
});

test('rows of another plan are forgotten, also those still under way', async () => {
  const { asked, cache } = reader();
  cache.want('p', 1, [7]);
  cache.want('q', 2, [7]);
  await asked[0]?.answer('of p');
  expect(cache.get('q', 7)).toBeUndefined();
  expect(cache.get('p', 7)).toBeUndefined();
});
