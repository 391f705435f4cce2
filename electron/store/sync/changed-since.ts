import type { TreeRow } from '../../../shared/sync/plan.ts';
import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';
import { fromJson } from './row-json.ts';
import type { RowKey } from './trees.ts';

/** Which changes are meant: those marked for a peer after the change of a number; `planId` says in which list their places are looked up. */
export interface Since {
  readonly peerId: string;
  readonly planId: string | null;
  readonly seq: number;
  /** Tables whose rows are only ever added: a new one of these differs from the server for certain. */
  readonly appendOnly: readonly string[];
}

/** A row changed here since, with what both sides last agreed on there and its place in the list; null where it is not in it. */
export interface ChangedRow extends RowKey {
  readonly base: TreeRow | undefined;
  readonly ordinal: number | null;
}

const FROM = `FROM dirty AS d
  LEFT JOIN base AS b ON b.peer_id = d.peer_id AND b.tbl = d.tbl AND b.pk = d.pk
  LEFT JOIN plan_row AS r ON r.plan_id = ? AND r.tbl = d.tbl AND r.pk = d.pk
 WHERE d.peer_id = ? AND d.seq > ?`;
const ADDED = 'b.pk IS NULL AND d.tbl IN (SELECT value FROM json_each(?))';

/** New rows of tables that are only ever added to, and that are not in the list. Counted, not read: there may be thousands. */
export function countAddedSince(store: ClassStore, { peerId, planId, seq, appendOnly }: Since): number {
  const sql = `SELECT count(*) AS n ${FROM} AND ${ADDED} AND r.ordinal IS NULL`;
  return (statement(store.db, sql).get(planId, peerId, BigInt(seq), JSON.stringify(appendOnly)) as { n: number }).n;
}

/** All other rows changed since. */
export function changedRowsSince(store: ClassStore, { peerId, planId, seq, appendOnly }: Since): ChangedRow[] {
  const sql = `SELECT d.tbl AS "table", d.pk, b.pk IS NOT NULL AS known, b.row, r.ordinal ${FROM} AND NOT (${ADDED})`;
  const found = statement(store.db, sql).all(planId, peerId, BigInt(seq), JSON.stringify(appendOnly));
  return (found as (RowKey & { known: number; row: string | null; ordinal: number | null })[]).map(
    ({ table, pk, known, row, ordinal }) => ({
      table,
      pk,
      base: known === 1 ? fromJson(row) : undefined,
      ordinal,
    }),
  );
}

/** How many rows of a peer the server holds otherwise, other than those marked here too; and the keys of these. */
export function differingThere(
  store: ClassStore,
  peerId: string,
): { readonly only: number; readonly marked: readonly RowKey[] } {
  const isMarked = `EXISTS (SELECT 1 FROM dirty AS d WHERE d.peer_id = r.peer_id AND d.tbl = r.tbl AND d.pk = r.pk)`;
  const only = `SELECT count(*) AS n FROM remote AS r WHERE r.peer_id = ? AND NOT ${isMarked}`;
  const marked = `SELECT r.tbl AS "table", r.pk FROM remote AS r WHERE r.peer_id = ? AND ${isMarked}`;
  return {
    only: (statement(store.db, only).get(peerId) as { n: number }).n,
    marked: statement(store.db, marked).all(peerId) as RowKey[],
  };
}

/** Keys of the rows of a table changed here after the change of that number. */
export function changedSince(store: ClassStore, peerId: string, table: string, seq: number): readonly string[] {
  const sql = 'SELECT pk FROM dirty WHERE peer_id = ? AND seq > ? AND tbl = ?';
  return (statement(store.db, sql).all(peerId, BigInt(seq), table) as { pk: string }[]).map(({ pk }) => pk);
}
