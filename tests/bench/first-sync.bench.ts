/** How long the first upload of a class and the first download on another device take. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { connectionTo } from '../support/device.ts';
import { startTestPostgres, type TestDatabase } from '../support/postgres.ts';
import { clocked, measure, timed, valuesOf, type Bench } from './support/bench.ts';
import { connectClass, folderWithPoints, startBenchDevice } from './support/bench-device.ts';

const rounds = 3;

/** Streams so many rows of about the size of a point into a plain table. */
async function copyRows({ config }: TestDatabase, rows: number): Promise<void> {
  const client = new pg.Client(config);
  await client.connect();
  await client.query(
    'CREATE TEMP TABLE bench_floor (id text, student text, reason text, text text, delta int, at text, device text)',
  );
  const id = '0190a000-0000-7000-8000-000000000000';
  const lines = Array.from(
    { length: rows },
    () => `${id}\t${id}\t${id}\tHomework\t1\t2026-11-20T08:00:00.000Z\tRoom 301\n`,
  );
  await pipeline(Readable.from(lines), client.query(copyFrom('COPY bench_floor FROM STDIN')));
  await client.end();
}

/** One first upload and one first download. */
async function once(database: TestDatabase, points: number) {
  const { folder, classId } = await folderWithPoints(points);
  await using a = await startBenchDevice('A', folder);
  const connectionId = await connectClass(a, classId, database);
  const preview = await clocked(() => a.client.call('sync.preview', { classId, connectionId }));
  const { planId, total } = preview.result;
  const apply = await clocked(() => a.client.call('sync.run', { classId, planId, mode: 'apply' }));
  const { outcome, error } = apply.result;
  if (outcome !== 'completed') throw new Error(`the upload ended as ${outcome}: ${JSON.stringify(error)}`);
  await using b = await startBenchDevice('B');
  const connection = connectionTo(database);
  const join = await clocked(() => b.client.call('class.join', { remoteClassName: '5B', connection, pull: true }));
  return { rows: total, preview, apply, join };
}

async function compare(
  bench: Bench,
  createDatabase: () => Promise<TestDatabase>,
  id: string,
  points: number,
): Promise<void> {
  const results: Awaited<ReturnType<typeof once>>[] = [];
  const floor: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const database = await createDatabase();
    const result = await once(database, points);
    results.push(result);
    floor.push(...(await timed(1, () => copyRows(database, result.rows), 0)));
  }
  const rows = results[0]?.rows ?? 0;
  const copy = { what: `COPY of ${rows} rows into a plain table`, values: floor };
  bench.figure({
    id: `${id}-preview`,
    what: `Preview of the first upload, ${rows} rows`,
    ...valuesOf(results.map(({ preview }) => preview)),
    floor: copy,
  });
  bench.figure({
    id: `${id}-apply`,
    what: `First upload of ${rows} rows, with all proofs, and the comparison after it`,
    ...valuesOf(results.map(({ apply }) => apply)),
    floor: copy,
  });
  bench.figure({
    id: `${id}-join`,
    what: `Joining on a second device: preview and pull of ${rows} rows`,
    ...valuesOf(results.map(({ join }) => join)),
    floor: copy,
  });
  bench.figure({
    id: `${id}-planned`,
    what: 'Rows compared and listed per second',
    unit: 'rows/s',
    values: results.map(({ preview }) => (rows / preview.ms) * 1_000),
  });
}

await measure(async (bench) => {
  const postgres = await startTestPostgres();
  try {
    await compare(bench, () => postgres.createDatabase(), 'sample', 0);
    await compare(bench, () => postgres.createDatabase(), '10k', 10_000);
  } finally {
    await postgres.stop();
  }
});
