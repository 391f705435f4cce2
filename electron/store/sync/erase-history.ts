import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';
import { detachOutbox } from './outbox-store.ts';
import { sweepPlans } from './plan-store.ts';
import { readStored } from '../read-stored.ts';

type Keys = ReadonlyMap<string, ReadonlySet<string>>;
interface Addressed {
  readonly table: string;
  readonly pk: string;
}

/** Takes rows out of the lists runs keep as text: what they left, and what is on its way to a server. Inside a transaction of the caller. */
export function cutFromHistory(store: ClassStore, keys: Keys): void {
  const stays = ({ table, pk }: Addressed): boolean => keys.get(table)?.has(pk) !== true;
  for (const { id, rows } of statement(
    store.db,
    `SELECT id, left_rows AS rows FROM run WHERE left_rows <> '[]'`,
  ).all() as {
    id: string;
    rows: string;
  }[]) {
    const left = readStored(rows) as Addressed[];
    // What a row waits for is named by its label, which may be the erased one's.
    const kept = left.filter(stays).map((row) => (left.every(stays) ? row : { ...row, blockedBy: null }));
    statement(store.db, 'UPDATE run SET left_rows = ? WHERE id = ?').run(JSON.stringify(kept), id);
  }
  detachOutbox(store);
  for (const [table, pks] of keys)
    statement(store.db, 'DELETE FROM outbox_row WHERE tbl = ? AND pk IN (SELECT value FROM json_each(?))').run(
      table,
      JSON.stringify([...pks]),
    );
}

/** Takes what runs called some rows of a table, done or left, out of their history: an erasure is named after its record. Inside a transaction of the caller. */
export function forgetLabels(store: ClassStore, table: string, pks: readonly string[]): void {
  const sql = 'UPDATE run_row SET label = pk WHERE tbl = ? AND pk IN (SELECT value FROM json_each(?))';
  statement(store.db, sql).run(table, JSON.stringify(pks));
  cutFromHistory(store, new Map([[table, new Set(pks)]]));
}

/**
 * Hides every plan: rows of others may name an erased record in their labels. With the transaction of the caller nobody sees them any more; `sweepForgotten`
 * takes them away, before the pages are. What waits is counted from the rows until there is another list.
 */
export function hidePlans(store: ClassStore): void {
  statement(store.db, `UPDATE plan SET state = 'removed'`).run();
  statement(store.db, 'UPDATE connection SET pending_plan = NULL').run();
}

/** Takes away everything of hidden plans, a few rows at a time: whoever goes through it decides when it stops for a while. What runs on their way need of them they have (`cutFromHistory`). */
export function* sweepForgotten(store: ClassStore): Generator<void, void> {
  yield* sweepPlans(store);
  store.transaction(() => statement(store.db, `DELETE FROM plan WHERE state = 'removed'`).run());
}

/** Whether something was erased whose old pages, or copies, may still hold it. */
export function isErasing(store: ClassStore): boolean {
  return statement(store.db, 'SELECT 1 FROM erasing').get() !== undefined;
}

/** The copies are clean: nothing of what was erased is left in the reach of this file. */
export function endErasing(store: ClassStore): void {
  statement(store.db, 'DELETE FROM erasing').run();
}

/** How long another program that holds the file is waited for before its old pages are left for the next time, in milliseconds: the thread is held meanwhile. */
const PAGES_WAIT_MS = 250;

/**
 * Writes the file anew and empties the write-ahead log, so that no free page keeps what was deleted. Takes about a second per 100 MB; not inside a transaction. False
 * where another program reads the file as it was before, whose pages stay in the log until it ends. Throws what SQLite throws, as on a full disk.
 */
export function forgetPages({ db }: ClassStore): boolean {
  const waited = Number(db.pragma('busy_timeout', { simple: true }));
  db.pragma(`busy_timeout = ${PAGES_WAIT_MS}`);
  try {
    db.pragma('secure_delete = ON');
    db.exec('VACUUM');
    return Number(db.pragma('wal_checkpoint(TRUNCATE)', { simple: true })) === 0;
  } finally {
    db.pragma(`busy_timeout = ${waited}`);
  }
}
