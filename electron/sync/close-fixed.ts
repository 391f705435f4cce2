import { tableOf, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { keyOf, partsOfAddress } from '../../shared/catalog/key.ts';
import type { PlanRow, Row, TreeRow, Trees } from '../../shared/sync/plan.ts';
import { cellOf, hardParents, isDeleted } from '../../shared/sync/row.ts';
import { childrenOf, findByColumns, readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { addNeed, isLeftFixed, leaveFixed, onlyOnServer } from '../store/sync/fixed-plan-store.ts';
import { eachPlanRow, ordinalOf, planRow } from '../store/sync/plan-store.ts';
import { openTrees, serverRowsWith, type Trees as StoredTrees } from '../store/sync/trees.ts';
import { hasNewChild } from './collect-effects.ts';
import { heldBy } from '../../shared/sync/claims.ts';
import { readStored } from '../store/read-stored.ts';
import { readTrees } from './row-facts.ts';

/** Entries that are taken back by an entry of their own: address → place of that one in the list. Covered ones go with their parent: address → parent's address. */
export interface TakenBack {
  readonly voided: ReadonlyMap<string, number>;
  readonly covered: ReadonlyMap<string, string>;
}

/** What closing a list of fixed results works with. */
interface Closing {
  readonly store: ClassStore;
  readonly planId: string;
  readonly peerId: string;
  readonly taken: TakenBack;
  readonly trees: StoredTrees;
  /** Rows the server alone has, by the address of a record they cannot be without. */
  readonly remoteChildren: ReadonlyMap<string, readonly string[]>;
}

/**
 * Closes a list of fixed results: a record something newer hangs on stays, and so does whatever would be without its record or would take a value another
 * record keeps. Notes which rows stay out when another one is left out by hand. Each step belongs into a transaction of the caller.
 */
export function* closeFixed(
  store: ClassStore,
  plan: { readonly planId: string; readonly peerId: string; readonly taken: TakenBack },
): Generator<void, void> {
  const trees = openTrees(store, plan.peerId);
  const closing: Closing = { store, ...plan, trees, remoteChildren: childrenOnServer(store, plan.peerId) };
  for (let changed = true; changed;) {
    changed = false;
    for (const { ordinal, row } of eachPlanRow(store, plan.planId)) {
      if (!isLeftFixed(store, plan.planId, ordinal)) changed = closeRow(closing, ordinal, row) || changed;
      yield;
    }
    for (const [address, ordinal] of plan.taken.voided) {
      if (!isLeftFixed(store, plan.planId, ordinal)) changed = closeVoid(closing, address, ordinal) || changed;
      yield;
    }
  }
}

/** Whether the row had to be left. */
function closeRow(closing: Closing, ordinal: number, row: PlanRow): boolean {
  const { target, trees } = row;
  if (target === undefined) return false;
  const table = tableOf(closing.store.catalog, row.table);
  return (
    lacksParent(closing, ordinal, table, target.local, trees) ||
    lacksParentThere(closing, ordinal, table, target.server, trees) ||
    (['local', 'server'] as const).some((side) => takesKept(closing, ordinal, table, row, target, side)) ||
    keepsChild(closing, ordinal, table, row, target)
  );
}

function closeVoid(closing: Closing, address: string, ordinal: number): boolean {
  const [table, pk] = partsOfAddress(closing.store.catalog, address);
  const children = childAddresses(closing, table, pk, 'both');
  return (
    children.some((child) => stays(closing, child, { parent: address, ordinal, side: 'server', way: 'hidden' })) &&
    leave(closing, ordinal, 'new-child')
  );
}

function leave({ store, planId }: Closing, ordinal: number, reason: 'blocked' | 'new-child' | 'changed-since'): true {
  leaveFixed(store, planId, ordinal, reason);
  return true;
}

/** A row that would be here without a record it cannot be without. */
function lacksParent(closing: Closing, ordinal: number, table: CatalogTable, local: TreeRow, trees: Trees): boolean {
  const { store, planId } = closing;
  for (const parent of hardParents(table, local)) {
    const [parentTable, pk] = partsOfAddress(store.catalog, parent);
    const place = ordinalOf(store, planId, parentTable.name, pk);
    const inPlan = place === null || isLeftFixed(store, planId, place) ? null : planRow(store, planId, place);
    const here = inPlan?.target === undefined ? readRow(store, parentTable, pk) : inPlan.target.local;
    if (here === null && (trees.local === null || !hardParents(table, trees.local).includes(parent)))
      return leave(closing, ordinal, 'blocked');
    if (place !== null && inPlan?.trees.local === null) addNeed(store, planId, place, ordinal);
  }
  return false;
}

/** A row that would go back to the server, to a record that went from there meanwhile and does not come back with this list: the server would refuse it. */
function lacksParentThere(
  closing: Closing,
  ordinal: number,
  table: CatalogTable,
  server: TreeRow,
  trees: Trees,
): boolean {
  const { store, planId } = closing;
  const had = hardParents(table, trees.server);
  for (const parent of hardParents(table, server).filter((address) => !had.includes(address))) {
    const [parentTable, pk] = partsOfAddress(store.catalog, parent);
    const place = ordinalOf(store, planId, parentTable.name, pk);
    const inPlan = place === null || isLeftFixed(store, planId, place) ? null : planRow(store, planId, place);
    const now = readTrees(store, closing.trees, parentTable, { table: parentTable.name, pk }).server;
    const there = inPlan?.target === undefined ? now : inPlan.target.server;
    if (there === null) return leave(closing, ordinal, 'changed-since');
    if (place !== null && now === null) addNeed(store, planId, place, ordinal);
  }
  return false;
}

/** A row that would take a value which another record keeps on that side. */
function takesKept(
  closing: Closing,
  ordinal: number,
  table: CatalogTable,
  row: PlanRow,
  target: Trees,
  side: 'local' | 'server',
): boolean {
  const { store, planId, peerId } = closing;
  const had = heldBy(table, row.trees[side]);
  const wanted = heldBy(table, target[side]).filter((claim) => !had.includes(claim));
  if (wanted.length === 0) return false;
  for (const unique of table.unique) {
    const cells = unique.columns.map((column) => cellOf(target[side], column));
    const others =
      side === 'local'
        ? findByColumns(store, table, unique.columns, cells)
        : serverRowsWith(store, peerId, table.name, unique.columns, cells);
    for (const other of others) {
      if (other.pk === row.pk || !heldBy(table, other.row).some((claim) => wanted.includes(claim))) continue;
      const place = ordinalOf(store, planId, table.name, other.pk);
      const inPlan = place === null || isLeftFixed(store, planId, place) ? null : planRow(store, planId, place);
      const keeps =
        inPlan?.target === undefined || heldBy(table, inPlan.target[side]).some((claim) => wanted.includes(claim));
      if (keeps || place === null) return leave(closing, ordinal, 'blocked');
      addNeed(store, planId, place, ordinal);
    }
  }
  return false;
}

/** A record that goes from a side on which something stays that cannot be without it. */
function keepsChild(closing: Closing, ordinal: number, table: CatalogTable, row: PlanRow, target: Trees): boolean {
  const going = { parent: `${row.table} ${row.pk}`, ordinal };
  const goesHere = row.trees.local !== null && target.local === null;
  const goesThere = !isDeleted(table, row.trees.server) && isDeleted(table, target.server);
  // Entries nobody has sent yet would have to be left out of what goes: the run would find them and write nothing.
  const hidden = { table: row.table, pk: row.pk, trees: row.trees, result: target.local, target };
  const kept =
    hasNewChild(closing.store, closing.store.catalog, closing.trees, closing.planId, hidden) ||
    (goesHere &&
      childAddresses(closing, table, row.pk, 'local').some((child) =>
        stays(closing, child, { ...going, side: 'local', way: 'for-good' }),
      )) ||
    (goesThere &&
      childAddresses(closing, table, row.pk, 'both').some((child) =>
        stays(closing, child, { ...going, side: 'server', way: target.server === null ? 'for-good' : 'hidden' }),
      ));
  return kept && leave(closing, ordinal, 'new-child');
}

/** A record that goes from a side: its address, its place in the list, and whether it is hidden there or gone for good. */
interface Going {
  readonly parent: string;
  readonly side: 'local' | 'server';
  readonly way: 'hidden' | 'for-good';
  readonly ordinal: number;
}

/** Whether a child stays on a side, as things stand. Where it goes with this list, the record needs it to go. */
function stays(closing: Closing, child: string, { parent, side, way, ordinal }: Going): boolean {
  const { store, planId } = closing;
  const [table, pk] = partsOfAddress(store.catalog, child);
  // What is hidden or taken back is there still: it can be with a record that is hidden too, and not without one.
  const mayStand = side === 'server' && way === 'hidden';
  if (mayStand && isVoid(store, table, pk)) return false;
  const place = mayStand ? goingPlace(closing, child) : null;
  if (place !== null) {
    addNeed(store, planId, place, ordinal);
    return isLeftFixed(store, planId, place);
  }
  const own = ordinalOf(store, planId, table.name, pk);
  if (own === null || isLeftFixed(store, planId, own)) return true;
  const row = planRow(store, planId, own);
  const end = row?.target?.[side];
  if (end === undefined) return true;
  const gone = (mayStand && isDeleted(table, end)) || !hardParents(table, end).includes(parent);
  if (gone) addNeed(store, planId, own, ordinal);
  return !gone;
}

/** Whether an entry was taken back before. */
function isVoid(store: ClassStore, table: CatalogTable, pk: string): boolean {
  const { voidedBy } = table;
  if (voidedBy === undefined) return false;
  const key = Object.values(keyOf(table, pk));
  return (
    key.length === 1 && findByColumns(store, tableOf(store.catalog, voidedBy.table), [voidedBy.column], key).length > 0
  );
}

/** The place of what takes an entry back: its own, or that of the entry it belongs to. */
function goingPlace({ taken }: Closing, address: string): number | null {
  const parent = taken.covered.get(address);
  return taken.voided.get(parent ?? address) ?? null;
}

/** Addresses of rows that cannot be without a record: those here, and with `both` those only the server has. */
function childAddresses(closing: Closing, table: CatalogTable, pk: string, where: 'local' | 'both'): readonly string[] {
  const { store, remoteChildren } = closing;
  const here = store.catalog.tables.flatMap((child) =>
    child.foreignKeys
      .filter((key) => !key.soft && key.references === table.name)
      .flatMap((key) => childrenOf(store, child, key, table, pk).map((found) => `${child.name} ${found.pk}`)),
  );
  return where === 'local' ? here : [...here, ...(remoteChildren.get(`${table.name} ${pk}`) ?? [])];
}

function childrenOnServer(store: ClassStore, peerId: string): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>();
  const names = store.catalog.tables.filter((table) => table.foreignKeys.length > 0).map(({ name }) => name);
  for (const { table: name, pk, row } of onlyOnServer(store, peerId, names)) {
    const table = tableOf(store.catalog, name);
    if (readRow(store, table, pk) !== null) continue;
    for (const parent of hardParents(table, readStored(row) as Row)) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [`${name} ${pk}`]);
      else known.push(`${name} ${pk}`);
    }
  }
  return children;
}
