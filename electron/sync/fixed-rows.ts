import type { CatalogTable } from '../../shared/catalog/catalog.ts';
import { nameKeys } from '../../shared/model/search-key.ts';
import type {
  ChangeKind,
  Direction,
  KnownBefore,
  LeftReason,
  PlanRow,
  RowOrigin,
  Trees,
} from '../../shared/sync/plan.ts';
import { kindOf, sameRow } from '../../shared/sync/row.ts';
import type { ClassStore } from '../store/class-store.ts';
import { leaveFixed } from '../store/sync/fixed-plan-store.ts';
import { addPlanRows } from '../store/sync/plan-store.ts';
import { rowSearch } from './row-search.ts';

/** A row of a list whose results are fixed: taking a run back, or taking everything from the server. Nothing of it is decided, rows are only ticked or not. */
export interface FixedRow {
  readonly table: CatalogTable;
  readonly pk: string;
  readonly label: string;
  readonly trees: Trees;
  /** The three versions as they will be; as they are where the row stays out. */
  readonly target: Trees;
  /** What is known of it again beside the versions. */
  readonly restores?: KnownBefore | undefined;
  readonly origin: RowOrigin;
  readonly serverVer: string | null;
  /** Why it takes no part; null where it does. */
  readonly left: LeftReason | null;
  /** The column that keeps it out. */
  readonly column: string | null;
  /** What a row that stays out is shown as. */
  readonly shownAs: Exclude<ChangeKind, 'conflict'>;
}

/** Nothing is known of when and by whom. */
export const noOrigin: RowOrigin = { baseAt: null, localAt: null, serverAt: null, localBy: null, serverBy: null };

/** Which sides a fixed row writes. */
export function fixedSides(
  table: CatalogTable,
  { trees, target }: { readonly trees: Trees; readonly target: Trees },
): { readonly up: boolean; readonly down: boolean } {
  return { up: !sameRow(table, target.server, trees.server), down: !sameRow(table, target.local, trees.local) };
}

/** What a row is listed as: where it does one thing there and another one here, as a change of both. */
function shownAs(
  { table, trees, target, shownAs: otherwise }: FixedRow,
  up: boolean,
  down: boolean,
): { readonly kind: Exclude<ChangeKind, 'conflict'>; readonly restored: boolean } {
  const [there, here] = [kindOf(table, trees.server, target.server), kindOf(table, trees.local, target.local)];
  if (up && down) return there.kind === here.kind ? there : { kind: 'update', restored: false };
  if (up) return there;
  return down ? here : { kind: otherwise, restored: false };
}

/** Writes a fixed row at its place. Inside a transaction of the caller. */
export function addFixedRow(store: ClassStore, planId: string, ordinal: number, fixed: FixedRow): void {
  const { table, pk, label, trees, target, restores, origin, serverVer, left } = fixed;
  const { up, down } = fixedSides(table, fixed);
  const { kind, restored } = shownAs(fixed, up, down);
  const row: PlanRow = {
    table: table.name,
    pk,
    label,
    kind,
    conflict: null,
    restored,
    trees,
    result: up ? target.server : target.local,
    fields: [],
    origin,
    recommended: null,
    reason: null,
    serverVer,
    target,
    ...(restores === undefined ? {} : { restores }),
  };
  const direction: Direction = up === down ? 'both' : up ? 'up' : 'down';
  const { sortKey } = nameKeys(label);
  const at = origin.localAt ?? origin.serverAt ?? '';
  addPlanRows(store, planId, [{ ordinal, direction, at, sortKey, search: rowSearch(label), row }]);
  if (left !== null) leaveFixed(store, planId, ordinal, left, fixed.column);
}
