/**
 * `npm run fuzz:values -- [--values N] [--seed S] [--postgres 12|15|18] [--state FILE] [--json]`: sends N values of every column type from SQLite to a PostgreSQL of its own and
 * back, hostile ones among them. With `--state` it goes on where it was stopped. Exit code 1 when one came through as another value.
 */
import { parseArgs } from 'node:util';
import { openSession } from '../../tests/support/managed-database.ts';
import { startTestPostgres } from '../../tests/support/postgres.ts';
import { fuzzValues } from '../../tests/values/fuzz-values.ts';
import { inChunks, majorOf, printReport, wholeNumber } from '../lib/in-chunks.ts';

const { values } = parseArgs({
  options: {
    values: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    postgres: { type: 'string', default: '18' },
    state: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const goal = wholeNumber('values', values.values);
// Whoever goes on with a state goes on with its seeds.
const seed = values.seed === undefined ? (values.state === undefined ? Date.now() % 2 ** 31 : 1) : Number(values.seed);
if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`--seed takes a whole number, not ${values.seed}`);
const major = majorOf(values.postgres);
console.error(`seed ${seed}`);
const server = await startTestPostgres({ major });
try {
  const about = `values from seed ${seed}, PostgreSQL ${major}`;
  const report = await inChunks({ goal, chunk: 2_000, state: values.state, about }, async (after, count) => {
    const session = await openSession(await server.createDatabase());
    const piece = { values: count, seed: seed + after };
    const found = await fuzzValues(session, piece);
    await session.close();
    const replay = `npm run fuzz:values -- --values ${count} --seed ${piece.seed} --postgres ${major}`;
    return {
      seeds: count,
      syncs: 0,
      faults: found.types,
      failures: found.failures.map((failure) => ({ ...failure, replay })),
      traceHash: '',
    };
  });
  printReport(report, 'values of every type', values.json);
} finally {
  await server.stop();
}
