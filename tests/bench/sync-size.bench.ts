/**
 * What syncing takes at 10,000, 100,000 and 500,000 rows: the first upload, a comparison when nothing or little has changed, and the first download, each beside the
 * plainest way to move the same rows and the way most programs move them. Run by itself with a size (`100k`) it measures that one alone.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { measure, type Bench, type Compared } from './support/bench.ts';
import type { PlainTimes } from './support/plain-rows.ts';
import type { PromisedTimes } from './support/promised-rows.ts';
import type { SyncAtSize } from './support/sync-at-size.ts';

/** Sizes, and how often each is measured. */
const sizes = { '10k': 3, '100k': 3, '500k': 1 } as const;
type Size = keyof typeof sizes;
const program = join(import.meta.dirname, 'support', 'sync-at-size.ts');

async function at(size: Size): Promise<readonly SyncAtSize[]> {
  const results: SyncAtSize[] = [];
  for (let round = 0; round < sizes[size]; round += 1) {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [program, String(Number.parseInt(size, 10) * 1_000)],
      {
        maxBuffer: 1 << 20,
      },
    );
    results.push(JSON.parse(stdout) as SyncAtSize);
  }
  return results;
}

function figures(bench: Bench, size: Size, results: readonly SyncAtSize[]): void {
  const plain = (of: (times: PlainTimes) => number): number[] => results.flatMap((result) => result.plain.map(of));
  const promised = (of: (times: PromisedTimes) => number): number[] =>
    results.flatMap((result) => result.promised.map(of));
  const few = <T extends number>(of: (result: SyncAtSize) => T | null): T[] =>
    results.map(of).filter((value) => value !== null);
  const copyIn: Compared = {
    what: 'COPY of the same points into a plain table',
    values: plain(({ copyIn: ms }) => ms),
  };
  const copyOut: Compared = {
    what: 'COPY of the same points out, and their insertion into a plain SQLite table',
    values: plain(({ copyOut: ms }) => ms),
  };
  const tablesIn: Compared = {
    what: 'COPY of all rows into the tables they lie in at last, in one transaction: keys, foreign keys, indexes and the journal, and nothing compared or proved',
    values: promised(({ copyIn: ms }) => ms),
  };
  const tablesOut: Compared = {
    what: 'COPY of all rows out of them, and their insertion into a class file with its indexes, foreign keys and triggers',
    values: promised(({ copyOut: ms }) => ms),
  };
  const naive: Compared = {
    what: 'A SELECT by key and an INSERT for each point, counted from the first 3,000',
    values: plain(({ rowByRow }) => rowByRow),
  };
  const large = size === '100k';
  const rows = `${size} rows`;
  bench.figure({
    id: `${size}-push-server`,
    what: `The server's transaction of the first upload of ${rows}, with all proofs and the read-back stored`,
    values: few((result) => result.pushOnServer),
    floor: copyIn,
    tables: tablesIn,
    naive,
  });
  bench.figure({
    id: `${size}-push`,
    what: `First upload of ${rows} from the button to the next plan: checks, the server's transaction, settling here, comparison after it`,
    values: few((result) => result.push),
    floor: copyIn,
    tables: tablesIn,
    naive,
  });
  bench.figure({
    id: `${size}-pull`,
    what: `First download of ${rows} after its preview: rows written here, comparison after it`,
    values: few((result) => result.pull),
    floor: copyOut,
    tables: tablesOut,
    naive,
  });
  bench.figure({
    id: `${size}-first-preview`,
    what: `Preview of that upload`,
    values: few((result) => result.firstPreview),
  });
  bench.figure({
    id: `${size}-pull-preview`,
    what: `Preview of that download: everything read from the server`,
    values: few((result) => result.pullPreview),
    floor: copyOut,
    tables: tablesOut,
  });
  bench.figure({
    id: `${size}-unchanged`,
    what: `Preview at ${rows} when nothing has changed`,
    values: results.flatMap(({ unchanged }) => unchanged),
  });
  bench.figure({
    id: `${size}-unchanged-round-trips`,
    what: 'Waits for an answer in it, on a session that lies ready',
    unit: 'round trips',
    values: few((result) => result.unchangedRoundTrips),
  });
  bench.figure({
    id: `${size}-push-round-trips`,
    what: 'Waits for an answer in the upload, those of asking whether the session still stands and of the comparison after it included',
    unit: 'round trips',
    values: few((result) => result.pushRoundTrips),
  });
  bench.figure({
    id: `${size}-preview-100-changes`,
    what: `Preview of 100 changed rows at ${rows}`,
    values: results.flatMap(({ hundredChanges }) => hundredChanges),
    limit: { of: 'median', value: 50 },
  });
  for (const [id, of] of [
    ['up', (result: SyncAtSize) => result.memoryUp],
    ['down', (result: SyncAtSize) => result.memoryDown],
  ] as const)
    bench.figure({
      id: `${size}-memory-${id}`,
      what: `Memory beyond what the app had before, at most, while ${rows} are compared and go ${id}`,
      unit: 'MB',
      values: few(of),
      ...(size === '500k' ? { limit: { of: 'max', value: 150 } as const } : {}),
    });
  if (!large) return;
  bench.figure({
    id: `${size}-full-preview-1-percent`,
    what: `Preview of ${rows} that reads everything again, 1 % of them changed`,
    values: few((result) => result.fullPreviewOnePercent),
    floor: copyOut,
    limit: { of: 'median', value: 500 },
  });
  bench.figure({
    id: `${size}-update-10k`,
    what: `Upload of 10,000 changed rows at ${rows}, comparison after it included`,
    values: few((result) => result.updateTenThousand),
    floor: {
      what: 'COPY of 10,000 changed points beside a table with nothing but a primary key, and one UPDATE of it from them',
      values: plain(({ merge }) => merge),
    },
    naive: {
      what: 'A SELECT by key and an UPDATE for each of 10,000 points, counted from the first 3,000',
      values: plain(({ mergeRowByRow }) => mergeRowByRow),
    },
  });
}

/** What a row costs at one size, over what it costs at another. */
function growth(bench: Bench, small: readonly SyncAtSize[], large: readonly SyncAtSize[]): void {
  for (const step of ['firstPreview', 'push', 'pullPreview', 'pull'] as const) {
    const cost = (results: readonly SyncAtSize[]): number =>
      results.reduce((sum, result) => sum + result[step] / result.rows, 0) / results.length;
    bench.figure({
      id: `cost-per-row-500k-${step}`,
      what: `What a row costs at 500k rows, over what it costs at 10k: ${step}`,
      unit: '×',
      values: [cost(large) / cost(small)],
      limit: { of: 'max', value: 1.5 },
    });
  }
}

await measure(async (bench) => {
  const named = process.argv.slice(2);
  const wanted = (Object.keys(sizes) as Size[]).filter((size) => named.length === 0 || named.includes(size));
  const results = new Map<Size, readonly SyncAtSize[]>();
  for (const size of wanted) {
    const measured = await at(size);
    results.set(size, measured);
    figures(bench, size, measured);
  }
  const [small, large] = [results.get('10k'), results.get('500k')];
  if (small !== undefined && large !== undefined) growth(bench, small, large);
});
