import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';

/** A row that needs another to be written first. */
export interface PlanEdge {
  readonly needs: number;
  readonly ordinal: number;
  readonly direction: 'up' | 'down';
}

/** A row of a plan that cannot be stored here as the server has it, and the column that is in the way. */
export interface PlanRefusal {
  readonly ordinal: number;
  readonly column: string;
}

/** Writes which rows need which. */
export function addPlanEdges(store: ClassStore, planId: string, edges: readonly PlanEdge[]): void {
  const insert = statement(
    store.db,
    'INSERT OR IGNORE INTO plan_edge (plan_id, needs, ordinal, direction) VALUES (?, ?, ?, ?)',
  );
  for (const edge of edges) insert.run(planId, BigInt(edge.needs), BigInt(edge.ordinal), edge.direction);
}

/** The rows of a plan that wait for others. */
export function planEdges(store: ClassStore, planId: string): readonly PlanEdge[] {
  return (
    statement(store.db, 'SELECT needs, ordinal, direction FROM plan_edge WHERE plan_id = ?').all(planId) as {
      needs: number | bigint;
      ordinal: number | bigint;
      direction: 'up' | 'down';
    }[]
  ).map((raw) => ({ needs: Number(raw.needs), ordinal: Number(raw.ordinal), direction: raw.direction }));
}

/** Writes which rows of a plan are about one unique value. */
export function addPlanClaims(store: ClassStore, planId: string, address: string, ordinals: readonly number[]): void {
  const insert = statement(store.db, 'INSERT INTO plan_claim (plan_id, address, ordinal) VALUES (?, ?, ?)');
  for (const ordinal of ordinals) insert.run(planId, address, BigInt(ordinal));
}

/** The unique values more than one row of a plan is about. */
export function planClaims(
  store: ClassStore,
  planId: string,
): readonly { readonly address: string; readonly ordinals: readonly number[] }[] {
  const raw = statement(
    store.db,
    'SELECT address, json_group_array(ordinal) AS ordinals FROM plan_claim WHERE plan_id = ? GROUP BY address',
  ).all(planId) as { address: string; ordinals: string }[];
  return raw.map(({ address, ordinals }) => ({ address, ordinals: JSON.parse(ordinals) as number[] }));
}

/** Writes which rows of a plan cannot be stored here, and because of which column. */
export function addPlanRefusals(store: ClassStore, planId: string, refused: readonly PlanRefusal[]): void {
  const insert = statement(store.db, 'INSERT INTO plan_refused (plan_id, ordinal, "column") VALUES (?, ?, ?)');
  for (const { ordinal, column } of refused) insert.run(planId, BigInt(ordinal), column);
}

/** The rows of a plan that cannot be stored here. */
export function planRefusals(store: ClassStore, planId: string): readonly PlanRefusal[] {
  const sql = 'SELECT ordinal, "column" FROM plan_refused WHERE plan_id = ? ORDER BY ordinal';
  return statement(store.db, sql).all(planId) as PlanRefusal[];
}
