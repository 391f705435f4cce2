import { pkFromCells } from '../../../shared/catalog/key.ts';
import { erasureRules } from '../../../shared/sync/erasure-rules.ts';
import type { Row } from '../../../shared/sync/plan.ts';
import { eachRow, readRow } from '../catalog-rows.ts';
import type { ClassStore } from '../class-store.ts';
import { rawStatement, statement } from '../statement.ts';
import { coveredKeys } from './erase-records.ts';
import { remoteRowsOf, type RowKey } from './trees.ts';

/** An erasure a server brought, and the key of the record it names. */
export interface ServerErasure {
  readonly pk: string;
  readonly row: Row;
  readonly record: string;
}

/** The erasures a server has and this file does not. */
export function serverErasures(store: ClassStore, peerId: string): readonly ServerErasure[] {
  const rules = erasureRules(store.catalog);
  if (rules === null) return [];
  return remoteRowsOf(store, peerId, rules.table.name)
    .filter(({ pk }) => readRow(store, rules.table, pk) === null)
    .map(({ pk, row }) => ({ pk, row, record: pkFromCells([row[rules.column] ?? '']) }));
}

/** Keys of the erasures that wait for somebody at this PC, because several came in a short time, and of those somebody here refused. */
export function heldErasures(store: ClassStore, peerId: string): ReadonlySet<string> {
  const found = rawStatement(store.db, 'SELECT pk FROM held_erasure WHERE peer_id = ?').all(peerId) as [string][];
  return new Set(found.map(([pk]) => pk));
}

/** Who at this PC said no to an erasure, and when. */
export interface Refusal {
  readonly at: string;
  readonly by: string;
}

/** The held erasures somebody at this PC said no to, by their keys. */
export function refusedErasures(store: ClassStore, peerId: string): ReadonlyMap<string, Refusal> {
  const sql =
    'SELECT pk, refused_at AS at, refused_by AS "by" FROM held_erasure WHERE peer_id = ? AND refused_at IS NOT NULL';
  const found = statement(store.db, sql).all(peerId) as (Refusal & { readonly pk: string })[];
  return new Map(found.map(({ pk, at, by }) => [pk, { at, by }]));
}

/** Holds exactly these of a server; what was said about one that was held before stays. Inside a transaction of the caller. */
export function holdErasures(store: ClassStore, peerId: string, pks: readonly string[]): void {
  const sql = 'DELETE FROM held_erasure WHERE peer_id = ? AND pk NOT IN (SELECT value FROM json_each(?))';
  statement(store.db, sql).run(peerId, JSON.stringify(pks));
  for (const pk of pks)
    statement(store.db, 'INSERT OR IGNORE INTO held_erasure (peer_id, pk) VALUES (?, ?)').run(peerId, pk);
}

/** Notes a no about held erasures, or takes it back, so that they wait for an answer again. Inside a transaction of the caller. */
export function answerErasures(
  store: ClassStore,
  peerId: string,
  pks: readonly string[],
  refusal: Refusal | null,
): void {
  const sql = 'UPDATE held_erasure SET refused_at = ?, refused_by = ? WHERE peer_id = ? AND pk = ?';
  for (const pk of pks) statement(store.db, sql).run(refusal?.at ?? null, refusal?.by ?? null, peerId, pk);
}

/** Notes erasures carried out without a question, and forgets those before `since`. Inside a transaction of the caller. */
export function noteReceived(
  store: ClassStore,
  peerId: string,
  pks: readonly string[],
  { now, since }: { readonly now: string; readonly since: string },
): void {
  statement(store.db, 'DELETE FROM received_erasure WHERE at < ?').run(since);
  for (const pk of pks)
    statement(store.db, 'INSERT OR IGNORE INTO received_erasure (peer_id, pk, at) VALUES (?, ?, ?)').run(
      peerId,
      pk,
      now,
    );
}

/** Whether any erasure of any server was carried out without a question since then. */
export function hasReceived(store: ClassStore, since: string): boolean {
  return statement(store.db, 'SELECT 1 FROM received_erasure WHERE at >= ? LIMIT 1').get(since) !== undefined;
}

/** Records, by the text of their key, whose erasures are this file's own, were carried out here, or are `taken` by the run under way although they waited. */
export function erasedHere(store: ClassStore, peerId: string, taken: (key: RowKey) => unknown): readonly string[] {
  const rules = erasureRules(store.catalog);
  if (rules === null) return [];
  const held = heldErasures(store, peerId);
  const agreed = serverErasures(store, peerId).filter(
    ({ pk }) => held.has(pk) && taken({ table: rules.table.name, pk }) !== null,
  );
  const rows = [...[...eachRow(store, rules.table)].map(({ row }) => row), ...agreed.map(({ row }) => row)];
  return [...new Set(rows.map((row) => row[rules.column] ?? ''))];
}

/** Why the rows of a record are neither sent nor deleted: somebody still has to answer, or said no. */
export type HeldReason = 'erasure-waits' | 'erasure-refused';

/**
 * Every row of a record that is held because others erased it, and why. `whole`: the erasures that wait too, where nothing is taken; those that were refused are
 * among them in any case.
 */
export function heldKeys(
  store: ClassStore,
  peerId: string,
  whole: boolean,
): ReadonlyMap<string, ReadonlyMap<string, HeldReason>> {
  const rules = erasureRules(store.catalog);
  const held = heldErasures(store, peerId);
  const found = new Map<string, Map<string, HeldReason>>();
  if (rules === null || held.size === 0) return found;
  const refused = refusedErasures(store, peerId);
  const there = serverErasures(store, peerId).filter(({ pk }) => held.has(pk));
  const add = (reason: HeldReason, erasures: readonly ServerErasure[], listed: boolean): void => {
    const covered = coveredKeys(
      store,
      rules,
      erasures.map(({ record }) => record),
      'open',
    );
    if (listed) covered.set(rules.table.name, new Set(erasures.map(({ pk }) => pk)));
    for (const [table, keys] of covered) {
      const reasons = found.get(table) ?? new Map<string, HeldReason>();
      for (const pk of keys) reasons.set(pk, reason);
      found.set(table, reasons);
    }
  };
  const isRefused = ({ pk }: ServerErasure): boolean => refused.has(pk);
  add('erasure-refused', there.filter(isRefused), true);
  // Last, so that a record that was erased once more is asked about once more.
  add(
    'erasure-waits',
    there.filter((erasure) => !isRefused(erasure)),
    whole,
  );
  return found;
}
