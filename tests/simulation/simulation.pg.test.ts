import { describe, expect, it } from 'vitest';
import { usualMajor } from '../support/postgres-releases.ts';
import { simulate, underFloor } from './simulate.ts';

/** The seeds a machine may take in the usual tests; the release run plays thousands (docs/reliability.md). */
const full = process.env['TALLYBOOK_FULL'] === '1';
const seeds = full ? 100 : 12;

describe('a simulation of devices, servers, people and faults', () => {
  it(
    'loses nothing, converges and does what it announced with three devices and sixty steps',
    async () => {
      const plan = { from: 1, seeds, devices: 3, steps: 60, postgres: usualMajor(), about: 'everything' } as const;
      const report = await simulate(plan);
      expect(report.failures).toEqual([]);
      expect(underFloor(report, plan)).toEqual([]);
    },
    seeds * 90_000,
  );

  it('plays a seed the same way again', async () => {
    const plan = { from: 7, seeds: 1, devices: 3, steps: 60, postgres: usualMajor(), about: 'everything' } as const;
    const [first, again] = [await simulate(plan), await simulate(plan)];
    expect(again).toEqual(first);
  }, 600_000);

  it('holds with six devices and two hundred steps', async () => {
    const plan = {
      from: 1,
      seeds: full ? 3 : 1,
      devices: 6,
      steps: 200,
      postgres: usualMajor(),
      about: 'everything',
    } as const;
    expect((await simulate(plan)).failures).toEqual([]);
  }, 900_000);
});
