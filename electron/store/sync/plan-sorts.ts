import type { ChangeKind, Direction } from '../../../shared/sync/plan.ts';
import type { ClassStore } from '../class-store.ts';
import { rawStatement } from '../statement.ts';

/** What sort of row stands at a place of a plan: what counting needs of it. */
export interface PlanRowSort {
  readonly table: string;
  readonly kind: ChangeKind;
  readonly direction: Direction;
}

/** Rows read by one statement. */
const READ_AT_ONCE = 256;
/** Of so many rows the sort is held; then what was read first is read again. */
const KEPT = 65_536;

/** The sort of each row of a plan whose rows do not change any more, read for many rows at once and held; undefined where no row is. */
export function heldPlanSorts(store: ClassStore, planId: string): (ordinal: number) => PlanRowSort | undefined {
  const held = new Map<number, ReadonlyMap<number, PlanRowSort>>();
  // The rows of a plan are of few sorts.
  const known = new Map<string, PlanRowSort>();
  const sortOf = (table: string, kind: ChangeKind, direction: Direction): PlanRowSort => {
    const key = `${kind} ${direction} ${table}`;
    let sort = known.get(key);
    if (sort === undefined) known.set(key, (sort = { table, kind, direction }));
    return sort;
  };
  const readFrom = (first: number): ReadonlyMap<number, PlanRowSort> => {
    const sql = 'SELECT ordinal, tbl, kind, direction FROM plan_row WHERE plan_id = ? AND ordinal >= ? AND ordinal < ?';
    const found = rawStatement(store.db, sql).all(planId, BigInt(first), BigInt(first + READ_AT_ONCE));
    return new Map(
      (found as [number, string, ChangeKind, Direction][]).map(([ordinal, ...sort]) => [ordinal, sortOf(...sort)]),
    );
  };
  return (ordinal) => {
    const part = Math.floor(ordinal / READ_AT_ONCE);
    let sorts = held.get(part);
    if (sorts === undefined) {
      if (held.size >= KEPT / READ_AT_ONCE) held.clear();
      held.set(part, (sorts = readFrom(part * READ_AT_ONCE)));
    }
    return sorts.get(ordinal);
  };
}
