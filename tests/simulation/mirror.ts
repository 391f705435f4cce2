import type { PlanRowItem } from '../../shared/contract/sync.ts';
import { Broken, type Sides } from './oracle.ts';
import { addressOf, sameCells, type RowCells, type Snapshot } from './snapshot.ts';

/** Tables whose rows never go for good: one that is missing on a side is put back there. */
const neverGone = new Set([
  'group',
  'student',
  'reason',
  'reward',
  'score_event',
  'score_void',
  'settlement',
  'settlement_event',
  'settlement_void',
  'redemption',
  'redemption_void',
  'alias',
]);

type Way = 'none' | 'up' | 'down' | 'asks';

/**
 * Which way a row must go, from the three trees alone. Whoever changes the two sides for each other gets the other way round, in whatever order rows and tables are
 * looked at: that is what symmetry means (I9).
 */
export function wayOf(
  table: string,
  base: RowCells | undefined,
  a: RowCells | undefined,
  b: RowCells | undefined,
): Way {
  // Deleted is deleted, whenever that was.
  if (sameCells(a, b) || (a?.['deleted_at'] != null && b?.['deleted_at'] != null)) return 'none';
  if (neverGone.has(table) && (a === undefined || b === undefined)) return a === undefined ? 'down' : 'up';
  if (sameCells(base, b)) return 'up';
  if (sameCells(base, a)) return 'down';
  return 'asks';
}

/** A list goes the way the trees say, and lists all they say differs (I9). What belongs to an erased record goes with it. */
export function checkMirrored(
  items: readonly PlanRowItem[],
  base: Snapshot,
  { local, server }: Sides,
  isErased: (address: string) => boolean,
): void {
  const listed = new Map(items.map((item) => [addressOf(item.table, item.key), item]));
  for (const address of new Set([...local.keys(), ...server.keys()])) {
    const item = listed.get(address);
    const table = address.slice(0, address.indexOf(' '));
    const way = wayOf(table, base.get(address), local.get(address), server.get(address));
    if (way === 'none' || table === 'erasure' || isErased(address)) continue;
    if (item === undefined) throw new Broken('I9', `${address} must go ${way} and is not listed`);
    if (way === 'asks' || item.kind === 'conflict') continue;
    // What is put back comes as the other side had it last, with what was changed here since.
    if (item.direction === 'both' && (!local.has(address) || !server.has(address))) continue;
    if (item.direction !== way) throw new Broken('I9', `${address} must go ${way} and is listed as ${item.direction}`);
  }
}
