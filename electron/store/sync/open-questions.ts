import type { KnownBefore, TreeRow } from '../../../shared/sync/plan.ts';
import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';
import type { RowKey } from './trees.ts';
import { readStored } from '../read-stored.ts';

/** A question about a row that stays open until somebody answers it, even when what raised it has travelled meanwhile. */
export interface OpenQuestion {
  /** How many new children the deletion had not seen. */
  readonly children: number;
}

/** Remembers that the deletion of a row has to be asked about. `deleted` is the deleted version: another deletion is another question. */
export function askLater(store: ClassStore, peerId: string, key: RowKey, deleted: TreeRow, children: number): void {
  statement(
    store.db,
    `INSERT INTO open_question (peer_id, tbl, pk, deleted, children) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (peer_id, tbl, pk) DO UPDATE SET deleted = excluded.deleted, children = max(children, excluded.children)`,
  ).run(peerId, key.table, key.pk, JSON.stringify(deleted), BigInt(children));
}

/** The open question about this very deletion, if there is one. */
export function questionAbout(store: ClassStore, peerId: string, key: RowKey, deleted: TreeRow): OpenQuestion | null {
  const open = questionOf(store, peerId, key);
  return open === null || JSON.stringify(open.deleted) !== JSON.stringify(deleted) ? null : { children: open.children };
}

/** The question about the deletion of a row that is open, and the deleted version it is about. */
export function questionOf(store: ClassStore, peerId: string, key: RowKey): KnownBefore['question'] {
  const sql = 'SELECT deleted, children FROM open_question WHERE peer_id = ? AND tbl = ? AND pk = ?';
  const raw = statement(store.db, sql).get(peerId, key.table, key.pk) as
    | { readonly deleted: string; readonly children: number | bigint }
    | undefined;
  return raw === undefined ? null : { deleted: readStored(raw.deleted) as TreeRow, children: Number(raw.children) };
}

/** The row was settled: the question is answered. */
export function answerQuestion(store: ClassStore, peerId: string, key: RowKey): void {
  statement(store.db, 'DELETE FROM open_question WHERE peer_id = ? AND tbl = ? AND pk = ?').run(
    peerId,
    key.table,
    key.pk,
  );
}
