import { expect, it } from 'vitest';
import { usualMajor } from '../support/postgres-releases.ts';
import { playSchemas, schemasUnderFloor } from './play-schemas.ts';

/** The release run plays thousands (docs/reliability.md). */
const seeds = 50;

it(
  'two devices and the server end the same, whatever points at whatever and whatever only one row may have',
  async () => {
    const report = await playSchemas({ from: 1, seeds, postgres: usualMajor(), jobs: 2 });
    expect(report.failures).toEqual([]);
    expect(schemasUnderFloor(report)).toEqual([]);
  },
  seeds * 30_000,
);
