import type { ClassStore } from '../class-store.ts';
import { rawStatement, type SqlValue } from '../statement.ts';

/** Rows read in one step. */
const READ_AT_ONCE = 200;

/** What says everything about the rows of a plan, page by page: each table with the columns that order it, its key first. */
const parts = [
  {
    table: 'plan_row',
    text: `json_array(ordinal, tbl, pk, label, kind, direction, conflict, at, sort_key, search) || char(10) || row`,
    order: ['ordinal'],
  },
  { table: 'plan_link', text: 'json_array(needs, ordinal)', order: ['needs', 'ordinal'] },
  { table: 'plan_claim', text: 'json_array(claim, ordinal)', order: ['claim', 'ordinal'] },
  { table: 'plan_need', text: 'json_array(needs, ordinal)', order: ['needs', 'ordinal'] },
  { table: 'plan_refused', text: 'json_array(ordinal, "column", reason)', order: ['ordinal'] },
] as const;

/**
 * The rows of a plan and what links them, as text in a fixed order: two plans with the same text are the same. Choices are no part of it. Read a few at a
 * time, each page put together by SQLite as the bytes that are hashed: others may be let in between two pieces.
 */
export function* planText(store: ClassStore, planId: string): Generator<string | Buffer, void> {
  for (const { table, text, order } of parts) {
    yield `${table}\n`;
    const columns = order.join(', ');
    const after = `AND (${columns}) > (${order.map(() => '?').join(', ')})`;
    for (let last: readonly SqlValue[] = []; ;) {
      const from = `FROM ${table} WHERE plan_id = ? ${last.length === 0 ? '' : after} ORDER BY ${columns} LIMIT`;
      const page = `SELECT CAST(group_concat(line, char(10)) || char(10) AS BLOB), count(*) FROM (SELECT ${text} AS line ${from} ${READ_AT_ONCE})`;
      const [bytes, rows] = rawStatement(store.db, page).get(planId, ...last) as [Buffer | null, number];
      if (bytes !== null) yield bytes;
      if (rows < READ_AT_ONCE) break;
      const end = `SELECT ${columns} ${from} 1 OFFSET ${READ_AT_ONCE - 1}`;
      const key = rawStatement(store.db, end).get(planId, ...last) as readonly (string | number)[];
      last = key.map((cell) => (typeof cell === 'number' ? BigInt(cell) : cell));
    }
  }
}

/** Whether a run of this plan came to an end that used it up: such a plan stays used, whatever its state says. */
export function planWasRun(store: ClassStore, planId: string): boolean {
  const sql = `SELECT 1 FROM run WHERE plan_id = ? AND outcome IN ('completed', 'undecided') LIMIT 1`;
  return rawStatement(store.db, sql).get(planId) !== undefined;
}
