import { expect, it } from 'vitest';
import { openSession } from '../support/managed-database.ts';
import { testDatabase } from '../support/test-database.ts';
import { fuzzValues } from './fuzz-values.ts';

it('every value of every type comes through both ways exactly, or is refused', async () => {
  const seed = Date.now() % 2 ** 31;
  const session = await openSession(await testDatabase());
  const report = await fuzzValues(session, { values: 500, seed });
  await session.close();
  expect(report.failures, `npm run fuzz:values -- --values 500 --seed ${seed}`).toEqual([]);
  expect(Object.keys(report.types).length).toBeGreaterThan(35);
  for (const [type, count] of Object.entries(report.types)) expect(count, type).toBeGreaterThan(400);
  expect(Object.values(report.refused).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100);
}, 120_000);
