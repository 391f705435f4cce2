import { tableOf, type CatalogTable } from '../catalog/catalog.ts';
import { pkFromCells } from '../catalog/key.ts';
import { heldBy, isAlikeOnly, partsOf, type Claim } from './claims.ts';
import { directionOf } from './diff.ts';
import { isGone, nextKey } from './list-row.ts';
import { otherSide, sides, type Lookup, type Side } from './lookup.ts';
import type { Direction, PlanRow, TreeRow } from './plan.ts';
import { takesNewKeys } from './resolve.ts';
import { cellOf, hardReferences, isDeleted, sameRow } from './row.ts';

/** A plan whose rows are all listed and noted, and that is still being made. */
export interface OpenPlan extends Lookup {
  /** Rows of a table, in any order. */
  rowsOf(table: string): Iterable<number>;
  /** Rows that delete, or ask about a deletion, in any order. */
  deletions(): Iterable<number>;
  /** Values more than one row holds in some version. */
  contested(): Iterable<{ readonly claim: Claim; readonly ordinals: readonly number[] }>;
  /** Puts a row that was learned more about in the place of the old one. */
  replace(ordinal: number, row: PlanRow, direction: Direction): void;
  /** Notes that a row has to be looked at again when another one stays out or is decided. */
  link(needs: number, ordinal: number): void;
  /**
   * Remembers that the deletion of a row has to be asked about because of new children, and answers how many there were in all plans since it was deleted: the
   * children travel, and the question stays. Zero where nothing is to be asked.
   */
  newChildren(row: PlanRow, found: number): number;
}

/**
 * The passes over a plan as a whole, once every row is listed: references within one table, deletions with everything deleted with them, and values two records
 * claim. A step after every row, so that whoever drives it can let others in between. `merged` says that some key was taken over by another one.
 */
export function* closePlan(plan: OpenPlan, { merged = false }: { readonly merged?: boolean } = {}): Generator<void> {
  for (const table of plan.catalog.tables)
    if (table.foreignKeys.some((key) => !key.soft && key.references === table.name)) yield* linkWithin(plan, table);
  for (const ordinal of plan.deletions()) {
    const row = plan.row(ordinal);
    const table = tableOf(plan.catalog, row.table);
    if (table.softDelete !== null) askAboutHidden(plan, ordinal, row);
    else if (row.group === undefined) groupDeletion(plan, ordinal);
    yield;
  }
  for (const { claim, ordinals } of plan.contested()) {
    meet(plan, claim, ordinals);
    yield;
  }
  if (!merged) return;
  for (const table of plan.catalog.tables.filter(takesNewKeys))
    for (const ordinal of plan.rowsOf(table.name)) {
      askAboutTakenOver(plan, table, ordinal);
      yield;
    }
}

/**
 * A record of this PC that an alias calls another one: the run that made it so was carried out on the server and not here, because the record was edited
 * meanwhile, or on another device with a copy of this file. It would go there as a second one.
 */
function askAboutTakenOver(plan: OpenPlan, table: CatalogTable, ordinal: number): void {
  const row = plan.row(ordinal);
  const [key] = table.key;
  const { base, local, server } = row.trees;
  if (row.kind !== 'add' || base !== undefined || server !== null || local === null || key === undefined) return;
  const next = nextKey(plan, table.name, cellOf(local, key) ?? '');
  const rival = next === null ? null : pkFromCells([next]);
  if (rival === null || plan.trees(table, rival).server === null) return;
  const columns = table.naturalKeys.flat();
  plan.replace(ordinal, claiming(row, columns, rival), 'both');
}

/** In a table that points at itself a parent may be listed after its child. */
function* linkWithin(plan: OpenPlan, table: CatalogTable): Generator<void> {
  for (const ordinal of plan.rowsOf(table.name)) {
    const row = plan.row(ordinal);
    for (const version of [row.trees.local, row.trees.server, row.result, row.gone]) {
      for (const parent of hardReferences(table, version)) {
        const place = parent.table === table.name ? plan.ordinal(parent.table, parent.pk) : null;
        if (place !== null && place !== ordinal) plan.link(place, ordinal);
      }
    }
    yield;
  }
}

/** A record hidden on one side that got new entries on the other: those travel like any others, the record's row asks, until it is answered. */
function askAboutHidden(plan: OpenPlan, ordinal: number, row: PlanRow): void {
  if (row.kind !== 'delete') return;
  const deleting: Side = isDeleted(tableOf(plan.catalog, row.table), row.trees.local) ? 'local' : 'server';
  const found = plan.linked(ordinal).filter((place) => {
    const child = plan.row(place);
    if (child.kind !== 'add' || tableOf(plan.catalog, child.table).kind !== 'append-only') return false;
    if (child.trees[deleting] !== null || !pointsAt(plan, child, child.trees[otherSide(deleting)], row)) return false;
    return !isTakenBack(plan, place, child);
  }).length;
  const newChildren = plan.newChildren(row, found);
  if (newChildren > 0) plan.replace(ordinal, { ...asking(row, 'parent-deleted'), newChildren }, 'both');
}

/** Whether what takes an entry back is listed with it: such an entry counts nowhere, and nobody is asked about it. */
function isTakenBack(plan: OpenPlan, ordinal: number, entry: PlanRow): boolean {
  const taker = tableOf(plan.catalog, entry.table).voidedBy?.table;
  return taker !== undefined && plan.linked(ordinal).some((place) => plan.row(place).table === taker);
}

function pointsAt(plan: Lookup, child: PlanRow, version: TreeRow | undefined, parent: PlanRow): boolean {
  return hardReferences(tableOf(plan.catalog, child.table), version).some(
    (reference) => reference.table === parent.table && reference.pk === parent.pk,
  );
}

/** A row that is decided by a person: none of its fields is settled that differs between the sides. */
function asking(row: PlanRow, conflict: NonNullable<PlanRow['conflict']>): PlanRow {
  const fields = row.fields.map((field) => ({
    ...field,
    result: null,
    decided: false,
    clash: field.local !== field.server,
  }));
  return { ...row, kind: 'conflict', conflict, restored: false, result: undefined, fields };
}

/**
 * A record deleted for good and every row that goes with it become one group: the first of them speaks for all. When the other side changed one of them, or added
 * one, the group asks: kept is all of it or nothing.
 */
function groupDeletion(plan: OpenPlan, ordinal: number): void {
  const side = sides.find((one) => isGone(plan, plan.row(ordinal), one));
  if (side === undefined) return;
  const members = membersOf(plan, ordinal, side);
  const first = Math.min(...members.filter((member) => isGone(plan, plan.row(member), side)));
  const others = members.filter((place) => place !== first).map((place) => ({ place, row: plan.row(place) }));
  const found = others.filter(({ row }) => isArriving(plan, row, side)).length + pointersAt(plan, members, side);
  const newChildren = plan.newChildren(plan.row(first), found);
  const changed = others.some(({ row }) => row.kind === 'conflict');
  for (const { place, row } of others) {
    plan.link(first, place);
    const member = { ...asMember(row, side), group: first };
    plan.replace(place, member, directionTo(plan, member));
  }
  const row = plan.row(first);
  const speaker = others.length === 0 ? row : { ...row, group: first };
  if (row.kind === 'conflict') plan.replace(first, { ...speaker, newChildren }, 'both');
  else if (newChildren > 0) plan.replace(first, { ...asking(speaker, 'parent-deleted'), newChildren }, 'both');
  else if (changed) plan.replace(first, asking(speaker, deletedOn(side)), 'both');
  else if (others.length > 0) plan.replace(first, speaker, directionTo(plan, speaker));
}

function deletedOn(side: Side): NonNullable<PlanRow['conflict']> {
  return side === 'local' ? 'deleted-here-updated-there' : 'updated-here-deleted-there';
}

/** Rows that are on both sides, do not go with a deletion, and point, or may come to point, at what it deletes: nobody can have both. */
function pointersAt(plan: OpenPlan, members: readonly number[], side: Side): number {
  const found = new Set<number>();
  for (const member of members) {
    const parent = plan.row(member);
    for (const place of plan.linked(member)) {
      const child = plan.row(place);
      const version = child.result === undefined ? child.trees[otherSide(side)] : child.result;
      if (!members.includes(place) && pointsAt(plan, child, version, parent)) found.add(place);
    }
  }
  return found.size;
}

function directionTo(plan: OpenPlan, row: PlanRow): Direction {
  const { result } = row;
  return (result === undefined ? null : directionOf(tableOf(plan.catalog, row.table), row.trees, result)) ?? 'both';
}

/** Comes to what is deleted: new on the side that still has it, or moved there. */
function isArriving(plan: OpenPlan, row: PlanRow, gone: Side): boolean {
  const here = row.trees[gone];
  if (here === null) return row.kind === 'add';
  return row.result !== undefined && !sameRow(tableOf(plan.catalog, row.table), row.result, here);
}

/** A changed row that goes with its parent is listed as what it is: a row to be deleted. The parent asks for it. */
function asMember(row: PlanRow, gone: Side): PlanRow {
  if (row.kind !== 'conflict') return row;
  return { ...asking(row, 'parent-deleted'), kind: 'delete', conflict: null, result: row.trees[gone] };
}

/** A deletion and all that goes with it, and with that: rows missing on the side that deleted, and other parents of theirs that are gone there too. */
function membersOf(plan: OpenPlan, first: number, side: Side): readonly number[] {
  const members = new Set([first]);
  const waiting = [first];
  for (let ordinal = waiting.pop(); ordinal !== undefined; ordinal = waiting.pop()) {
    const row = plan.row(ordinal);
    const related = [
      ...plan.linked(ordinal).filter((place) => goesWith(plan, plan.row(place), row, side)),
      ...goneParents(plan, row, side),
    ];
    for (const place of related) {
      if (members.has(place)) continue;
      members.add(place);
      if (plan.row(place).trees[side] === null) waiting.push(place);
    }
  }
  return [...members];
}

/** Whether a row goes when one it points at on the other side goes: it is missing too, it was only made to point at nothing, or it was moved there meanwhile. */
function goesWith(plan: OpenPlan, child: PlanRow, parent: PlanRow, side: Side): boolean {
  const there = child.trees[otherSide(side)];
  if (!pointsAt(plan, child, there, parent)) return false;
  const here = child.trees[side];
  if (here === null) return true;
  const table = tableOf(plan.catalog, child.table);
  if (child.result === undefined) return false;
  if (!sameRow(table, child.result, here)) return pointsAt(plan, child, child.result, parent);
  const cut = hardReferences(table, there).filter(
    (reference) =>
      reference.table === parent.table && reference.pk === parent.pk && reference.key.onDelete === 'set-null',
  );
  if (cut.length === 0 || there === null) return false;
  const nothing = Object.fromEntries(cut.flatMap(({ key }) => key.columns).map((column) => [column, null]));
  return sameRow(table, here, { ...there, ...nothing });
}

/** Listed parents of a row that are gone for good on the side it is missing on. */
function goneParents(plan: OpenPlan, row: PlanRow, side: Side): readonly number[] {
  if (row.trees[side] !== null) return [];
  return hardReferences(tableOf(plan.catalog, row.table), row.trees[otherSide(side)]).flatMap((parent) => {
    const place = plan.ordinal(parent.table, parent.pk);
    return place !== null && isGone(plan, plan.row(place), side) ? [place] : [];
  });
}

/** Two records that would hold one value, or are one thing under two keys: this PC's asks, unless it asks already. */
function meet(plan: OpenPlan, claim: Claim, ordinals: readonly number[]): void {
  const [first] = ordinals;
  if (first === undefined) return;
  const table = tableOf(plan.catalog, plan.row(first).table);
  const { kind, columns } = partsOf(table, claim);
  if (kind === 'alike') {
    noteAlike(plan, table, ordinals);
    return;
  }
  if (kind === 'unique')
    for (const one of ordinals) for (const other of ordinals) if (one !== other) plan.link(one, other);
  const rows = ordinals.map((ordinal) => ({ ordinal, row: plan.row(ordinal) }));
  const holds = (version: TreeRow | undefined): boolean =>
    kind === 'natural' ? version !== null : heldBy(table, version).includes(claim);
  // A merged row, or one the server lost and that comes back, may hold a value that neither side has in it.
  const isMixed = (row: PlanRow): boolean =>
    holds(wantedOf(row)) && !holds(row.trees.local) && !holds(row.trees.server);
  // A row that gives the value up here as well (a swap, a hand-over) claims nothing; one that asks may come to hold it.
  const there = rows.filter(
    ({ row: { trees, result } }) => holds(trees.server) && (result === undefined || holds(result)),
  );
  const rival =
    there.find(({ row }) => !holds(row.trees.local)) ??
    (kind === 'unique' ? (there[0] ?? rows.find(({ row }) => isMixed(row))) : undefined);
  for (const { ordinal, row } of rows) {
    // One that asks about another value asks about this one as well: another value for the first alone would be refused for the second.
    const asks = row.conflict === 'same-identity' && kind === 'unique';
    if (row.kind === 'conflict' && !asks) continue;
    if (!holds(wantedOf(row)) || rival === undefined || rival.ordinal === ordinal) continue;
    const ours = holds(row.trees.local) && !holds(row.trees.server);
    if (ours || isMixed(row)) plan.replace(ordinal, claiming(row, columns, rival.row.pk), 'both');
  }
}

/** What a row would be; of one that asks about a value, but for that. */
function wantedOf({ result, intended }: PlanRow): TreeRow | undefined {
  return result === undefined ? intended : result;
}

/** A row as it is listed, which asks where its result takes a value that another record holds on both sides: that one is in no plan, and meets nobody. */
export function askAboutHolder(lookup: Lookup, table: CatalogTable, row: PlanRow): PlanRow {
  const { pk, trees, result } = row;
  if (result === undefined || sameRow(table, result, trees.local) || sameRow(table, result, trees.server)) return row;
  const held = new Set([...heldBy(table, trees.local), ...heldBy(table, trees.server)]);
  let asking = row;
  for (const claim of heldBy(table, result).filter((each) => !held.has(each))) {
    const holder = lookup.holdersHere(table, claim).find((other) => {
      const { local, server } = lookup.trees(table, other);
      return other !== pk && sameRow(table, local, server);
    });
    if (holder !== undefined) asking = claiming(asking, partsOf(table, claim).columns, holder);
  }
  return asking;
}

/** A row that asks who has a value. Where it asked about another one, it asks about both, and is beside the record it met first. */
function claiming(row: PlanRow, taken: readonly string[], rival: string): PlanRow {
  const asks = row.conflict === 'same-identity';
  const columns = asks ? [...new Set([...(row.claimed ?? []), ...taken])] : taken;
  const fields = row.fields.map((field) =>
    columns.includes(field.name) ? { ...field, result: null, decided: false, clash: true } : field,
  );
  return {
    ...row,
    kind: 'conflict',
    conflict: 'same-identity',
    intended: wantedOf(row) ?? null,
    result: undefined,
    fields,
    claimed: columns,
    rival: (asks ? row.rival : undefined) ?? rival,
  };
}

/** New records of both sides that are equal but for the way they are written: a hint for people, nothing is done about it. */
function noteAlike(plan: OpenPlan, table: CatalogTable, ordinals: readonly number[]): void {
  const rows = ordinals.map((ordinal) => ({ ordinal, row: plan.row(ordinal) }));
  const here = rows.filter(({ row }) => row.trees.local !== null && row.trees.server === null);
  const there = rows.filter(({ row }) => row.trees.server !== null && row.trees.local === null);
  for (const { ordinal, row } of here) {
    const alike = there.filter((other) => isAlikeOnly(table, row.trees.local, other.row.trees.server));
    if (alike.length === 0) continue;
    const direction: Direction = row.kind === 'conflict' ? 'both' : 'up';
    plan.replace(ordinal, { ...row, alike: alike.map((other) => other.row.label) }, direction);
  }
}
