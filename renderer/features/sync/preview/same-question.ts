import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { call } from '../../../client.ts';

/** Which record a row is about, in whatever list. */
export function recordOf({ table, key }: Pick<PlanRowItem, 'table' | 'key'>): string {
  return JSON.stringify([table, Object.entries(key).toSorted(([one], [other]) => (one < other ? -1 : 1))]);
}

/** What a row says of both sides: where that is the same in another list, it asks the same there. */
export function saysOf({ kind, conflict, fields }: PlanRowItem): string {
  return JSON.stringify([kind, conflict, fields.map(({ name, local, server }) => [name, local, server])]);
}

/** What is decided about a row; whether it goes with a run also hangs on others. */
export function standsAs({ choice, left, fields }: PlanRowItem): string {
  return JSON.stringify([choice, left === 'unticked', fields.map(({ name, result }) => [name, result])]);
}

/** The same records in another list, in the order given; null where one is not in it. At most as many as one answer brings. */
export async function rowsIn(
  { classId, planId }: Pick<PlanSummary, 'classId' | 'planId'>,
  rows: readonly Pick<PlanRowItem, 'table' | 'key'>[],
): Promise<readonly (PlanRowItem | null)[]> {
  const asked = rows.map(({ table, key }) => ({ table, key }));
  const { ordinals } = await call('plan.places', { classId, planId, rows: asked });
  const there = ordinals.filter((ordinal) => ordinal !== null);
  if (there.length === 0) return rows.map(() => null);
  const { items } = await call('plan.rows', { classId, planId, ordinals: there });
  return ordinals.map((ordinal) => items.find((item) => item.ordinal === ordinal) ?? null);
}
