import type { ClassStore } from '../class-store.ts';
import { rawStatement } from '../statement.ts';

const takenBack = `SELECT p.ordinal, r.tbl, r.pk, max(u.id) FROM run AS u JOIN run_row AS r ON r.run_id = u.id
  JOIN plan_row AS p ON p.plan_id = ? AND p.tbl = r.tbl AND p.pk = r.pk
  WHERE u.peer_id = ? AND u.purpose = 'undo' AND u.outcome IN ('completed', 'undecided') GROUP BY p.ordinal`;
const written = `SELECT tbl, pk, max(run_id) FROM run_row
  WHERE run_id > ? AND run_id IN (SELECT id FROM run WHERE outcome IN ('completed', 'undecided')) AND (tbl, pk) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?)) GROUP BY tbl, pk`;

/**
 * Places of the rows of a plan that somebody took back, and that no run has written since: taken back, a row differs again as it did before, so that a run nobody
 * is at would do again what a person has just undone.
 */
export function takenBackPlaces(store: ClassStore, planId: string, peerId: string): readonly number[] {
  const found = rawStatement(store.db, takenBack).all(planId, peerId) as [number, string, string, string][];
  if (found.length === 0) return [];
  // Ids of runs are in the order of their times.
  const first = found.reduce((least, [, , , id]) => (id < least ? id : least), found[0]?.[3] ?? '');
  const keys = JSON.stringify(found.map(([, table, pk]) => [table, pk]));
  const later = rawStatement(store.db, written).all(first, keys) as [string, string, string][];
  const last = new Map(later.map(([table, pk, id]) => [`${table} ${pk}`, id]));
  return found.flatMap(([ordinal, table, pk, id]) => ((last.get(`${table} ${pk}`) ?? id) > id ? [] : [ordinal]));
}
