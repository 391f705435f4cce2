import type { ChangeKind, LeftReason } from './plan.ts';

/*
 * What the numbers of a plan mean, in one place. The card, the badge, the small sheet, the summary, the head of the list, the buttons and the command line all
 * show these and no others, so that no two of them can disagree.
 */

/** One listed row of a plan as its draft stands. */
export interface RowStanding {
  readonly kind: ChangeKind;
  /** Whether carrying the row out writes the server (`up`), this PC (`down`), with all its decision makes; false where it stays out. */
  readonly up: boolean;
  readonly down: boolean;
  /** It only takes part in a run that writes both sides. */
  readonly syncOnly: boolean;
  /** Why it stays out; undefined where it takes part. */
  readonly left: LeftReason | undefined;
}

/** The numbers of a plan; each counts distinct rows of its list. */
export interface PlanCounts {
  /** Rows each of the three buttons carries out. A row that goes both ways counts in `apply` and in `pull`, and once in `sync`. */
  readonly apply: number;
  readonly pull: number;
  readonly sync: number;
  /** Rows counted in `apply` and in `pull`: `apply` + `pull` − `both` are distinct. */
  readonly both: number;
  /** Rows that stay out of every run. */
  readonly leave: number;
  /** Of those, the rows that wait for a person. */
  readonly undecided: number;
  /** Of those, the rows that only wait for another one, which stays out. Neither of `undecided` nor left out by anybody. */
  readonly blocked: number;
}

/** Whether a row that stays out still needs a person: nothing was decided, or the decision cannot be carried out. A change left out on purpose asks nothing. */
export function asksNow(kind: ChangeKind, left: LeftReason | undefined): boolean {
  return left === 'undecided' || left === 'value-taken' || (left === 'skipped' && kind === 'conflict');
}

/** Whether a row stays out only because another one does: it goes with it as soon as that is settled. */
export function waitsForAnother(left: LeftReason | undefined): boolean {
  return left === 'blocked' || left === 'erasure-waits';
}

/** Adds rows up; `count` says how many there are of the same standing, and may be negative to take some out again. */
export function countStandings(rows: Iterable<RowStanding & { readonly count?: number }>): PlanCounts {
  const sum = { apply: 0, pull: 0, sync: 0, both: 0, leave: 0, undecided: 0, blocked: 0 };
  for (const { kind, up, down, syncOnly, left, count = 1 } of rows) {
    if (left !== undefined) sum.leave += count;
    if (asksNow(kind, left)) sum.undecided += count;
    if (waitsForAnother(left)) sum.blocked += count;
    if (left !== undefined || (!up && !down)) continue;
    sum.sync += count;
    if (syncOnly) continue;
    if (up) sum.apply += count;
    if (down) sum.pull += count;
    if (up && down) sum.both += count;
  }
  return sum;
}

/** Two counts together; with −1 the first without the second. */
export function addCounts(a: PlanCounts, b: PlanCounts, sign: 1 | -1 = 1): PlanCounts {
  return {
    apply: a.apply + sign * b.apply,
    pull: a.pull + sign * b.pull,
    sync: a.sync + sign * b.sync,
    both: a.both + sign * b.both,
    leave: a.leave + sign * b.leave,
    undecided: a.undecided + sign * b.undecided,
    blocked: a.blocked + sign * b.blocked,
  };
}

/** What waits on a connection, for the card, the badge and `connection list`. */
export interface Waiting {
  readonly up: number;
  readonly down: number;
  /** Rows counted in `up` and in `down`. */
  readonly both: number;
  /** Rows that wait for a person; counted nowhere else. */
  readonly conflicts: number;
  /** Rows that wait for another one, which asks or was left out. */
  readonly blocked: number;
  /** Rows that stay out of a run and wait for nothing: left out on purpose, or because they cannot go. */
  readonly left: number;
}

/** Nothing waits. */
export const nothingWaits: Waiting = { up: 0, down: 0, both: 0, conflicts: 0, blocked: 0, left: 0 };

/** What waits by the last list. Rows that only go in a run of both ways count as going both ways. */
export function waitingIn({ apply, pull, sync, both, leave, undecided, blocked }: PlanCounts): Waiting {
  const together = sync - (apply + pull - both);
  return {
    up: apply + together,
    down: pull + together,
    both: both + together,
    conflicts: undecided,
    blocked,
    left: leave - undecided - blocked,
  };
}

/** Distinct rows a sync would carry. */
export function goingRows({ up, down, both }: Pick<Waiting, 'up' | 'down' | 'both'>): number {
  return up + down - both;
}

/** Rows that differ between both sides in any way. */
export function differingRowCount(waiting: Waiting): number {
  return goingRows(waiting) + waiting.conflicts + waiting.blocked + waiting.left;
}
