import type { ClassStore } from '../class-store.ts';
import { rawStatement } from '../statement.ts';

/** Rows read in one step. */
const READ_AT_ONCE = 500;

/** Places of the rows of a plan that are written on both sides, conflicts not among them, some hundred at a time. */
export function* placesOnBoth(store: ClassStore, planId: string): Generator<readonly number[], void> {
  const sql = `SELECT tbl, ordinal FROM plan_row WHERE plan_id = ? AND kind = ? AND direction = 'both' AND (tbl, ordinal) > (?, ?) ORDER BY tbl, ordinal LIMIT ?`;
  for (const kind of ['add', 'update', 'delete'])
    for (let after: readonly [string, bigint] = ['', -1n]; ;) {
      const page = rawStatement(store.db, sql).all(planId, kind, ...after, BigInt(READ_AT_ONCE)) as [string, number][];
      yield page.map(([, ordinal]) => ordinal);
      const end = page.at(-1);
      if (end === undefined || page.length < READ_AT_ONCE) break;
      after = [end[0], BigInt(end[1])];
    }
}
