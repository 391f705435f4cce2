import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';
import type { RowKey } from './trees.ts';

/*
 * Rows that were out of sight when a server turned out to have been put back: policies hid them, or their table could not be read. What is known of such a row, Base or
 * Remote, proves nothing about this server until the row was seen there again, however much later that is.
 */

/** Up to when (server time, milliseconds) what was edited there was put back; null where nothing was put back and Base never counted. */
export interface Doubt {
  readonly until: number | null;
}

/** Keys looked through at once. */
const KEYS_AT_ONCE = 500;

/** Whether any row of a peer is doubted. */
export function hasDoubts(store: ClassStore, peerId: string): boolean {
  return statement(store.db, 'SELECT 1 FROM doubted WHERE peer_id = ? LIMIT 1').get(peerId) !== undefined;
}

/** The doubt about a row, where there is one. */
export function doubtOf(store: ClassStore, peerId: string, { table, pk }: RowKey): Doubt | undefined {
  const sql = 'SELECT until FROM doubted WHERE peer_id = ? AND tbl = ? AND pk = ?';
  return statement(store.db, sql).get(peerId, table, pk) as Doubt | undefined;
}

/** The row was seen there: it is as it was seen. Inside a transaction of the caller. */
export function endDoubt(store: ClassStore, peerId: string, { table, pk }: RowKey): void {
  statement(store.db, 'DELETE FROM doubted WHERE peer_id = ? AND tbl = ? AND pk = ?').run(peerId, table, pk);
}

/** Ends the doubt about every row of which that is told. Yields after every page; each page is one step. */
export function* endDoubts(store: ClassStore, peerId: string, isSettled: (key: RowKey) => boolean): Generator<void> {
  const page = `SELECT tbl AS "table", pk FROM doubted WHERE peer_id = ? AND (tbl, pk) > (?, ?) ORDER BY tbl, pk LIMIT ${KEYS_AT_ONCE}`;
  for (let last: RowKey | undefined = { table: '', pk: '' }; last !== undefined;) {
    const keys = statement(store.db, page).all(peerId, last.table, last.pk) as RowKey[];
    const settled = keys.filter(isSettled);
    if (settled.length > 0)
      store.stepTransaction(() => {
        for (const key of settled) endDoubt(store, peerId, key);
      });
    last = keys.at(-1);
    yield;
  }
}

/**
 * Doubts every row of a table that anything is known of, deletions included, and that was not seen. What was doubted before keeps the earlier moment: it was not seen since
 * either. Yields after every page; each page is one step.
 */
export function* doubtUnseen(
  store: ClassStore,
  peerId: string,
  table: string,
  { until }: Doubt,
  isSeen: (key: RowKey) => boolean,
): Generator<void> {
  const of = 'WHERE peer_id = ? AND tbl = ? AND pk > ?';
  const page = `SELECT pk FROM base ${of} UNION SELECT pk FROM remote ${of} ORDER BY pk LIMIT ${KEYS_AT_ONCE}`;
  const add = 'INSERT INTO doubted (peer_id, tbl, pk, until) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
  const moment = until === null ? null : BigInt(Math.ceil(Math.min(until, Number.MAX_SAFE_INTEGER)));
  for (let last: string | undefined = ''; last !== undefined;) {
    const keys = statement(store.db, page).all(peerId, table, last, peerId, table, last) as { pk: string }[];
    const unseen = keys.filter(({ pk }) => !isSeen({ table, pk }));
    if (unseen.length > 0)
      store.stepTransaction(() => {
        for (const { pk } of unseen) statement(store.db, add).run(peerId, table, pk, moment);
      });
    last = keys.at(-1)?.pk;
    yield;
  }
}
