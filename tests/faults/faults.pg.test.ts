import { expect, it } from 'vitest';
import { usualMajor } from '../support/postgres-releases.ts';
import { faultRounds, networkFaults } from './fault-rounds.ts';

// The real slowness of a bad network belongs to the release run.
const badness = process.env['TALLYBOOK_FULL'] === '1' ? 1 : 0.1;

it('a sync over a bad network loses nothing and doubles nothing, whatever the network does', async () => {
  const report = await faultRounds({ rounds: 1, from: 1, postgres: usualMajor(), badness });
  expect(report.failures).toEqual([]);
  expect(report.faults).toEqual(Object.fromEntries(networkFaults.map((kind) => [kind, 1])));
}, 600_000);

it('eight devices that apply at the same moment lose nothing and double nothing', async () => {
  const report = await faultRounds({ rounds: 4, from: 2, postgres: usualMajor(), kinds: ['appliers'] });
  expect(report.failures).toEqual([]);
  expect(report.faults.appliers).toBe(4);
}, 600_000);
