import { expect, it } from 'vitest';
import { dealer } from './dealer.ts';
import { randomOf } from './random.ts';

it('a dealer deals nothing twice at once, and everything equally often, whatever the seed', () => {
  const items = Array.from({ length: 24 }, (_none, index) => `item ${index}`);
  for (let seed = 1; seed <= 500; seed += 1) {
    const deal = dealer(randomOf(seed), items);
    const times = new Map(items.map((item) => [item, 0]));
    for (let round = 0; round < 10; round += 1) {
      const dealt = deal(7);
      expect(new Set(dealt).size, `seed ${seed}`).toBe(7);
      for (const item of dealt) times.set(item, (times.get(item) ?? 0) + 1);
    }
    // 70 of 24 items: each comes twice, most of them three times.
    expect(Math.min(...times.values()), `seed ${seed}`).toBeGreaterThanOrEqual(2);
    expect(Math.max(...times.values()), `seed ${seed}`).toBeLessThanOrEqual(3);
  }
});
