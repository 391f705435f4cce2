import { expect, it } from 'vitest';
import { pair } from '../support/pair.ts';
import { refuseStalePlans } from './stale-plans.ts';

/** Which lists are overtaken. The release run tries two thousand (docs/reliability.md). */
const from = Number(process.env['TALLYBOOK_STALE_FROM'] ?? 1);
const count = Number(process.env['TALLYBOOK_STALE'] ?? 20);

it('a list that was overtaken is refused, whatever overtook it, and nothing changes', async () => {
  const pupils = Array.from({ length: 8 }, (_, place) => `Pupil ${place}`);
  await using both = await pair(pupils);
  const seeds = Array.from({ length: count }, (_, place) => from + place);
  const tried = await refuseStalePlans(both, pupils, seeds);
  if (count >= 20) expect(Object.values(tried).every((times) => times > 0)).toBe(true);
}, 600_000);
