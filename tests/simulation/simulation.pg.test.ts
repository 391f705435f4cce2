import { describe, expect, it } from 'vitest';
import { usualMajor } from '../support/postgres-releases.ts';
import { simulate, underFloor } from './simulate.ts';
import { faultKinds } from './world.ts';

/** What every change is tried with; the release run plays thousands (docs/reliability.md). */
const seeds = 100;
const most = 2 * seeds;

describe('a simulation of devices, servers, people and faults', () => {
  it(
    'loses nothing, converges and does what it announced with three devices and sixty steps, and does the same again',
    async () => {
      const plan = {
        from: 1,
        seeds,
        devices: 3,
        steps: 60,
        postgres: usualMajor(),
        about: 'everything',
        jobs: 2,
      } as const;
      const played = new Map<number, string>();
      const play = async (from: number) => {
        const report = await simulate({ ...plan, from }, ({ seed, traceHash }) => void played.set(seed, traceHash));
        expect(report.failures).toEqual([]);
        return report.faults;
      };
      let faults = await play(1);
      // What a few seeds meet hangs on how many messages a look takes: where a fault was too seldom more of them are played.
      for (let from = 1 + seeds; underFloor({ faults, seeds }, plan).length > 0 && from < most; from += seeds) {
        const more = await play(from);
        faults = Object.fromEntries(faultKinds.map((kind) => [kind, faults[kind] + more[kind]])) as typeof faults;
      }
      expect(underFloor({ faults, seeds }, plan)).toEqual([]);
      // On another server, as the first there, and in this process.
      const again: number[] = [];
      await simulate({ ...plan, from: 7, seeds: 2, jobs: 1 }, ({ seed, traceHash }) => {
        again.push(seed);
        expect([seed, traceHash]).toEqual([seed, played.get(seed)]);
      });
      expect(again).toEqual([7, 8]);
    },
    most * 45_000,
  );

  it('holds where devices and servers are not what they were, again and again', async () => {
    const plan = { from: 1, seeds: 3, devices: 3, steps: 60, postgres: usualMajor(), about: 'identity' } as const;
    const report = await simulate(plan);
    expect(report.failures).toEqual([]);
    expect(underFloor(report, plan)).toEqual([]);
    for (const fault of ['device-restored', 'device-cloned'] as const)
      expect(report.faults[fault], fault).toBeGreaterThanOrEqual(2);
    for (const fault of ['year-offline', 'server-restored', 'server-swapped', 'server-truncated'] as const)
      expect(report.faults[fault], fault).toBeGreaterThanOrEqual(1);
  }, 600_000);

  it('holds with six devices and two hundred steps', async () => {
    const plan = {
      from: 1,
      seeds: 3,
      devices: 6,
      steps: 200,
      postgres: usualMajor(),
      about: 'everything',
      jobs: 2,
    } as const;
    expect((await simulate(plan)).failures).toEqual([]);
  }, 900_000);
});
