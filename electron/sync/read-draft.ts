import type { Draft } from '../../shared/sync/settle.ts';
import type { ClassStore } from '../store/class-store.ts';
import { draftNumbers, draftOps } from '../store/sync/draft-store.ts';
import { getPlan, ordinalsOfTable, planRow, planRowKeysAt } from '../store/sync/plan-store.ts';
import { takenBackPlaces } from '../store/sync/taken-back-places.ts';

type SaidBy = Pick<Draft, 'choices' | 'unticked'>;

/** What was said up to an entry of a draft. */
interface SaidUpTo extends SaidBy {
  readonly planId: string;
  readonly number: number;
}

/** What was said up to some entries, the one asked for last behind: what is said next, taken back or put in force again is read from there. */
const known = new WeakMap<ClassStore['db'], readonly SaidUpTo[]>();
const MOST_KNOWN = 4;
/** The most rows that all but the last one may be about: each holds what was said of every row spoken about. */
const ROWS_KNOWN = 50_000;
const nothingSaid: SaidBy = { choices: new Map(), unticked: new Set() };

/** The draft of a plan as it stands, read at once: what people said, in plan order. What comes of it never depends on what was said first. */
export function readDraft(store: ClassStore, planId: string): SaidBy {
  const numbers = draftNumbers(store, planId);
  const last = numbers.at(-1);
  if (last === undefined) return nothingSaid;
  const before = known.get(store.db) ?? [];
  const inForce = new Set(numbers);
  const from = before
    .filter((one) => one.planId === planId && inForce.has(one.number))
    .reduce<SaidUpTo | null>((late, one) => (late === null || late.number < one.number ? one : late), null);
  const found = from?.number === last ? from : saidUpTo(store, planId, last, from);
  known.set(store.db, latest([...before.filter((one) => one !== found), found]));
  return found;
}

/** How many drafts of a class, and rows they speak about, are held in memory: for tests. */
export function heldDrafts(store: ClassStore): { readonly drafts: number; readonly rows: number } {
  const held = known.get(store.db) ?? [];
  return { drafts: held.length, rows: held.reduce((sum, one) => sum + rowsOf(one), 0) };
}

function rowsOf({ choices, unticked }: SaidBy): number {
  return choices.size + unticked.size;
}

/** As many of the last ones as may be held; the last one always. */
function latest(all: readonly SaidUpTo[]): readonly SaidUpTo[] {
  let rows = 0;
  const some = all.slice(-MOST_KNOWN);
  const over = some.slice(0, -1).findLastIndex((one) => (rows += rowsOf(one)) > ROWS_KNOWN);
  return some.slice(over + 1);
}

/** Places of the erasures that were made here: nobody leaves them out, or decides anything about them. What others ask for may wait. */
export function* ownErasures(store: ClassStore, planId: string): Generator<number, void> {
  const { erasure } = store.catalog.roles;
  if (erasure === null) return;
  for (const keys of planRowKeysAt(store, planId, ordinalsOfTable(store, planId, erasure)))
    for (const { ordinal, direction } of keys) if (direction === 'up') yield ordinal;
}

/** What was said up to an entry: what was said up to the one before, and what came after it. */
function saidUpTo(store: ClassStore, planId: string, number: number, from: SaidUpTo | null): SaidUpTo {
  const choices = new Map(from?.choices);
  const unticked = new Set(from?.unticked);
  for (const op of draftOps(store, planId, from?.number)) {
    if (op.undone) continue;
    for (const ordinal of op.ordinals) {
      if (op.include === null) {
        if (op.choice === null) choices.delete(ordinal);
        else choices.set(ordinal, op.choice);
      } else if (op.include) unticked.delete(ordinal);
      else unticked.add(ordinal);
    }
  }
  if (choices.size + unticked.size > 0)
    for (const ordinal of ownErasures(store, planId)) {
      unticked.delete(ordinal);
      choices.delete(ordinal);
    }
  const byPlace = (a: number, b: number): number => a - b;
  return {
    planId,
    number,
    choices: new Map([...choices].toSorted(([a], [b]) => byPlace(a, b))),
    unticked: new Set([...unticked].toSorted(byPlace)),
  };
}

/**
 * The draft as a run takes it that nobody is at. What somebody chose there is not carried out before that person says so, and not done otherwise either: those rows
 * stay out. What was decided on another device (`reason` of the row) was carried out there. What somebody took back stays out as well, until a person has a run of it.
 */
export function readDraftUnattended(store: ClassStore, planId: string): Pick<Draft, 'choices' | 'unticked'> {
  const { choices, unticked } = readDraft(store, planId);
  const before = [...choices].filter(([ordinal, { choice }]) => {
    const there = choice === 'server' || choice === 'adopt';
    return choice === 'skip' || (there && planRow(store, planId, ordinal)?.reason === 'decided-before');
  });
  const kept = new Map(before);
  const back = takenBackPlaces(store, planId, getPlan(store, planId).peerId);
  for (const ordinal of back) kept.delete(ordinal);
  const out = [...unticked, ...back, ...[...choices.keys()].filter((ordinal) => !kept.has(ordinal))];
  return { choices: kept, unticked: new Set(out.toSorted((a, b) => a - b)) };
}
