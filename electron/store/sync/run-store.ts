import { AppError, type ErrorJson } from '../../../shared/errors.ts';
import type { KindCounts, KnownBefore, LeftRow, TreeRow, Trees } from '../../../shared/sync/plan.ts';
import type { ClassStore } from '../class-store.ts';
import type { PlanPurpose } from './plan-store.ts';
import { namedStatement, statement } from '../statement.ts';
import { fromJson, toJson } from './row-json.ts';
import { packTrees, unpackTrees } from './run-trees.ts';
import { readStored } from '../read-stored.ts';
import { PLACE_BITS } from './outbox-store.ts';

/** Which part of a plan a run carries out. */
export type RunMode = 'apply' | 'pull' | 'sync';
/** How a run ended. */
export type RunOutcome = 'completed' | 'undecided' | 'stale' | 'refused' | 'failed' | 'cancelled' | 'checking';
/** Rows written per direction. */
export interface RunCounts {
  readonly up: KindCounts;
  readonly down: KindCounts;
}

/** Counts that are still being added up. */
export type WritableCounts = Record<'up' | 'down', { -readonly [K in keyof KindCounts]: KindCounts[K] }>;

/** One run as kept for looking up. */
export interface RunRecord {
  readonly id: string;
  readonly connectionId: string;
  readonly connectionName: string;
  /** The server it was with. */
  readonly peerId: string;
  readonly planId: string;
  readonly mode: RunMode;
  readonly device: string;
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly outcome: RunOutcome;
  readonly counts: RunCounts;
  readonly error: ErrorJson | null;
  readonly left: readonly LeftRow[];
  readonly purpose: PlanPurpose;
  /** The run this one took back. */
  readonly undoes: string | null;
  /** Whether continuous sync began it, with nobody at it. */
  readonly automatic: boolean;
}

/** One row a run wrote on one side, or, of a decision to keep this PC's while pulling, on neither: from what the server has to what this PC keeps. */
export interface RunRow {
  readonly table: string;
  readonly pk: string;
  readonly label: string;
  readonly side: 'up' | 'down' | 'none';
  readonly op: 'add' | 'update' | 'delete';
  readonly before: TreeRow;
  readonly after: TreeRow;
  readonly choice: string | null;
  /** The three versions before the run; null where another row of the same record has them. */
  readonly trees: Trees | null;
  /** What else was known of the row before the run; null where another row of the same record has it, or nobody knew anything. */
  readonly known: KnownBefore | null;
}

/** Counts of nothing. */
export const noCounts: RunCounts = { up: { add: 0, update: 0, delete: 0 }, down: { add: 0, update: 0, delete: 0 } };

/** Ends the runs that nobody works on and whose outcome nobody can find out any more: the app was stopped before they reached the server, or their connection is gone. */
export function closeRuns(store: ClassStore): void {
  const error = JSON.stringify({ code: 'engine-crashed', params: {} } satisfies ErrorJson);
  const sql = `UPDATE run SET outcome = 'failed', error = ? WHERE outcome = 'checking' AND id NOT IN (SELECT run_id FROM outbox)`;
  statement(store.db, sql).run(error);
}

/** Writes or rewrites the record of a run. */
export function putRun(store: ClassStore, run: RunRecord): void {
  store.db
    .prepare(
      `INSERT INTO run (id, connection_id, connection_name, peer_id, plan_id, mode, device, started_at, duration_ms, outcome, counts, error, left_rows, purpose, undoes, automatic)
       VALUES (@id, @connectionId, @connectionName, @peerId, @planId, @mode, @device, @startedAt, @durationMs, @outcome, @counts, @error, @left, @purpose, @undoes, @automatic)
       ON CONFLICT (id) DO UPDATE SET duration_ms = excluded.duration_ms, outcome = excluded.outcome, counts = excluded.counts, error = excluded.error, left_rows = excluded.left_rows`,
    )
    .run({
      ...run,
      durationMs: run.durationMs === null ? null : BigInt(Math.round(run.durationMs)),
      counts: JSON.stringify(run.counts),
      error: run.error === null ? null : JSON.stringify(run.error),
      left: JSON.stringify(run.left),
      automatic: run.automatic ? 1n : 0n,
    });
}

/** Adds the rows a run wrote, each at its place in the run's order, which need not be without gaps. Inside the transaction that wrote them. */
export function addRunRows(
  store: ClassStore,
  runId: string,
  rows: readonly { readonly seq: number; readonly row: RunRow }[],
): void {
  const insert = statement(
    store.db,
    'INSERT INTO run_row (run_id, seq, tbl, pk, label, side, op, before, after, choice, trees, known) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  for (const { seq, row } of rows)
    insert.run(
      runId,
      BigInt(seq),
      row.table,
      row.pk,
      row.label,
      row.side,
      row.op,
      toJson(row.before),
      toJson(row.after),
      row.choice,
      row.trees === null ? null : packTrees(row.trees, row.before, row.after),
      row.known === null ? null : JSON.stringify(row.known),
    );
}

function runFrom(raw: unknown): RunRecord {
  const run = raw as Omit<RunRecord, 'durationMs' | 'counts' | 'error' | 'left' | 'automatic'> & {
    automatic: number | bigint;
    durationMs: number | bigint | null;
    counts: string;
    error: string | null;
    left: string;
  };
  return {
    ...run,
    durationMs: run.durationMs === null ? null : Number(run.durationMs),
    counts: readStored(run.counts) as RunCounts,
    error: run.error === null ? null : (readStored(run.error) as ErrorJson),
    left: readStored(run.left) as LeftRow[],
    automatic: Number(run.automatic) === 1,
  };
}

const RUN = `SELECT id, connection_id AS connectionId, connection_name AS connectionName, peer_id AS peerId, plan_id AS planId, mode, device, started_at AS startedAt,
  duration_ms AS durationMs, outcome, counts, error, purpose, undoes, automatic`;

/** Which part of a list of runs. */
export interface RunPage {
  readonly offset: number;
  readonly limit: number;
}

/**
 * A page of the runs, newest first, and how many there are; without the rows they left: a list of them names none, and one run may have left thousands.
 */
export function listRuns(
  store: ClassStore,
  connectionId: string | null,
  { offset, limit }: RunPage,
): { readonly runs: readonly RunRecord[]; readonly total: number } {
  const where = 'FROM run WHERE @connectionId IS NULL OR connection_id = @connectionId';
  const sql = `${RUN}, '[]' AS "left" ${where} ORDER BY started_at DESC, id DESC LIMIT @limit OFFSET @offset`;
  const found = namedStatement(store.db, sql).all({ connectionId, limit: BigInt(limit), offset: BigInt(offset) });
  const counted = namedStatement(store.db, `SELECT count(*) AS n ${where}`).get({ connectionId }) as {
    n: number | bigint;
  };
  return { runs: found.map(runFrom), total: Number(counted.n) };
}

/** Every run of the class, newest first. */
export function runIds(store: ClassStore): readonly string[] {
  const found = statement(store.db, 'SELECT id FROM run ORDER BY started_at DESC, id DESC').all();
  return (found as readonly { readonly id: string }[]).map(({ id }) => id);
}

/** What the rows of a run are called, in their order and each name once in a row; read a part at a time, so that others write in between. */
export function* eachRunLabel(store: ClassStore, runId: string): Generator<string> {
  const sql = 'SELECT seq, label FROM run_row WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?';
  let last = 0n;
  let before: string | null = null;
  for (;;) {
    const part = statement(store.db, sql).all(runId, last, BigInt(READ_AT_ONCE)) as readonly {
      readonly seq: number | bigint;
      readonly label: string;
    }[];
    for (const { label } of part) {
      if (label !== before) yield label;
      before = label;
    }
    const end = part.at(-1);
    if (end === undefined) return;
    last = BigInt(end.seq);
  }
}

/** How many rows of its list a run carried out as somebody had decided: each counts once, however many rows the decision made on either side. */
export function decidedCount(store: ClassStore, runId: string): number {
  // The place of a row in a run begins with that of its row in the list, and two rows of a place may have been written.
  const sql = `SELECT count(DISTINCT (seq - 1) >> ${PLACE_BITS + 1}) AS decided FROM run_row WHERE run_id = ? AND choice IS NOT NULL`;
  const { decided } = statement(store.db, sql).get(runId) as { readonly decided: number | bigint };
  return Number(decided);
}

/** One run; throws `not-found`. */
export function getRun(store: ClassStore, id: string): RunRecord {
  const raw = statement(store.db, `${RUN}, left_rows AS "left" FROM run WHERE id = ?`).get(id);
  if (raw === undefined) throw new AppError('not-found', { what: 'run' });
  return runFrom(raw);
}

/** Rows read at once. */
const READ_AT_ONCE = 200;

/**
 * What a run wrote, in the order it wrote it, read a page at a time: the caller may write between two rows. Nothing of a run that has not ended well: what stands of it
 * was written ahead.
 */
export function* eachRunRow(store: ClassStore, runId: string): Generator<RunRow> {
  const ended = `SELECT 1 FROM run WHERE id = ? AND outcome IN ('completed', 'undecided')`;
  if (statement(store.db, ended).get(runId) === undefined) return;
  for (let last = 0n; ;) {
    const page = runRowsAfter(store, runId, last);
    for (const { row } of page) yield row;
    const end = page.at(-1);
    if (end === undefined || page.length < READ_AT_ONCE) return;
    last = BigInt(end.seq);
  }
}

function runRowsAfter(
  store: ClassStore,
  runId: string,
  last: bigint,
): readonly { readonly seq: number; readonly row: RunRow }[] {
  const sql =
    'SELECT seq, tbl AS "table", pk, label, side, op, before, after, choice, trees, known FROM run_row WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?';
  return (
    statement(store.db, sql).all(runId, last, BigInt(READ_AT_ONCE)) as (Omit<
      RunRow,
      'before' | 'after' | 'trees' | 'known'
    > & {
      before: string | null;
      after: string | null;
      trees: string | null;
      known: string | null;
      seq: number | bigint;
    })[]
  ).map(({ seq, ...raw }) => {
    const before = fromJson(raw.before);
    const after = fromJson(raw.after);
    const trees = raw.trees === null ? null : unpackTrees(raw.trees, before, after);
    const known = raw.known === null ? null : (readStored(raw.known) as KnownBefore);
    return { seq: Number(seq), row: { ...raw, before, after, trees, known } };
  });
}
