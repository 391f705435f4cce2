import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import Database from 'better-sqlite3';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { copyLine, copyRows } from '../../../electron/remote/copy-text.ts';
import { openClassStore } from '../../../electron/store/class-store.ts';
import type { TestDatabase } from '../../support/postgres.ts';

type Cells = readonly (string | null)[];

const columns = 'id, student_id, reason_id, text, delta, note, at, by, device_id, device_name';
const plainColumns =
  'id uuid, student_id uuid, reason_id uuid, text text, delta int, note text, at timestamptz, by text, device_id uuid, device_name text';
/** Rows the row-by-row pattern is measured on; more would only take longer. */
const naiveRows = 3_000;
/** Rows that are changed where some already are there. */
const changedRows = 10_000;

/** The points of a class file, as text. */
export function pointsOf(file: string, classId: string): readonly Cells[] {
  const store = openClassStore(file, { classId });
  const rows = store.db
    .prepare(`SELECT ${columns.replace('delta', 'CAST(delta AS TEXT)')} FROM score_event`)
    .raw()
    .all();
  store.close();
  return rows as Cells[];
}

/** What the least, and the most usual, way of moving these rows takes, in milliseconds. */
export interface PlainTimes {
  /** COPY of the rows into a table without index, constraint or trigger. */
  readonly copyIn: number;
  /** COPY of them out again, and their insertion into a plain table of SQLite, in one transaction. */
  readonly copyOut: number;
  /** A SELECT by key, then an INSERT, for each row, each in a round trip of its own: measured on some, counted for all. */
  readonly rowByRow: number;
  /** COPY of 10,000 changed rows beside a table with nothing but a primary key that has all of them, and one UPDATE of it from them, in one transaction. */
  readonly merge: number;
  /** A SELECT by key, then an UPDATE, for each of those: measured on some, counted for all. */
  readonly mergeRowByRow: number;
}

/** Moves the rows of a list in the plainest ways. Throws when they did not all arrive. */
export async function movePlainly({ config }: TestDatabase, rows: readonly Cells[]): Promise<PlainTimes> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    await client.query(`CREATE TABLE public.plain (${plainColumns})`);
    const copyIn = await clock(async () => {
      await pipeline(Readable.from(pieces(rows)), client.query(copyFrom(`COPY public.plain (${columns}) FROM STDIN`)));
    });
    const copyOut = await clock(async () => await copyToFile(client, rows.length));
    await client.query(`CREATE TABLE public.naive (${plainColumns}, PRIMARY KEY (id))`);
    const few = rows.slice(0, naiveRows);
    const took = await clock(async () => {
      for (const row of few) {
        await client.query('SELECT * FROM public.naive WHERE id = $1', [row[0]]);
        await client.query(
          `INSERT INTO public.naive (${columns}) VALUES (${row.map((_, index) => `$${index + 1}`).join(', ')})`,
          [...row],
        );
      }
    });
    const merged = await changePlainly(client, rows);
    await client.query('DROP TABLE public.plain, public.naive');
    return { copyIn, copyOut, rowByRow: (took / few.length) * rows.length, ...merged };
  } finally {
    await client.end();
  }
}

/** Changes rows of a table that holds them all already. */
async function changePlainly(
  client: pg.Client,
  rows: readonly Cells[],
): Promise<Pick<PlainTimes, 'merge' | 'mergeRowByRow'>> {
  await client.query(`CREATE TABLE public.kept (${plainColumns}, PRIMARY KEY (id))`);
  await client.query(`INSERT INTO public.kept (${columns}) SELECT ${columns} FROM public.plain`);
  await client.query('ANALYZE public.kept');
  const changed = rows.slice(0, changedRows).map((row) => row.with(5, 'changed'));
  const merge = await clock(async () => {
    await client.query('BEGIN');
    await client.query(`CREATE TEMP TABLE changed (${plainColumns}) ON COMMIT DROP`);
    await pipeline(Readable.from(pieces(changed)), client.query(copyFrom(`COPY changed (${columns}) FROM STDIN`)));
    const { rowCount } = await client.query('UPDATE public.kept k SET note = c.note FROM changed c WHERE c.id = k.id');
    await client.query('COMMIT');
    if (rowCount !== changed.length) throw new Error(`${rowCount} of ${changed.length} rows changed`);
  });
  const few = changed.slice(0, naiveRows);
  const took = await clock(async () => {
    for (const row of few) {
      await client.query('SELECT * FROM public.kept WHERE id = $1', [row[0]]);
      await client.query('UPDATE public.kept SET note = $2 WHERE id = $1', [row[0], row[5]]);
    }
  });
  await client.query('DROP TABLE public.kept');
  return { merge, mergeRowByRow: (took / few.length) * changed.length };
}

async function clock(work: () => Promise<void>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

function* pieces(rows: readonly Cells[]): Generator<string> {
  let piece = '';
  for (const row of rows) {
    piece += copyLine(row);
    if (piece.length < 65_536) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

async function copyToFile(client: pg.Client, expected: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-bench-plain-'));
  const db = new Database(join(folder, 'plain.db'));
  try {
    db.pragma('journal_mode = WAL');
    const names = columns.split(', ');
    db.exec(`CREATE TABLE plain (${names.map((name) => `${name} TEXT`).join(', ')}) STRICT`);
    const insert = db.prepare(`INSERT INTO plain VALUES (${names.map(() => '?').join(', ')})`);
    db.exec('BEGIN');
    for await (const chunk of copyRows(client.query(copyTo(`COPY public.plain (${columns}) TO STDOUT`)), 2_000))
      for (const row of chunk) insert.run(row);
    db.exec('COMMIT');
    const { arrived } = db.prepare('SELECT count(*) AS arrived FROM plain').get() as { arrived: number };
    if (arrived !== expected) throw new Error(`${arrived} of ${expected} rows arrived`);
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
