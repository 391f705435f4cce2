import type { PlanSummary } from '../../shared/contract/sync.ts';
import { effectsOf } from '../../shared/sync/effects.ts';
import type { Lookup } from '../../shared/sync/lookup.ts';
import {
  addCounts,
  asksNow,
  countStandings,
  noRows,
  type PlanCounts,
  type RowStanding,
} from '../../shared/sync/plan-counts.ts';
import type { Settled } from '../../shared/sync/settle.ts';
import type { ClassStore } from '../store/class-store.ts';
import { planRowKeysAt, type PlanRowKeys } from '../store/sync/plan-store.ts';

/** A plan with what its draft makes of it, before anything is counted. */
export interface SettledPlan extends Settled {
  readonly book: Lookup;
}

/** How far the rows a draft says something about count otherwise than they are listed, and how many conflicts of each table wait for a person. */
export interface Shift {
  readonly shift: PlanCounts;
  readonly questions: ReadonlyMap<string, number>;
}

/** Places of the rows a draft says something about: all others take part as they are listed. */
export function spokenOf({ left, choices, results }: Settled): ReadonlySet<number> {
  return new Set([...left.keys(), ...choices.keys(), ...results.keys()]);
}

/** Those of some places a draft says something about. */
export function spokenAmong({ left, choices, results }: Settled, ordinals: Iterable<number>): readonly number[] {
  return [...ordinals].filter((ordinal) => left.has(ordinal) || choices.has(ordinal) || results.has(ordinal));
}

/** The shift of the rows at some places. `pause` lets others in. */
export async function shiftAt(
  store: ClassStore,
  planId: string,
  settled: SettledPlan,
  ordinals: Iterable<number>,
  pause: () => Promise<void>,
): Promise<Shift> {
  let shift = noRows;
  const questions = new Map<string, number>();
  for (const part of planRowKeysAt(store, planId, ordinals)) {
    for (const keys of part) {
      const standing = standingOf(settled, keys);
      shift = addCounts(shift, countStandings([{ ...asListed(keys), count: -1 }, standing]));
      if (keys.kind === 'conflict' && asksNow(keys.kind, standing.left))
        questions.set(keys.table, (questions.get(keys.table) ?? 0) + 1);
      await pause();
    }
  }
  return { shift, questions };
}

/** A shift after that of some rows went out and the one they have now came in. */
export function shiftAfter(all: Shift, out: Shift, now: Shift): Shift {
  const questions = new Map(all.questions);
  for (const [sign, part] of [
    [-1, out],
    [1, now],
  ] as const)
    for (const [table, count] of part.questions) questions.set(table, (questions.get(table) ?? 0) + sign * count);
  for (const [table, count] of questions) if (count === 0) questions.delete(table);
  return { shift: addCounts(addCounts(all.shift, now.shift), out.shift, -1), questions };
}

/** A row as it is listed, before anybody said anything about it. */
export function asListed({ kind, direction }: Pick<PlanRowKeys, 'kind' | 'direction'>): RowStanding {
  const goes = kind !== 'conflict';
  return { kind, up: goes && direction !== 'down', down: goes && direction !== 'up', syncOnly: false, left: undefined };
}

/** A row as the draft leaves it, with all its decision makes. */
export function standingOf(
  settled: SettledPlan,
  { ordinal, kind }: Pick<PlanRowKeys, 'ordinal' | 'kind'>,
): RowStanding {
  // What stays out has none, and is not read to learn that: without their ticks that can be all rows.
  const effects = settled.left.has(ordinal) ? [] : effectsOf(settled.book, settled, ordinal, settled.book.row(ordinal));
  return {
    kind,
    up: effects.some(({ up }) => up),
    down: effects.some(({ down }) => down),
    syncOnly: settled.syncOnly.has(ordinal),
    left: settled.left.get(ordinal)?.reason,
  };
}

/** The numbers of a plan. `summary` counts the rows as they are listed. */
export function countRows(summary: PlanSummary['summary'], { shift }: Pick<Shift, 'shift'>): PlanCounts {
  return addCounts(countStandings(summary.map((cell) => ({ ...asListed(cell), count: cell.count }))), shift);
}
