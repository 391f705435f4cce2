import { AppError, type ErrorJson } from '../../../shared/errors.ts';
import type { Effect, KindCounts, LeftRow, TreeRow, Trees } from '../../../shared/sync/plan.ts';
import type { LoggedField } from '../../../shared/sync/logged-fields.ts';
import type { ClassStore } from '../class-store.ts';
import type { PlanPurpose } from './plan-store.ts';
import { statement } from '../statement.ts';
import { packResult, unpackResult, type PackedResult } from './plan-row-json.ts';
import { fromJson, toJson } from './row-json.ts';
import { packTrees, unpackTrees } from './run-trees.ts';

/** Which part of a plan a run carries out. */
export type RunMode = 'apply' | 'pull' | 'sync';
/** How a run ended. */
export type RunOutcome = 'completed' | 'undecided' | 'stale' | 'refused' | 'failed' | 'cancelled' | 'checking';
/** Rows written per direction. */
export interface RunCounts {
  readonly up: KindCounts;
  readonly down: KindCounts;
}

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
}

/** One row a run wrote on one side. */
export interface RunRow {
  readonly table: string;
  readonly pk: string;
  readonly label: string;
  readonly side: 'up' | 'down';
  readonly op: 'add' | 'update' | 'delete';
  readonly before: TreeRow;
  readonly after: TreeRow;
  readonly choice: string | null;
  /** The three versions before the run; null where another row of the same record has them. */
  readonly trees: Trees | null;
}

/** An effect as the outbox keeps it until its outcome is known. */
export interface OutboxEffect extends Effect {
  readonly label: string;
  readonly choice: string | null;
  /** Of a decision by column: which side each took. */
  readonly fields?: Readonly<Record<string, LoggedField>>;
  /** Whatever this write replaces goes to the recovery bin: a guard was overruled, or the run takes another back. */
  readonly keepLosers?: true | undefined;
}

/** A run sent, or about to be sent, to the server, whose end is not known here yet. */
export interface OutboxEntry {
  readonly runId: string;
  readonly connectionId: string;
  readonly peerId: string;
  readonly planId: string;
  readonly mode: RunMode;
  readonly effects: readonly OutboxEffect[];
  /** What the server holds after the run, by table and key; null until its proofs were done. */
  readonly readBack:
    | readonly {
        readonly table: string;
        readonly pk: string;
        readonly row: TreeRow;
        readonly ver: string | null;
        /** The server held it already: the run did not write it. */
        readonly there?: true;
      }[]
    | null;
  readonly at: string;
}

/** Counts of nothing. */
export const noCounts: RunCounts = { up: { add: 0, update: 0, delete: 0 }, down: { add: 0, update: 0, delete: 0 } };

type PackedEffect = Omit<OutboxEffect, 'result'> & { readonly result: PackedResult };

function packEffect(effect: OutboxEffect): PackedEffect {
  return { ...effect, result: packResult(effect.trees, effect.result) };
}

function unpackEffect(effect: PackedEffect): OutboxEffect {
  return { ...effect, result: unpackResult(effect.trees, effect.result) };
}

/** Commits the intention of a run durably before the server hears of it. */
export function putOutbox(store: ClassStore, entry: Omit<OutboxEntry, 'readBack'>): void {
  store.transaction(() =>
    store.db
      .prepare(
        'INSERT INTO outbox (run_id, connection_id, peer_id, plan_id, mode, effects, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        entry.runId,
        entry.connectionId,
        entry.peerId,
        entry.planId,
        entry.mode,
        JSON.stringify(entry.effects.map(packEffect)),
        entry.at,
      ),
  );
}

/** Stores what the server holds, before COMMIT is sent: recovery finalises from it. */
export function setOutboxReadBack(
  store: ClassStore,
  runId: string,
  readBack: NonNullable<OutboxEntry['readBack']>,
): void {
  store.transaction(() =>
    store.db.prepare('UPDATE outbox SET read_back = ? WHERE run_id = ?').run(JSON.stringify(readBack), runId),
  );
}

/** Ends the runs that nobody works on and whose outcome nobody can find out any more: the app was stopped before they reached the server, or their connection is gone. */
export function closeRuns(store: ClassStore): void {
  const error = JSON.stringify({ code: 'engine-crashed', params: {} } satisfies ErrorJson);
  const sql = `UPDATE run SET outcome = 'failed', error = ? WHERE outcome = 'checking' AND id NOT IN (SELECT run_id FROM outbox)`;
  statement(store.db, sql).run(error);
}

/** Forgets a run whose outcome is settled. Inside the transaction that settles it. */
export function dropOutbox(store: ClassStore, runId: string): void {
  store.db.prepare('DELETE FROM outbox WHERE run_id = ?').run(runId);
}

/** Runs of a peer whose outcome is not known here. */
export function outboxOf(store: ClassStore, peerId: string): readonly OutboxEntry[] {
  return (
    store.db
      .prepare(
        'SELECT run_id AS runId, connection_id AS connectionId, peer_id AS peerId, plan_id AS planId, mode, effects, read_back AS readBack, at FROM outbox WHERE peer_id = ? ORDER BY at',
      )
      .all(peerId) as (Omit<OutboxEntry, 'effects' | 'readBack'> & { effects: string; readBack: string | null })[]
  ).map((raw) => ({
    ...raw,
    effects: (JSON.parse(raw.effects) as PackedEffect[]).map(unpackEffect),
    readBack: raw.readBack === null ? null : (JSON.parse(raw.readBack) as NonNullable<OutboxEntry['readBack']>),
  }));
}

/** Writes or rewrites the record of a run. */
export function putRun(store: ClassStore, run: RunRecord): void {
  store.db
    .prepare(
      `INSERT INTO run (id, connection_id, connection_name, peer_id, plan_id, mode, device, started_at, duration_ms, outcome, counts, error, left_rows, purpose, undoes)
       VALUES (@id, @connectionId, @connectionName, @peerId, @planId, @mode, @device, @startedAt, @durationMs, @outcome, @counts, @error, @left, @purpose, @undoes)
       ON CONFLICT (id) DO UPDATE SET duration_ms = excluded.duration_ms, outcome = excluded.outcome, counts = excluded.counts, error = excluded.error, left_rows = excluded.left_rows`,
    )
    .run({
      ...run,
      durationMs: run.durationMs === null ? null : BigInt(Math.round(run.durationMs)),
      counts: JSON.stringify(run.counts),
      error: run.error === null ? null : JSON.stringify(run.error),
      left: JSON.stringify(run.left),
    });
}

/** Adds the rows a run wrote. Inside the transaction that wrote them. */
export function addRunRows(store: ClassStore, runId: string, rows: readonly RunRow[]): void {
  const start = (
    store.db.prepare('SELECT coalesce(max(seq), 0) AS n FROM run_row WHERE run_id = ?').get(runId) as {
      n: number | bigint;
    }
  ).n;
  const insert = statement(
    store.db,
    'INSERT INTO run_row (run_id, seq, tbl, pk, label, side, op, before, after, choice, trees) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  let seq = Number(start);
  for (const row of rows) {
    seq += 1;
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
    );
  }
}

function runFrom(raw: unknown): RunRecord {
  const run = raw as Omit<RunRecord, 'durationMs' | 'counts' | 'error' | 'left'> & {
    durationMs: number | bigint | null;
    counts: string;
    error: string | null;
    left: string;
  };
  return {
    ...run,
    durationMs: run.durationMs === null ? null : Number(run.durationMs),
    counts: JSON.parse(run.counts) as RunCounts,
    error: run.error === null ? null : (JSON.parse(run.error) as ErrorJson),
    left: JSON.parse(run.left) as LeftRow[],
  };
}

const RUN = `SELECT id, connection_id AS connectionId, connection_name AS connectionName, peer_id AS peerId, plan_id AS planId, mode, device, started_at AS startedAt,
  duration_ms AS durationMs, outcome, counts, error, left_rows AS "left", purpose, undoes FROM run`;

/** Runs, newest first. */
export function listRuns(store: ClassStore, connectionId: string | null): readonly RunRecord[] {
  return store.db
    .prepare(`${RUN} WHERE @connectionId IS NULL OR connection_id = @connectionId ORDER BY started_at DESC, id DESC`)
    .all({ connectionId })
    .map(runFrom);
}

/** One run; throws `not-found`. */
export function getRun(store: ClassStore, id: string): RunRecord {
  const raw = store.db.prepare(`${RUN} WHERE id = ?`).get(id);
  if (raw === undefined) throw new AppError('not-found', { what: 'run' });
  return runFrom(raw);
}

/** What a run wrote, in the order it wrote it. */
export function runRows(store: ClassStore, runId: string): readonly RunRow[] {
  return [...eachRunRow(store, runId)];
}

/** Rows read at once. */
const READ_AT_ONCE = 200;

/** What a run wrote, in the order it wrote it, read a page at a time: the caller may write between two rows. */
export function* eachRunRow(store: ClassStore, runId: string): Generator<RunRow> {
  for (let last = 0n; ;) {
    const page = runRowsAfter(store, runId, last);
    yield* page;
    if (page.length < READ_AT_ONCE) return;
    last += BigInt(page.length);
  }
}

function runRowsAfter(store: ClassStore, runId: string, last: bigint): readonly RunRow[] {
  return (
    store.db
      .prepare(
        'SELECT tbl AS "table", pk, label, side, op, before, after, choice, trees FROM run_row WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?',
      )
      .all(runId, last, BigInt(READ_AT_ONCE)) as (Omit<RunRow, 'before' | 'after' | 'trees'> & {
      before: string | null;
      after: string | null;
      trees: string | null;
    })[]
  ).map((raw) => {
    const before = fromJson(raw.before);
    const after = fromJson(raw.after);
    return { ...raw, before, after, trees: raw.trees === null ? null : unpackTrees(raw.trees, before, after) };
  });
}
