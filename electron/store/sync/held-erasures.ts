import { pkFromCells } from '../../../shared/catalog/key.ts';
import { erasureRules } from '../../../shared/sync/erasure-rules.ts';
import type { Row } from '../../../shared/sync/plan.ts';
import { eachRow, readRow } from '../catalog-rows.ts';
import type { ClassStore } from '../class-store.ts';
import { rawStatement, statement } from '../statement.ts';
import { coveredKeys, type KeysByTable } from './erase-records.ts';
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

/** Keys of the erasures that wait for somebody at this PC: several came at once. */
export function heldErasures(store: ClassStore, peerId: string): ReadonlySet<string> {
  const found = rawStatement(store.db, 'SELECT pk FROM held_erasure WHERE peer_id = ?').all(peerId) as [string][];
  return new Set(found.map(([pk]) => pk));
}

/** Holds exactly these of a server. Inside a transaction of the caller. */
export function holdErasures(store: ClassStore, peerId: string, pks: readonly string[]): void {
  statement(store.db, 'DELETE FROM held_erasure WHERE peer_id = ?').run(peerId);
  for (const pk of pks) statement(store.db, 'INSERT INTO held_erasure (peer_id, pk) VALUES (?, ?)').run(peerId, pk);
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

/** Every row of a record somebody still has to say yes or no about: it is neither sent nor deleted meanwhile. `whole`: the erasures too, where nothing is taken. */
export function heldKeys(store: ClassStore, peerId: string, whole: boolean): KeysByTable {
  const rules = erasureRules(store.catalog);
  const held = heldErasures(store, peerId);
  if (rules === null || held.size === 0) return new Map();
  const records = serverErasures(store, peerId).flatMap(({ pk, record }) => (held.has(pk) ? [record] : []));
  const covered = coveredKeys(store, rules, records);
  return whole ? new Map([...covered, [rules.table.name, new Set(held)]]) : covered;
}
