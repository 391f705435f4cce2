import type { PlanRowItem } from '../../shared/contract/sync.ts';
import type { Member } from './world.ts';

/** All rows of a plan. */
export async function rowsOf({ device, classId }: Member, planId: string): Promise<readonly PlanRowItem[]> {
  const { ordinals } = await device.call('plan.index', { classId, planId });
  const rows: PlanRowItem[] = [];
  for (let from = 0; from < ordinals.length; from += 200)
    rows.push(
      ...(await device.call('plan.rows', { classId, planId, ordinals: ordinals.slice(from, from + 200) })).items,
    );
  return rows;
}
