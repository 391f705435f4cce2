import { describe, expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

function countedReading() {
  const ends: (() => void)[] = [];
  const read = oneAtATime(() => new Promise((resolve) => ends.push(resolve)));
  return { read, ends };
}

describe('one reading at a time', () => {
  it('makes one more for all the wishes while it reads, and they end with it', async () => {
    const { read, ends } = countedReading();
    let ended = 0;
    const wishes = [read(), read(), read()].map((wish) => wish.then(() => (ended += 1)));
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await expect.poll(() => ends.length).toBe(2);
    expect(ended).toBe(0);
    ends[1]?.();
    await Promise.all(wishes);
    expect(ends).toHaveLength(2);
  });

  it('reads anew when nothing is under way, also after a failure', async () => {
    let reads = 0;
    const read = oneAtATime(() => {
      reads += 1;
      return reads === 1 ? Promise.reject(new Error('no line')) : Promise.resolve();
    });
    await expect(read()).rejects.toThrow('no line');
    await read();
    await read();
    expect(reads).toBe(3);
  });
});
