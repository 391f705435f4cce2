import { expect, test } from 'vitest';
import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { createRowCache } from './row-cache.ts';
import { planRow } from '../../../../shared/contract/test-row.ts';

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

test('a row that says the same after it was read again is the same object, so that nothing is drawn anew', async () => {
  const { asked, cache } = reader();
  cache.want('p', 1, [7, 8]);
  await asked[0]?.answer('old');
  const [before, other] = [cache.get('p', 7), cache.get('p', 8)];
  cache.want('p', 2, [7]);
  await asked[1]?.answer('old');
  expect(cache.get('p', 7)).toBe(before);
  cache.want('p', 3, [8]);
  await asked[2]?.answer('new');
  expect(cache.get('p', 8)).not.toBe(other);
});

test('rows that were not wanted for long are forgotten, however many a list has', async () => {
  const { asked, cache } = reader();
  for (let first = 0; first < 5_000; first += 100)
    cache.want('p', 1, [0, ...Array.from({ length: 100 }, (_none, place) => first + place)]);
  for (const call of asked) await call.answer('row');
  const kept = Array.from({ length: 5_000 }, (_none, ordinal) => ordinal).filter(
    (at) => cache.get('p', at) !== undefined,
  );
  expect(kept.length).toBeLessThanOrEqual(1_200);
  expect(kept).toContain(0);
  expect(kept).toContain(4_999);
});

test('a row is on its way until there is an answer, be it that there is no such row', async () => {
  const { asked, cache } = reader();
  expect(cache.isReading('p', 7)).toBe(false);
  cache.want('p', 1, [7]);
  expect(cache.isReading('p', 7)).toBe(true);
  await asked[0]?.answer('row');
  expect(cache.isReading('p', 7)).toBe(false);
  const none = createRowCache(() => Promise.resolve([]));
  none.want('p', 1, [7]);
  await Promise.resolve();
  await Promise.resolve();
  expect(none.isReading('p', 7)).toBe(false);
});

test('rows that come along with a decision are there at once and asked for no more, and no earlier answer overtakes them', async () => {
  const { asked, cache } = reader();
  cache.want('p', 1, [1, 2, 3]);
  await asked[0]?.answer('old');
  cache.want('p', 2, [7, 8]);
  expect(cache.shown('p')).toEqual([7, 8]);
  const drawn = cache.stamp();
  cache.take(
    'p',
    3,
    cache.shown('p').map((ordinal) => planRow({ ordinal, label: 'decided' })),
  );
  expect(cache.stamp()).toBe(drawn + 1);
  cache.want('p', 3, [7, 8]);
  expect(asked).toHaveLength(2);
  await asked[1]?.answer('as it was');
  expect([7, 8].map((at) => cache.get('p', at)?.label)).toEqual(['decided', 'decided']);
  // Of another list nothing is taken.
  cache.take('q', 4, [planRow({ ordinal: 7, label: 'of q' })]);
  expect(cache.get('p', 7)?.label).toBe('decided');
});

test('no more rows are shown than a high screen holds: after a long scroll the last ones', () => {
  const { cache } = reader();
  const scrolled = Array.from({ length: 400 }, (_none, ordinal) => ordinal);
  cache.want('p', 1, scrolled);
  expect(cache.shown('p')).toEqual(scrolled.slice(-40));
  expect(cache.shown('q')).toEqual([]);
});
