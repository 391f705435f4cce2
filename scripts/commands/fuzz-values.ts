/**
 * `npm run fuzz:values -- [--values N] [--seed S] [--postgres 12|15|18] [--state FILE] [--jobs N] [--json]`: sends N values of every column type from SQLite to a PostgreSQL of its own and
 * back, hostile ones among them. With `--state` it goes on where it was stopped; `--jobs` lets so many work at the same time, each in a process with a server of its own. Exit code 1 when one came through as another value.
 */
import { openSession } from '../../tests/support/managed-database.ts';
import { startTestPostgres } from '../../tests/support/postgres.ts';
import { fuzzValues } from '../../tests/values/fuzz-values.ts';
import { commandLine, refuseUsage } from '../lib/command-line.ts';
import { inChunks, inOwnProcess, majorOf, printReport, wholeNumber } from '../lib/in-chunks.ts';

const usage = `npm run fuzz:values -- [options]: sends values of every column type to PostgreSQL and back
  --values N    how many of every type (1000)
  --seed S      the first seed; another one each time where none is given
  --postgres M  12, 15 or 18 (18)
  --jobs N      so many processes at the same time (1)
  --state FILE  goes on where a run was stopped
  --json        prints one document`;
const { values } = commandLine(usage, {
  options: {
    values: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    postgres: { type: 'string', default: '18' },
    state: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const goal = wholeNumber('values', values.values);
// Whoever goes on with a state goes on with its seeds.
const seed = values.seed === undefined ? (values.state === undefined ? Date.now() % 2 ** 31 : 1) : Number(values.seed);
if (!Number.isSafeInteger(seed) || seed < 0) refuseUsage(`--seed takes a whole number, not ${values.seed}`);
const major = majorOf(values.postgres);
console.error(`seed ${seed}`);
const jobs = wholeNumber('jobs', values.jobs);
const server = jobs > 1 ? null : await startTestPostgres({ major, inMemory: true });
try {
  const about = `values from seed ${seed}, PostgreSQL ${major}`;
  const report = await inChunks({ goal, chunk: 2_000, state: values.state, about, jobs }, async (after, count) => {
    const piece = { values: count, seed: seed + after };
    if (server === null) return await inOwnProcess(wordsOf(piece));
    const session = await openSession(await server.createDatabase());
    const found = await fuzzValues(session, piece);
    await session.close();
    const replay = `npm run fuzz:values -- ${wordsOf(piece).join(' ')}`;
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
  await server?.stop();
}

function wordsOf(piece: { readonly values: number; readonly seed: number }): readonly string[] {
  return ['--values', String(piece.values), '--seed', String(piece.seed), '--postgres', String(major)];
}
