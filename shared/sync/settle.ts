import { tableOf } from '../catalog/catalog.ts';
import { adopt, type MadeRow } from './adopt.ts';
import { heldBy, partsOf, type Claim } from './claims.ts';
import { groupResult, isSpokenFor } from './group.ts';
import { sides, type Lookup, type Side } from './lookup.ts';
import { Meetings } from './meetings.ts';
import type { Choice, LeftReason, PlanRow, TreeRow } from './plan.ts';
import { resolveRow } from './resolve.ts';
import { cellOf, hardReferences, sameRow } from './row.ts';
import { pointsAt, resultIn, Stands, type Stand } from './stands.ts';

/** Which part of a plan is to be carried out. */
export type Part = 'apply' | 'pull' | 'sync';

/** What people said about a plan, and what keeps rows of it out from the beginning. */
export interface Draft {
  readonly choices: ReadonlyMap<number, Choice>;
  readonly unticked: ReadonlySet<number>;
  /** Places of the rows that ask. */
  readonly conflicts: Iterable<number>;
  /** Rows that take part in nothing, and why; of those that cannot be stored as they are the column that is in the way. */
  readonly refused: Iterable<{ readonly ordinal: number; readonly column: string | null; readonly reason: LeftReason }>;
}

/** Why a row stays out: the row it waits for, or of a refused one the column that cannot be stored. */
export interface Left {
  readonly reason: LeftReason;
  readonly needs: number | null;
  readonly column?: string;
}

/** What a draft makes of a plan. Only what differs from "every row as listed takes part" is held. */
export interface Settled {
  /** The choice in force for a row, skips included. */
  readonly choices: ReadonlyMap<number, Choice>;
  readonly left: ReadonlyMap<number, Left>;
  /** Results that another row's decision gives: members of a deletion that is kept, rows that point at a key taken over. */
  readonly results: ReadonlyMap<number, TreeRow>;
  /** Rows that a decision makes, by the place of the row decided. */
  readonly made: ReadonlyMap<number, readonly MadeRow[]>;
  /** Rows that only take part in a run that writes both sides. */
  readonly syncOnly: ReadonlySet<number>;
  /** Rows that go along with a record whose key is taken over, itself included, by its place: together, or not at all. */
  readonly adoptions: ReadonlyMap<number, number>;
}

/**
 * Closes a plan under the choices made: whatever depends on a row that stays out stays out too, however long the chain. A plan with everything left out is
 * always consistent, every step only leaves more out, and every pair of rows that could be in each other's way is looked at again when one of them changes;
 * so it ends, and what takes part can be written on both sides as it is.
 */
export function settle(lookup: Lookup, draft: Draft, part: Part = 'sync'): Settled {
  const steps = settleSteps(lookup, draft, part);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** As `settle`, with a step after every row, so that whoever drives it can let others in between. `meetings` is told which rows have to do with each other. */
export function* settleSteps(
  lookup: Lookup,
  draft: Draft,
  part: Part = 'sync',
  meetings = new Meetings(),
): Generator<void, Settled> {
  const known = { choices: draft.choices, left: new Map(), results: new Map(), made: new Map() };
  const work: Work = {
    ...known,
    lookup,
    meetings,
    stands: new Stands(lookup, known),
    together: new Map(),
    groups: new Set(),
    syncOnly: new Set(),
    adoptions: new Map(),
    newClaims: new Map(),
    queue: [],
  };
  for (const ordinal of draft.conflicts) {
    const choice = draft.choices.get(ordinal);
    if (choice === undefined) leave(work, ordinal, { reason: 'undecided', needs: null });
    yield;
  }
  for (const [ordinal, { choice }] of draft.choices)
    if (choice === 'skip') leave(work, ordinal, { reason: 'skipped', needs: null });
  for (const ordinal of draft.unticked) leave(work, ordinal, { reason: 'unticked', needs: null });
  for (const { ordinal, column, reason } of draft.refused)
    leave(work, ordinal, { reason, needs: null, ...(column === null ? {} : { column }) });
  for (const [ordinal, choice] of draft.choices) {
    if (!work.left.has(ordinal)) carryOut(work, ordinal, choice, part);
    yield;
  }
  for (const ordinal of [...draft.choices.keys(), ...work.results.keys()]) {
    noteClaims(work, ordinal);
    yield;
  }
  for (let ordinal = work.queue.pop(); ordinal !== undefined; ordinal = work.queue.pop()) {
    yield* look(work, ordinal);
    yield;
  }
  return work;
}

interface Work extends Settled {
  readonly lookup: Lookup;
  readonly meetings: Meetings;
  /** Has to be told of whatever changes in the four maps of what is known. */
  readonly stands: Stands;
  readonly left: Map<number, Left>;
  readonly results: Map<number, TreeRow>;
  readonly made: Map<number, readonly MadeRow[]>;
  readonly syncOnly: Set<number>;
  readonly adoptions: Map<number, number>;
  /** Rows that go together with a row, or not at all. */
  readonly together: Map<number, ReadonlySet<number>>;
  /** Groups that were gone through, by the row that speaks for them. */
  readonly groups: Set<number>;
  /** Values that versions made by decisions hold, and whose they are. */
  readonly newClaims: Map<Claim, Set<number>>;
  /** Rows whose state changed and whose neighbours have not been looked at since. */
  readonly queue: number[];
}

/** Leaves a row out, with all that goes together with it. */
function leave(work: Work, ordinal: number, left: Left): void {
  if (work.left.has(ordinal)) return;
  leaveAlone(work, ordinal, left);
  for (const other of work.together.get(ordinal) ?? []) {
    if (work.left.has(other)) continue;
    leaveAlone(work, other, { reason: 'blocked', needs: ordinal });
  }
}

function leaveAlone(work: Work, ordinal: number, left: Left): void {
  work.left.set(ordinal, left);
  work.stands.changed(ordinal);
  work.queue.push(ordinal);
}

/** Gives a row the result another row's decision has for it. */
function giveResult(work: Work, ordinal: number, result: TreeRow): void {
  work.results.set(ordinal, result);
  work.stands.changed(ordinal);
}

/** Notes the rows a decision makes. */
function giveMade(work: Work, ordinal: number, made: readonly MadeRow[]): void {
  work.made.set(ordinal, made);
  work.stands.changed(ordinal);
}

/** What a choice means beyond its row. */
function carryOut(work: Work, ordinal: number, choice: Choice, part: Part): void {
  const { lookup } = work;
  const row = lookup.row(ordinal);
  const table = tableOf(lookup.catalog, row.table);
  work.queue.push(ordinal);
  const resolved = resolveRow(table, row, choice);
  if (resolved.kind !== 'decided') {
    leave(work, ordinal, { reason: 'undecided', needs: null });
    return;
  }
  if (resolved.copy !== null && choice.newId !== undefined) {
    const pk = JSON.stringify([choice.newId]);
    const trees = lookup.trees(table, pk);
    // Known already where an earlier run wrote it on one side: then it is a row of its own.
    if (trees.local === null && trees.server === null)
      giveMade(work, ordinal, [{ table: row.table, pk, trees, result: resolved.copy }]);
  }
  if (row.conflict !== 'same-identity' || choice.choice !== 'adopt') return;
  const adoption = adopt(lookup, row, ordinal, choice, (other) => {
    work.meetings.meet(ordinal, other);
    return work.left.has(other) ? undefined : resultIn(work, lookup, other, lookup.row(other));
  });
  if (adoption === null) {
    leave(work, ordinal, { reason: 'new-child', needs: null });
    return;
  }
  giveMade(work, ordinal, adoption.made);
  for (const [other, result] of adoption.results) giveResult(work, other, result);
  for (const other of adoption.results.keys()) {
    work.syncOnly.add(other);
    work.adoptions.set(other, ordinal);
    work.queue.push(other);
  }
  if (part !== 'sync') leave(work, ordinal, { reason: 'sync-only', needs: null });
  bind(work, [ordinal, ...adoption.results.keys()]);
}

/** Makes rows go together, whatever they go together with already included. */
function bind(work: Work, ordinals: readonly number[]): void {
  const all = new Set(ordinals);
  for (const ordinal of ordinals) for (const other of work.together.get(ordinal) ?? []) all.add(other);
  const [first = 0] = ordinals;
  for (const ordinal of all) {
    work.together.set(ordinal, all);
    work.meetings.meet(first, ordinal);
  }
  for (const ordinal of all) {
    if (!work.left.has(ordinal)) continue;
    for (const other of all) if (!work.left.has(other)) leave(work, other, { reason: 'blocked', needs: ordinal });
    return;
  }
}

/** Remembers the values a decided row comes to hold, so that another decision for the same value meets it. */
function noteClaims(work: Work, ordinal: number): void {
  if (work.left.has(ordinal)) return;
  for (const { table, after } of work.stands.of(ordinal)) {
    for (const claim of heldBy(table, after.server)) {
      work.meetings.holds(ordinal, claim);
      const holders = work.newClaims.get(claim);
      if (holders === undefined) work.newClaims.set(claim, new Set([ordinal]));
      else holders.add(ordinal);
    }
  }
}

/** Looks at a row beside all rows it could be in the way of, or that could be in its way. */
function* look(work: Work, ordinal: number): Generator<void, void> {
  const { lookup } = work;
  const noted = lookup.linked(ordinal);
  // Without deletions and decisions only noted rows can mind; most of a large plan is passed over here.
  if (noted.length === 0 && !lookup.deletes && work.choices.size === 0) return;
  yield* followGroup(work, ordinal);
  const own = work.stands.of(ordinal);
  const neighbours = new Set(noted);
  for (const stand of own) {
    for (const address of neighboursOf(work, stand)) neighbours.add(address);
  }
  neighbours.delete(ordinal);
  for (const other of neighbours) {
    work.meetings.meet(ordinal, other);
    for (const one of work.stands.of(ordinal)) {
      for (const another of work.stands.of(other)) judge(work, one, another);
    }
    yield;
  }
  // What a decision makes must not be in the way of the row it is about either.
  for (const one of own) for (const another of own) if (one !== another) judge(work, one, another);
  if (!work.left.has(ordinal)) for (const stand of own) standAlone(work, stand);
}

/** Rows of the plan a version of a row points at or claims a value with, when they were not noted: a decision may have made a new version. */
function* neighboursOf(work: Work, { ordinal, table, before, after }: Stand): Generator<number> {
  for (const version of new Set([before.local, before.server, after.local, after.server])) {
    for (const parent of hardReferences(table, version)) {
      const place = work.lookup.ordinal(parent.table, parent.pk);
      if (place !== null) yield place;
    }
    const isNew = version !== before.local && version !== before.server;
    for (const claim of heldBy(table, version)) {
      work.meetings.seeks(ordinal, claim);
      if (isNew) yield* work.lookup.claimants(claim);
      yield* work.newClaims.get(claim) ?? [];
    }
  }
}

/** A deletion and everything deleted with it go as one, by the choice of the row that speaks for them. */
function* followGroup(work: Work, ordinal: number): Generator<void, void> {
  const { lookup } = work;
  const { group } = lookup.row(ordinal);
  if (group === undefined) return;
  work.meetings.meet(ordinal, group);
  if (work.groups.has(group)) return;
  work.groups.add(group);
  const speaker = lookup.row(group);
  const members: number[] = [];
  for (const member of lookup.linked(group)) {
    yield;
    const row = lookup.row(member);
    if (!isSpokenFor(row, group, member)) continue;
    members.push(member);
    const result = groupResult(lookup.catalog, row, speaker, work.choices.get(group));
    if (result !== undefined) giveResult(work, member, withOwnValues(work, member, row, result));
    noteClaims(work, member);
    work.queue.push(member);
  }
  // First of all the row that asks: what is left with it is left because of it.
  bind(work, [group, ...members]);
}

/** A row that stays with its group, and that another record had a value of: it has the values somebody decided on for it. */
function withOwnValues({ lookup, choices }: Work, member: number, row: PlanRow, result: TreeRow): TreeRow {
  const choice = choices.get(member);
  if (result === null || choice === undefined || row.conflict !== 'same-identity') return result;
  const own = resolveRow(tableOf(lookup.catalog, row.table), row, choice);
  if (own.kind !== 'decided' || own.result === null) return result;
  const { result: decided } = own;
  return { ...result, ...Object.fromEntries((row.claimed ?? []).map((name) => [name, cellOf(decided, name)])) };
}

/** Leaves one of two rows out where a side could not hold both as they would be. */
function judge(work: Work, a: Stand, b: Stand): void {
  for (const side of sides) {
    judgeReference(work, side, a, b);
    judgeReference(work, side, b, a);
    judgeValue(work, side, a, b);
  }
}

/** A child after its parent, and a parent's deletion after its children's: the deletion waits, because it is what would lose something. */
function judgeReference(work: Work, side: Side, child: Stand, parent: Stand): void {
  if (parent.after[side] !== null || !pointsAt(child, child.after[side], parent)) return;
  if (parent.before[side] !== null) leave(work, parent.ordinal, { reason: 'blocked', needs: child.ordinal });
  else if (!pointsAt(child, child.before[side], parent))
    leave(work, child.ordinal, { reason: 'blocked', needs: parent.ordinal });
}

/** One value, one record: who would newly take it waits for who has it. Of two who would newly take it, the one the server knows goes first. */
function judgeValue(work: Work, side: Side, a: Stand, b: Stand): void {
  if (a.table !== b.table) return;
  const claims = new Set(heldBy(b.table, b.after[side]));
  for (const claim of heldBy(a.table, a.after[side])) {
    if (!claims.has(claim)) continue;
    const holds = (stand: Stand, tree: Side): boolean => heldBy(stand.table, stand.before[tree]).includes(claim);
    const takers = [a, b].filter((stand) => !holds(stand, side));
    const [first, second] = takers;
    if (first === undefined) continue;
    const loser = second === undefined ? first : holds(first, 'server') ? second : first;
    const winner = loser === a ? b : a;
    // A decision for a value that the other one keeps whatever happens waits for nothing: it has to be another decision.
    const decided = holdsAsPlanned(work, winner, claim) ? spokenFor(work, loser.ordinal) : null;
    if (decided !== null && decided !== winner.ordinal)
      leave(work, decided, { reason: 'value-taken', needs: winner.ordinal });
    leave(work, loser.ordinal, { reason: 'blocked', needs: winner.ordinal });
  }
}

/** Whether a row holds a value when it takes part. */
function holdsAsPlanned(work: Work, { ordinal, table, pk }: Stand, claim: Claim): boolean {
  const row = work.lookup.row(ordinal);
  const version =
    row.pk === pk
      ? resultIn(work, work.lookup, ordinal, row)
      : work.made.get(ordinal)?.find((made) => made.table === table.name && made.pk === pk)?.result;
  return heldBy(table, version).includes(claim);
}

/** The row whose decision gave a row its result: itself, the record whose key is taken over, or the one that speaks for its group; null where nobody decided. */
function spokenFor({ lookup, meetings, choices, adoptions }: Work, ordinal: number): number | null {
  const by = [ordinal, adoptions.get(ordinal), lookup.row(ordinal).group];
  return (
    by.find((place) => {
      if (place !== undefined) meetings.meet(ordinal, place);
      const choice = place === undefined ? undefined : choices.get(place)?.choice;
      return choice !== undefined && choice !== 'skip';
    }) ?? null
  );
}

/** A version no side had before may point at nothing, or take a value of a record that is not in the plan. */
function standAlone(work: Work, { ordinal, table, pk, before, after }: Stand): void {
  const { lookup } = work;
  for (const side of sides) {
    const version = after[side];
    if (sameRow(table, version, before.local) || sameRow(table, version, before.server)) continue;
    const missing = hardReferences(table, version).find((parent) => {
      if (lookup.ordinal(parent.table, parent.pk) !== null) return false;
      return lookup.trees(tableOf(lookup.catalog, parent.table), parent.pk)[side] === null;
    });
    const taken = heldBy(table, version).find((claim) =>
      lookup.holdersHere(table, claim).some((holder) => holder !== pk && lookup.ordinal(table.name, holder) === null),
    );
    if (missing !== undefined)
      leave(work, ordinal, { reason: 'parent-lost', needs: null, column: missing.key.columns[0] ?? '' });
    else if (taken !== undefined)
      leave(work, spokenFor(work, ordinal) ?? ordinal, {
        reason: spokenFor(work, ordinal) === null ? 'refused' : 'value-taken',
        needs: null,
        column: partsOf(table, taken).columns[0] ?? '',
      });
  }
}
