import type { Lookup } from './lookup.ts';
import { Meetings } from './meetings.ts';
import type { Choice } from './plan.ts';
import { settleSteps, type Draft, type Left, type Part, type Settled } from './settle.ts';

/** What people said about a plan. */
export type Said = Pick<Draft, 'choices' | 'unticked'>;

/** What a draft made of a plan, with what must be known to work out the next one from it. */
export interface Worked {
  readonly settled: Settled;
  readonly draft: Draft;
  readonly part: Part;
  readonly meetings: Meetings;
}

/** A draft worked out, be it from the one before it. `meetings` are those of the rows gone over: `takeIn` puts them with the others. */
export interface Reworked extends Worked {
  /** The rows that were gone over; all others stand as they did. Null: every row was. */
  readonly redone: ReadonlySet<number> | null;
}

/** A draft of which nothing takes part: no row was looked at, so that the next one cannot be worked out from it. */
export interface Unlooked extends Pick<Reworked, 'settled'> {
  readonly redone: null;
  readonly meetings: null;
}

/** After so many times that the part had to grow, everything is worked out. */
const MOST_ROUNDS = 4;

/** Works a draft out from the beginning, with a step after every row. */
export function* workOut(lookup: Lookup, draft: Draft, part: Part): Generator<void, Reworked> {
  const meetings = new Meetings();
  const settled = yield* settleSteps(lookup, draft, part, meetings);
  return { settled, draft, part, meetings, redone: null };
}

/**
 * Works the next draft out from the last one, with a step after every row; the result is the one `workOut` comes to. Only rows about which the drafts differ, and
 * all that ever met them, are gone over: those are settled by themselves, in the order they would have among all. Where one of them meets a row outside, what that
 * one has to do with is taken in, and the part is settled again.
 */
export function* rework(lookup: Lookup, last: Worked, draft: Draft): Generator<void, Reworked> {
  const { part } = last;
  let redone = last.meetings.around(differing(last.draft, draft));
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const meetings = new Meetings();
    const settled = yield* settleSteps(lookup, within(draft, redone), part, meetings);
    const strangers = last.meetings.strangersTo(redone, meetings);
    if (strangers.size === 0)
      return { settled: joined(last.settled, draft, settled, redone), draft, part, meetings, redone };
    redone = last.meetings.around([...redone, ...strangers]);
  }
  return yield* workOut(lookup, draft, part);
}

/**
 * What a draft makes of a plan of which it takes nothing in: every row waits for somebody, has no tick or is refused. Nothing that stays out is in the way of anything,
 * so that it comes to what `settle` does without any row being looked at. Null where something takes part, or something was chosen.
 */
export function nothingIn(draft: Draft, rows: number): Unlooked | null {
  if (draft.choices.size > 0) return null;
  const left = new Map<number, Left>();
  const leave = (ordinal: number, why: Left): void => {
    if (!left.has(ordinal)) left.set(ordinal, why);
  };
  for (const ordinal of draft.conflicts) leave(ordinal, { reason: 'undecided', needs: null });
  for (const ordinal of draft.unticked) leave(ordinal, { reason: 'unticked', needs: null });
  for (const { ordinal, column, reason } of draft.refused)
    leave(ordinal, { reason, needs: null, ...(column === null ? {} : { column }) });
  if (left.size < rows) return null;
  const none = { results: new Map(), made: new Map(), syncOnly: new Set<number>(), adoptions: new Map() };
  return { settled: { choices: draft.choices, left, ...none }, redone: null, meetings: null };
}

/** Whether two drafts say the same about every row. */
export function saysTheSame(one: Said, other: Said): boolean {
  if (one.choices.size !== other.choices.size || one.unticked.size !== other.unticked.size) return false;
  for (const ordinal of one.unticked) if (!other.unticked.has(ordinal)) return false;
  for (const [ordinal, choice] of one.choices) {
    const also = other.choices.get(ordinal);
    if (also === undefined || !sameChoice(choice, also)) return false;
  }
  return true;
}

/** Makes a result the one the next draft is worked out from; `last` is used up by that and can be worked on no more. */
export function takeIn(last: Worked | null, now: Reworked): Worked {
  const { settled, draft, part, redone } = now;
  if (last === null || redone === null) return { settled, draft, part, meetings: now.meetings };
  last.meetings.replace(redone, now.meetings);
  return { settled, draft, part, meetings: last.meetings };
}

/** Rows about which two drafts of a plan do not say the same. */
function differing(before: Draft, after: Draft): ReadonlySet<number> {
  const found = new Set<number>();
  const compare = <V>(
    from: ReadonlyMap<number, V>,
    to: ReadonlyMap<number, V>,
    same: (one: V, other: V) => boolean,
  ): void => {
    for (const [ordinal, value] of from) {
      const now = to.get(ordinal);
      if (now === undefined || !same(value, now)) found.add(ordinal);
    }
    for (const ordinal of to.keys()) if (!from.has(ordinal)) found.add(ordinal);
  };
  const marks = (ordinals: Iterable<number>): ReadonlyMap<number, true> =>
    new Map(Array.from(ordinals, (ordinal) => [ordinal, true]));
  const isSame = (): boolean => true;
  compare(before.choices, after.choices, sameChoice);
  if (before.unticked !== after.unticked) compare(marks(before.unticked), marks(after.unticked), isSame);
  if (before.conflicts !== after.conflicts) compare(marks(before.conflicts), marks(after.conflicts), isSame);
  if (before.refused !== after.refused) {
    const reasons = ({ refused }: Draft): ReadonlyMap<number, string> =>
      new Map(Array.from(refused, ({ ordinal, column, reason }) => [ordinal, `${reason} ${column ?? ''}`]));
    compare(reasons(before), reasons(after), (one, other) => one === other);
  }
  return found;
}

function sameChoice(one: Choice, other: Choice): boolean {
  return one === other || (one.choice === other.choice && JSON.stringify(one) === JSON.stringify(other));
}

/** What a draft says about some rows, in the same order. */
function within(draft: Draft, rows: ReadonlySet<number>): Draft {
  return {
    choices: new Map([...draft.choices].filter(([ordinal]) => rows.has(ordinal))),
    unticked: new Set([...draft.unticked].filter((ordinal) => rows.has(ordinal))),
    conflicts: [...draft.conflicts].filter((ordinal) => rows.has(ordinal)),
    refused: [...draft.refused].filter(({ ordinal }) => rows.has(ordinal)),
  };
}

/** What is known of all rows, with a part of them as it was worked out now. */
function joined(last: Settled, { choices }: Draft, now: Settled, redone: ReadonlySet<number>): Settled {
  const replaced = <V>(before: ReadonlyMap<number, V>, after: ReadonlyMap<number, V>): Map<number, V> => {
    const all = new Map(before);
    for (const ordinal of redone) all.delete(ordinal);
    for (const [ordinal, value] of after) all.set(ordinal, value);
    return all;
  };
  const syncOnly = new Set(last.syncOnly);
  for (const ordinal of redone) syncOnly.delete(ordinal);
  for (const ordinal of now.syncOnly) syncOnly.add(ordinal);
  return {
    choices,
    left: replaced(last.left, now.left),
    results: replaced(last.results, now.results),
    made: replaced(last.made, now.made),
    syncOnly,
    adoptions: replaced(last.adoptions, now.adoptions),
  };
}
