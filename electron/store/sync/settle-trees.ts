import type { ClassStore } from '../class-store.ts';
import { rawStatement, statement } from '../statement.ts';
import type { Staging } from './outbox-store.ts';
import { noteTreeWrite } from './trees.ts';

/*
 * Base, Remote and marks of the plain rows of a run follow the transaction that settles it, in small steps: they are half of that work, during which no point could be
 * recorded. That transaction notes that they are to follow, so it is as if they had been written with it: nobody compares anything before they are, and after a
 * crash they are written when the file is opened.
 */

/** Rows settled in one step. */
const ROWS_AT_ONCE = 250;

/** Notes that Base, Remote and marks of the plain rows of a run are to follow. Inside the transaction that settles the run, when its history is complete. */
export function beginSettling(store: ClassStore, { runId, peerId }: Staging, now: string): void {
  const sql = 'INSERT INTO settling (run_id, peer_id, seq, at) SELECT ?, ?, seq, ? FROM change_clock';
  statement(store.db, sql).run(runId, peerId, now);
}

/** What a run left to be settled, with the number of the last local change before it was. */
interface Unsettled {
  readonly runId: string;
  readonly peerId: string;
  readonly seq: number;
  readonly at: string;
}

const plainRows = 'FROM outbox_row AS o WHERE o.run_id = ? AND o.ord BETWEEN ? AND ? AND o.plain = 1';
/** What both sides agreed on is what the run wrote, whatever was edited here since. */
const agree = `INSERT INTO base (peer_id, tbl, pk, row, at) SELECT ?, r.tbl, r.pk, r.after, ?
 FROM outbox_row AS o CROSS JOIN run_row AS r ON r.run_id = o.run_id AND r.seq = o.ord * 2 + 1
 WHERE o.run_id = ? AND o.ord BETWEEN ? AND ? AND o.plain = 1 ORDER BY o.ord
 ON CONFLICT (peer_id, tbl, pk) DO UPDATE SET row = excluded.row, at = excluded.at`;
const forgetSeen = `DELETE FROM remote WHERE peer_id = ? AND (tbl, pk) IN (SELECT o.tbl, o.pk ${plainRows} AND o.part = 'down')`;
/** A row edited since stays marked. The plus keeps SQLite from going through all marks by their numbers. */
const unmark = `DELETE FROM dirty WHERE peer_id = ? AND +seq <= ? AND (tbl, pk) IN (SELECT o.tbl, o.pk ${plainRows} AND o.part = 'up')`;

/**
 * Settles what is to follow, a few rows at a time: whoever goes through it decides when to stop for a while. Each step inside a transaction of the caller.
 * Yields how many of `rowsToSettle` it has gone through.
 */
export function* settleTrees(store: ClassStore): Generator<number, void> {
  let done = 0;
  for (const { runId, peerId, seq, at } of unsettled(store)) {
    for (let after = -1n; ;) {
      const { last, rows: count } = nextPage(store, runId, after);
      if (last === null) break;
      const rows = [runId, after + 1n, last] as const;
      noteTreeWrite(store, peerId);
      statement(store.db, agree).run(peerId, at, ...rows);
      statement(store.db, forgetSeen).run(peerId, ...rows);
      statement(store.db, unmark).run(peerId, BigInt(seq), ...rows);
      after = last;
      yield (done += count);
    }
    statement(store.db, 'DELETE FROM settling WHERE run_id = ?').run(runId);
  }
}

/** Whether anything is to follow. */
export function isUnsettled(store: ClassStore): boolean {
  return rawStatement(store.db, 'SELECT 1 FROM settling LIMIT 1').get() !== undefined;
}

/** Rows of the runs that left something to follow, plain or not: as many as are gone through. */
export function rowsToSettle(store: ClassStore): number {
  const sql = 'SELECT count(*) FROM outbox_row WHERE run_id IN (SELECT run_id FROM settling)';
  const [count] = rawStatement(store.db, sql).get() as [number | bigint];
  return Number(count);
}

/** Settles at once what is to follow: where a file is opened that an engine left in between. */
export function settleNow(store: ClassStore): void {
  if (isUnsettled(store)) store.transaction(() => Array.from(settleTrees(store)));
}

function unsettled(store: ClassStore): readonly Unsettled[] {
  const sql = 'SELECT run_id AS runId, peer_id AS peerId, seq, at FROM settling';
  return statement(store.db, sql).all() as Unsettled[];
}

function nextPage(
  store: ClassStore,
  runId: string,
  after: bigint,
): { readonly last: bigint | null; readonly rows: number } {
  const sql = `SELECT max(ord), count(*) FROM (SELECT ord FROM outbox_row WHERE run_id = ? AND ord > ? ORDER BY ord LIMIT ${ROWS_AT_ONCE})`;
  const [last, rows] = rawStatement(store.db, sql).get(runId, after) as [number | bigint | null, number | bigint];
  return { last: last === null ? null : BigInt(last), rows: Number(rows) };
}
