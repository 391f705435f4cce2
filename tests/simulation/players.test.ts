import { expect, it } from 'vitest';
import { playedInOrder } from './players.ts';

/** Plays with so many at the same time and says in what order seeds were asked for, and came back. */
async function playOut(jobs: number): Promise<{ readonly most: number; readonly results: readonly number[] }> {
  let most = 0;
  const open = new Map<number, () => void>();
  const play = async (seed: number): Promise<number> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    open.set(seed, resolve);
    most = Math.max(most, open.size);
    // The one that was asked for last is done first.
    setImmediate(() => {
      const last = [...open].at(-1);
      open.delete(last?.[0] ?? 0);
      last?.[1]();
    });
    await promise;
    return seed;
  };
  const results = [];
  for await (const seed of playedInOrder({ jobs, play }, 5, 25)) results.push(seed);
  return { most, results };
}

const seeds = Array.from({ length: 20 }, (_, place) => place + 5);

it('hands seeds over in their order, whoever is done first, and keeps everybody at work', async () => {
  expect(await playOut(1)).toEqual({ most: 1, results: seeds });
  const { most, results } = await playOut(3);
  expect(results).toEqual(seeds);
  expect(most).toBeGreaterThanOrEqual(3);
});

it('ends with the seed that could not be played', async () => {
  const play = async (seed: number): Promise<number> => {
    if (seed === 3) throw new Error('seed 3');
    return await Promise.resolve(seed);
  };
  const played: number[] = [];
  await expect(async () => {
    for await (const seed of playedInOrder({ jobs: 2, play }, 1, 9)) played.push(seed);
  }).rejects.toThrow('seed 3');
  expect(played).toEqual([1, 2]);
});
