import type { ClassStore } from './class-store.ts';
import { nameKeys } from '../../shared/model/search-key.ts';
import { statement } from './statement.ts';

/** What a student's events add up to. */
export interface Total {
  readonly id: string;
  readonly name: string;
  readonly number: string | null;
  /** In the open round. */
  readonly current: number;
  readonly allTime: number;
}

/** The totals of the students who are there, in name order; always the sum of the events, never stored. */
export function listTotals(store: ClassStore): readonly Total[] {
  const rows = statement(
    store.db,
    `SELECT s.id, s.name, s.number, t.current, t.all_time AS allTime
     FROM student s JOIN student_total t ON t.student_id = s.id WHERE s.deleted_at IS NULL ORDER BY s.id`,
  ).all() as Total[];
  return rows
    .map((total) => ({ total, sortKey: nameKeys(total.name).sortKey }))
    .toSorted((a, b) => (a.sortKey < b.sortKey ? -1 : a.sortKey > b.sortKey ? 1 : 0))
    .map(({ total }) => total);
}
