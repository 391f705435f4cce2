/**
 * `npm run fuzz:values -- [--values N] [--seed S] [--postgres 12|15|18] [--json]`: sends N values of every column type from SQLite to a PostgreSQL of its own and
 * back, hostile ones among them. Exit code 1 when one came through as another value.
 */
import { parseArgs } from 'node:util';
import { openSession } from '../../tests/support/managed-database.ts';
import { startTestPostgres } from '../../tests/support/postgres.ts';
import { fuzzValues } from '../../tests/values/fuzz-values.ts';

const { values } = parseArgs({
  options: {
    values: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    postgres: { type: 'string', default: '18' },
    json: { type: 'boolean', default: false },
  },
});
const [count, seed, major] = [Number(values.values), Number(values.seed), Number(values.postgres)];
if (!Number.isSafeInteger(count) || count < 1)
  throw new Error(`--values takes a whole number above zero, not ${values.values}`);
if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`--seed takes a whole number, not ${values.seed}`);
if (major !== 12 && major !== 15 && major !== 18) throw new Error('--postgres takes 12, 15 or 18');
console.error(`seed ${seed}`);
const server = await startTestPostgres({ major });
try {
  const session = await openSession(await server.createDatabase());
  const report = await fuzzValues(session, { values: count, seed });
  await session.close();
  const total = Object.values(report.types).reduce((sum, number) => sum + number, 0);
  for (const failure of report.failures) console.error(`${failure.type}: ${failure.value} → ${failure.found}`);
  console.log(
    values.json
      ? JSON.stringify(report, null, 2)
      : `${total} values of ${Object.keys(report.types).length} types, ${report.failures.length} failures, seed ${seed}`,
  );
  process.exitCode = report.failures.length > 0 ? 1 : 0;
} finally {
  await server.stop();
}
