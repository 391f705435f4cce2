import type { CatalogTable } from '../catalog/catalog.ts';
import type { Side } from './lookup.ts';
import type { Effect, TreeRow } from './plan.ts';
import { isDeleted, kindOf } from './row.ts';

/** A reason to ask again before a run: many deletions or overwritten rows, a side left empty, or several records that go for good because somebody else erased them. */
export interface Guard {
  readonly id: 'mass-delete' | 'mass-overwrite' | 'empty-side' | 'mass-erase';
  readonly table: string;
  readonly count: number;
  readonly side: Side;
}

/** What a run takes away from one table of one side, and replaces there. Additions never count. */
export interface Losses {
  readonly deletes: number;
  readonly overwrites: number;
  /** Deletions somebody made on this PC and confirmed there, which can be taken back: they count only towards a side left empty. */
  readonly confirmed: number;
}

/** Share of a table above which a change asks again, from this many rows on. */
const SHARE = 0.2;
const SMALLEST = 5;
/** Number of rows above which a change always asks again. */
const MANY = 50;

/** Whether so many of a table's rows would be lost or replaced that a person should look again. */
export function isMassChange(count: number, of: number): boolean {
  return count > MANY || (count >= SMALLEST && count > of * SHARE);
}

/**
 * What an edit made on this PC, and nothing else, takes from the server: it was confirmed when it was made. Only what cannot be restored (a membership that is
 * removed) is asked about like a loss of somebody else's.
 */
export function ownLoss(table: CatalogTable, loss: 'deletes' | 'overwrites'): keyof Losses | null {
  if (loss === 'overwrites') return null;
  return table.softDelete === null ? 'deletes' : 'confirmed';
}

/** What writing a result over a version takes from a side; null for additions, restored rows among them, and where nothing living is touched. */
export function lossOf(table: CatalogTable, from: TreeRow, to: TreeRow): 'deletes' | 'overwrites' | null {
  if (isDeleted(table, from)) return null;
  const { kind } = kindOf(table, from, to);
  return kind === 'delete' ? 'deletes' : kind === 'update' ? 'overwrites' : null;
}

/** What an effect takes from the sides it is written on. */
export function lossesOf(
  table: CatalogTable,
  effect: Pick<Effect, 'up' | 'down' | 'trees' | 'result'>,
): Readonly<Record<Side, 'deletes' | 'overwrites' | null>> {
  return {
    server: effect.up ? lossOf(table, effect.trees.server, effect.result) : null,
    local: effect.down ? lossOf(table, effect.trees.local, effect.result) : null,
  };
}

/**
 * The guards a run trips in one table on one side. `live` is how many rows of it that side shows now. Records are never emptied out without a question; the last
 * tag or setting is no such thing.
 */
export function guardsOf(
  table: CatalogTable,
  side: Side,
  { deletes, overwrites, confirmed }: Losses,
  live: number,
): readonly Guard[] {
  const guards: Guard[] = [];
  const gone = deletes + confirmed;
  if (table.kind === 'entity' && gone > 0 && gone >= live && live > 1)
    guards.push({ id: 'empty-side', table: table.name, count: gone, side });
  else if (isMassChange(deletes, live)) guards.push({ id: 'mass-delete', table: table.name, count: deletes, side });
  if (isMassChange(overwrites, live)) guards.push({ id: 'mass-overwrite', table: table.name, count: overwrites, side });
  return guards;
}
