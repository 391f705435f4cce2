import type { TreeRow } from '../../../shared/sync/plan.ts';
import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';
import type { RowKey } from './trees.ts';

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
  const raw = statement(
    store.db,
    'SELECT deleted, children FROM open_question WHERE peer_id = ? AND tbl = ? AND pk = ?',
  ).get(peerId, key.table, key.pk) as { readonly deleted: string; readonly children: number | bigint } | undefined;
  return raw === undefined || raw.deleted !== JSON.stringify(deleted) ? null : { children: Number(raw.children) };
}

/** The row was settled: the question is answered. */
export function answerQuestion(store: ClassStore, peerId: string, key: RowKey): void {
  statement(store.db, 'DELETE FROM open_question WHERE peer_id = ? AND tbl = ? AND pk = ?').run(
    peerId,
    key.table,
    key.pk,
  );
}
