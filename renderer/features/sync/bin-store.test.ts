import { expect, test } from 'vitest';
import type { LostItem } from '../../../shared/contract/bin.ts';
import { continueBin, showBin, useBin } from './bin-store.ts';
import { heldEngine, type HeldEngine } from './preview/held-engine.ts';

/** Answers calls for the bin as long as `read` goes on, from a bin of so many values. */
async function answering(engine: HeldEngine, total: number, calls: number): Promise<void> {
  for (let made = 0; made < calls; made += 1) {
    const { params, answer } = await engine.next('bin.list');
    const from = params.after === undefined ? 0 : Number(params.after) + 1;
    const count = Math.min(params.limit ?? 0, total - from);
    const items = Array.from({ length: count }, (_, index) => ({ id: String(from + index) }) as unknown as LostItem);
    answer({ items, total });
  }
}

test('C9: a bin that was read far down is read again as far when something changes, and shows no shorter list meanwhile', async () => {
  const engine = heldEngine('class');
  await Promise.all([showBin('class', ''), answering(engine, 450, 1)]);
  for (const shown of [100, 200, 300]) {
    expect(useBin.getState().items).toHaveLength(shown);
    continueBin(shown - 1);
    await answering(engine, 450, 1);
    await expect.poll(() => useBin.getState().items?.length).toBe(shown + 100);
  }
  const lengths = new Set<number | undefined>();
  const stop = useBin.subscribe(({ items }) => lengths.add(items?.length));
  // One value more at the head.
  await Promise.all([showBin('class', ''), answering(engine, 451, 2)]);
  stop();
  expect([...lengths]).toEqual([400]);
  expect(useBin.getState().items?.map(({ id }) => id)).toEqual(Array.from({ length: 400 }, (_, id) => String(id)));
});
