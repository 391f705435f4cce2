import { expect, it } from 'vitest';
import { usualMajor } from '../support/postgres-releases.ts';
import { playSchemas, schemasUnderFloor } from './play-schemas.ts';

/** The release run plays thousands (docs/reliability.md). */
const seeds = process.env['TALLYBOOK_FULL'] === '1' ? 50 : 6;

it(
  'two devices and the server end the same, whatever points at whatever and whatever only one row may have',
  async () => {
    const report = await playSchemas({ from: 1, seeds, postgres: usualMajor() });
    expect(report.failures).toEqual([]);
    expect(schemasUnderFloor(report)).toEqual([]);
  },
  seeds * 60_000,
);
