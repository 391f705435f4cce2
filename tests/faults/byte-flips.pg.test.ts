import { expect, it } from 'vitest';
import { testDatabase } from '../support/test-database.ts';
import { syncWithFlippedBytes } from './byte-flips.ts';

/** Which flips are tried. The release run tries a thousand (docs/reliability.md). */
const from = Number(process.env['TALLYBOOK_FLIPS_FROM'] ?? 1);
const count = Number(process.env['TALLYBOOK_FLIPS'] ?? 20);

it('a file in which bytes changed is used with true values or called damaged, and never harms the server', async () => {
  const seeds = Array.from({ length: count }, (_, place) => from + place);
  const outcomes = await syncWithFlippedBytes(await testDatabase(), seeds);
  expect(outcomes).toHaveLength(count);
  if (count >= 20) expect(outcomes.some(({ said }) => said.includes('store-damaged'))).toBe(true);
}, 600_000);
