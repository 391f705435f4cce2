import type { LeftReason } from '../../../shared/sync/plan.ts';
import type { ClassStore } from '../class-store.ts';
import { rawStatement, statement } from '../statement.ts';

/** A row of a plan of fixed results that takes no part, and why. */
export interface FixedOut {
  readonly ordinal: number;
  readonly reason: LeftReason;
  readonly column: string | null;
}

/** Writes that a row stays out whatever anybody chooses; the first reason counts. */
export function leaveFixed(
  store: ClassStore,
  planId: string,
  ordinal: number,
  reason: LeftReason,
  column: string | null = null,
): void {
  const sql = 'INSERT OR IGNORE INTO plan_refused (plan_id, ordinal, "column", reason) VALUES (?, ?, ?, ?)';
  statement(store.db, sql).run(planId, BigInt(ordinal), column, reason);
}

/** Whether a row stays out whatever anybody chooses. */
export function isLeftFixed(store: ClassStore, planId: string, ordinal: number): boolean {
  const sql = 'SELECT 1 FROM plan_refused WHERE plan_id = ? AND ordinal = ?';
  return rawStatement(store.db, sql).get(planId, BigInt(ordinal)) !== undefined;
}

/** The rows that stay out whatever anybody chooses. */
export function leftFixed(store: ClassStore, planId: string): readonly FixedOut[] {
  const sql = 'SELECT ordinal, reason, "column" FROM plan_refused WHERE plan_id = ? ORDER BY ordinal';
  return statement(store.db, sql).all(planId) as FixedOut[];
}

/** Notes that a row stays out when another one does. */
export function addNeed(store: ClassStore, planId: string, needs: number, ordinal: number): void {
  const sql = 'INSERT OR IGNORE INTO plan_need (plan_id, needs, ordinal) VALUES (?, ?, ?)';
  statement(store.db, sql).run(planId, BigInt(needs), BigInt(ordinal));
}

/** The rows that stay out when this one does. */
export function needing(store: ClassStore, planId: string, needs: number): readonly number[] {
  const sql = 'SELECT ordinal FROM plan_need WHERE plan_id = ? AND needs = ?';
  return (rawStatement(store.db, sql).all(planId, BigInt(needs)) as [number][]).map(([ordinal]) => ordinal);
}

/** Addresses (table and key) of rows that are on the server as far as is known, and not here, of some tables. */
export function onlyOnServer(
  store: ClassStore,
  peerId: string,
  tables: readonly string[],
): readonly { readonly table: string; readonly pk: string; readonly row: string }[] {
  const sql = `SELECT tbl AS "table", pk, row FROM remote WHERE peer_id = ? AND row IS NOT NULL AND tbl IN (SELECT value FROM json_each(?))`;
  return statement(store.db, sql).all(peerId, JSON.stringify(tables)) as { table: string; pk: string; row: string }[];
}
