import type { PlanSummary } from '../../shared/contract/sync.ts';
import { effectsOf } from '../../shared/sync/effects.ts';
import {
  addCounts,
  asksNow,
  countStandings,
  type PlanCounts,
  type RowStanding,
} from '../../shared/sync/plan-counts.ts';
import type { Settled } from '../../shared/sync/settle.ts';
import type { PlanRowKeys } from '../store/sync/plan-store.ts';
import type { PlanBook } from './plan-book.ts';

/** A plan with what its draft makes of it, before anything is counted. */
export interface SettledPlan extends Settled {
  readonly book: PlanBook;
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

/** Those of some places about which two drafts do not come to the same. What was given a result or made rows is one of them, whatever it was. */
export function differingAmong(last: Settled, now: Settled, ordinals: Iterable<number>): readonly number[] {
  const sides = [last, now];
  return [...ordinals].filter(
    (ordinal) =>
      last.left.get(ordinal)?.reason !== now.left.get(ordinal)?.reason ||
      sides.some(({ choices, results }) => choices.has(ordinal) || results.has(ordinal)),
  );
}

/** The shift of the rows at some places; those a draft says nothing about have none. `pause` lets others in. */
export async function shiftAt(
  settled: SettledPlan,
  ordinals: Iterable<number>,
  pause: () => Promise<void>,
): Promise<Shift> {
  const [listed, standing] = [new Tally(), new Tally()];
  const questions = new Map<string, number>();
  const { left, choices, results } = settled;
  for (const ordinal of ordinals) {
    if (!left.has(ordinal) && !choices.has(ordinal) && !results.has(ordinal)) continue;
    const sort = settled.book.sortAt(ordinal);
    if (sort === undefined) continue;
    const now = standingOf(settled, { ordinal, kind: sort.kind });
    listed.add(asListed(sort));
    standing.add(now);
    if (sort.kind === 'conflict' && asksNow(sort.kind, now.left))
      questions.set(sort.table, (questions.get(sort.table) ?? 0) + 1);
    await pause();
  }
  return { shift: addCounts(standing.counts(), listed.counts(), -1), questions };
}

/** Rows of the same standing, counted together: thousands are of a few. */
class Tally {
  readonly #found = new Map<string, { readonly standing: RowStanding; count: number }>();

  add(standing: RowStanding): void {
    const { kind, up, down, syncOnly, left = '' } = standing;
    const key = `${kind} ${up} ${down} ${syncOnly} ${left}`;
    const found = this.#found.get(key);
    if (found === undefined) this.#found.set(key, { standing, count: 1 });
    else found.count += 1;
  }

  counts(): PlanCounts {
    return countStandings(Array.from(this.#found.values(), ({ standing, count }) => ({ ...standing, count })));
  }
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
