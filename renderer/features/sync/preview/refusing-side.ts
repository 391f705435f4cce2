import type { PlanRowItem } from '../../../../shared/contract/sync.ts';

/**
 * Which side cannot store a row that stays out for its column `refused`. One that goes one way stops where it goes. One that goes both ways stops at the server where
 * the column is a part of its key, whose value this PC has, or where the server's row holds nothing there that differs from here: what is in the way is then its tables.
 */
export function refusingSide(
  row: Pick<PlanRowItem, 'direction' | 'conflict' | 'refused' | 'key' | 'fields'>,
): 'local' | 'server' {
  if (row.direction !== 'both') return row.direction === 'up' ? 'server' : 'local';
  const field = row.fields.find(({ name }) => name === row.refused);
  if (field === undefined || field.name in row.key || field.server === field.local) return 'server';
  const isThere =
    row.conflict === 'both-updated' ||
    row.conflict === 'both-added' ||
    row.fields.some(({ server }) => server !== null);
  return isThere ? 'local' : 'server';
}
