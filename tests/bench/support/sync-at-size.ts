/**
 * One class of a given size, uploaded, compared, changed and downloaded, in a process of its own, so that its memory is that of this work alone. Prints what each
 * step took as one JSON document: `node sync-at-size.ts <rows>`.
 */
import Database from 'better-sqlite3';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { classFileOf } from '../../../electron/store/class-files.ts';
import type { RunResult } from '../../../shared/contract/sync.ts';
import { connectionTo } from '../../support/device.ts';
import { startTestPostgres, type TestDatabase } from '../../support/postgres.ts';
import { countRoundTrips } from '../../support/round-trips.ts';
import { connectClass, startBenchDevice, type BenchDevice } from './bench-device.ts';
import { movePlainly, pointsOf, type PlainTimes } from './plain-rows.ts';
import type { PromisedTimes } from './promised-rows.ts';

/** What the program prints; times in milliseconds, memory in megabytes. */
export interface SyncAtSize {
  readonly rows: number;
  /** Measured before and after the upload. */
  readonly plain: readonly PlainTimes[];
  /** As `plain`, the rows of the whole class in the tables they lie in at last. */
  readonly promised: readonly PromisedTimes[];
  readonly firstPreview: number;
  readonly push: number;
  /** Of the upload, the server's transaction, from its first word to the answer to COMMIT. */
  readonly pushOnServer: number;
  readonly pushRoundTrips: number;
  readonly unchanged: readonly number[];
  readonly unchangedRoundTrips: number;
  readonly hundredChanges: readonly number[];
  /** Only where there are students enough. */
  readonly fullPreviewOnePercent: number | null;
  readonly updateTenThousand: number | null;
  readonly pullPreview: number;
  readonly pull: number;
  /** The most memory that sending, and that receiving, took beyond what the process had with the class open. */
  readonly memoryUp: number;
  readonly memoryDown: number;
}

const rows = Number(process.argv[2]);
const studentsWanted = Math.min(10_000, rows / 10);

/** Runs work and follows the memory of the process meanwhile; the engine works in another thread, so the clock of this one goes on. */
async function withMemory<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly extra: number }> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
  const result = await work();
  clearInterval(timer);
  return { result, extra: (Math.max(most, process.memoryUsage.rss()) - before) / 1e6 };
}

async function clock<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const since = performance.now();
  const result = await work();
  return { ms: performance.now() - since, result };
}

function completed({ outcome, error }: RunResult): void {
  if (outcome !== 'completed') throw new Error(`a run ended as ${outcome}: ${JSON.stringify(error)}`);
}

/** A run that says when its phases began. */
async function run(device: BenchDevice, classId: string, planId: string, mode: 'apply' | 'pull') {
  const since = performance.now();
  const phases = new Map<string, number>();
  const onProgress = ({ phase }: { readonly phase: string }): void => {
    if (!phases.has(phase)) phases.set(phase, performance.now() - since);
  };
  const result = await device.client.call('sync.run', { classId, planId, mode }, { onProgress });
  completed(result);
  return { ms: performance.now() - since, at: (phase: string) => phases.get(phase) ?? Number.NaN };
}

function movePromised({ config }: TestDatabase, file: string, classId: string): PromisedTimes {
  const program = join(import.meta.dirname, 'promised-rows.ts');
  const { stdout } = spawnSync(process.execPath, [program, file, classId], {
    encoding: 'utf8',
    input: JSON.stringify(config),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return JSON.parse(stdout) as PromisedTimes;
}

/** Changes the file behind the app's back, once the app has ended what it does after a run or a list (outdated lists go, in slices). */
function change(device: BenchDevice, classId: string, sql: string): void {
  const db = new Database(classFileOf(device.folder, classId), { timeout: 120_000 });
  db.exec(sql);
  db.close();
}

async function onServer({ config }: TestDatabase, sql: string): Promise<readonly { readonly count: string }[]> {
  const client = new pg.Client(config);
  await client.connect();
  const { rows: found } = await client.query<{ count: string }>(sql);
  await client.end();
  return found;
}

async function countOnServer(database: TestDatabase, table: string): Promise<number> {
  const [found] = await onServer(database, `SELECT count(*) FROM tallybook.${table}`);
  return Number(found?.count);
}

function expectCount(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${found} instead of ${expected} ${what}`);
}

async function measureAll(database: TestDatabase, fresh: () => Promise<TestDatabase>): Promise<SyncAtSize> {
  const made = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'make-class.ts'), String(rows), String(studentsWanted)],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const { folder, classId } = JSON.parse(made.stdout) as { readonly folder: string; readonly classId: string };
  const points = pointsOf(classFileOf(folder, classId), classId);
  const plain = [await movePlainly(database, points)];
  const promise = async () => movePromised(await fresh(), classFileOf(folder, classId), classId);
  const promised = [await promise()];
  await using relay = await countRoundTrips(database.config);
  const relayed = { ...database, config: { ...database.config, port: relay.port } };
  await using a = await startBenchDevice('A', folder);
  const connectionId = await connectClass(a, classId, relayed);
  const preview = async () => await a.client.call('sync.preview', { classId, connectionId });

  const up = await withMemory(async () => {
    const first = await clock(preview);
    relay.take();
    return { first, push: await run(a, classId, first.result.planId, 'apply') };
  });
  const { first, push } = up.result;
  const pushRoundTrips = relay.take();
  expectCount('points on the server', await countOnServer(database, 'score_event'), points.length);
  plain.push(await movePlainly(database, points));
  promised.push(await promise());

  const unchanged: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    relay.take();
    const { ms, result } = await clock(preview);
    expectCount('rows in a plan of nothing', result.total, 0);
    unchanged.push(ms);
  }
  const unchangedRoundTrips = relay.take();

  const hundredChanges: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    change(
      a,
      classId,
      `UPDATE student SET note = 'round ${round}' WHERE id IN (SELECT id FROM student ORDER BY id DESC LIMIT 100)`,
    );
    const { ms, result } = await clock(preview);
    expectCount('changes', result.total, 100);
    hundredChanges.push(ms);
    await run(a, classId, result.planId, 'apply');
  }

  let fullPreviewOnePercent: number | null = null;
  let updateTenThousand: number | null = null;
  if (studentsWanted >= 10_000) {
    change(
      a,
      classId,
      `UPDATE student SET note = 'one percent' WHERE id IN (SELECT id FROM student ORDER BY id DESC LIMIT ${rows / 100})`,
    );
    // What a device finds that was away for very long.
    await onServer(database, 'UPDATE tallybook.gc_horizon SET horizon = txid_current()');
    const full = await clock(preview);
    expectCount('changes', full.result.total, Math.min(rows / 100, 10_000));
    fullPreviewOnePercent = full.ms;
    change(
      a,
      classId,
      `UPDATE student SET note = 'all of them' WHERE id IN (SELECT id FROM student ORDER BY id DESC LIMIT 10000)`,
    );
    const plan = await preview();
    expectCount('changes', plan.total, 10_000);
    updateTenThousand = (await run(a, classId, plan.planId, 'apply')).ms;
    expectCount('notes on the server', await countOnServer(database, `student WHERE note = 'all of them'`), 10_000);
  }

  await using b = await startBenchDevice('B');
  const joined = await b.client.call('class.join', {
    remoteClassName: '5B',
    connection: connectionTo(database),
    pull: false,
  });
  const there = { classId: joined.class.id, connectionId: joined.connection.id };
  const down = await withMemory(async () => {
    const pulling = await clock(async () => await b.client.call('sync.preview', there));
    return { pulling, pull: await run(b, there.classId, pulling.result.planId, 'pull') };
  });
  expectCount(
    'points on the second device',
    pointsOf(classFileOf(b.folder, there.classId), there.classId).length,
    points.length,
  );
  return {
    rows: first.result.total,
    plain,
    promised,
    firstPreview: first.ms,
    push: push.ms,
    pushOnServer: push.at('finish') - push.at('lock'),
    pushRoundTrips,
    unchanged,
    unchangedRoundTrips: unchangedRoundTrips,
    hundredChanges,
    fullPreviewOnePercent,
    updateTenThousand,
    pullPreview: down.result.pulling.ms,
    pull: down.result.pull.ms,
    memoryUp: up.extra,
    memoryDown: down.extra,
  };
}

const postgres = await startTestPostgres();
try {
  process.stdout.write(
    JSON.stringify(await measureAll(await postgres.createDatabase(), async () => await postgres.createDatabase())),
  );
} finally {
  await postgres.stop();
}
process.exit(0);
