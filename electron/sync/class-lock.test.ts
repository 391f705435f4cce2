import { describe, expect, it } from 'vitest';
import { createClassLock } from './class-lock.ts';

const never = new AbortController().signal;

/** Lets everything run that does not wait for anything else. */
const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

describe('the lock of a class', () => {
  it('lets one in after the other, whatever class the others are of', async () => {
    const lock = createClassLock();
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const one = lock.run('a', never, async () => {
      order.push('one in');
      await first.promise;
      order.push('one out');
    });
    const two = lock.run('a', never, async () => void order.push('two'));
    await lock.run('b', never, async () => void order.push('other class'));
    expect(order).toEqual(['one in', 'other class']);
    first.resolve();
    await Promise.all([one, two]);
    expect(order).toEqual(['one in', 'other class', 'one out', 'two']);
  });

  it.each(['while it waits', 'before it asks'] as const)(
    'stays closed when somebody gives up %s, and opens when the work ends',
    async (when) => {
      const lock = createClassLock();
      const order: string[] = [];
      const first = Promise.withResolvers<void>();
      const one = lock.run('a', never, () => first.promise);
      const control = new AbortController();
      if (when === 'before it asks') control.abort();
      const two = lock.run('a', control.signal, async () => void order.push('two'));
      control.abort();
      await expect(two).rejects.toThrow();
      const three = lock.run('a', never, async () => void order.push('three'));
      await settled();
      expect(order).toEqual([]);
      first.resolve();
      await Promise.all([one, three]);
      expect(order).toEqual(['three']);
    },
  );

  it('opens again after work that failed', async () => {
    const lock = createClassLock();
    await expect(lock.run('a', never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await lock.run('a', never, () => Promise.resolve(7))).toBe(7);
  });
});
