import { expect, it } from 'vitest';
import { usualMajor } from '../support/postgres-releases.ts';
import { crashLoop } from './crash-loop.ts';

it('an app and a server killed at moments nobody chose lose nothing that was confirmed, and end the same', async () => {
  const report = await crashLoop({ kills: 10, serverKills: 3, from: 1, postgres: usualMajor() });
  expect(report.failures).toEqual([]);
  expect(report.seeds).toBe(13);
}, 600_000);
