import type { PlanSummary } from '../../shared/contract/sync.ts';
import { effectsOf } from '../../shared/sync/effects.ts';
import {
  addCounts,
  asksNow,
  countStandings,
  type PlanCounts,
  type RowStanding,
} from '../../shared/sync/plan-counts.ts';
import type { Choice, Effect } from '../../shared/sync/plan.ts';
import { settleSteps, type Draft, type Left, type Part, type Settled } from '../../shared/sync/settle.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';
import { draftOps, draftRevision } from '../store/sync/draft-store.ts';
import { changeSeq } from '../store/sync/peer-store.ts';
import { planRefusals } from '../store/sync/plan-links.ts';
import {
  eachPlanRow,
  getPlan,
  ordinalsOfKind,
  ordinalsOfTable,
  planRow,
  planRowKeysAt,
  restoredRows,
  type PlanRowKeys,
} from '../store/sync/plan-store.ts';
import { treeState } from '../store/sync/trees.ts';
import { brokenRules } from './broken-rules.ts';
import { openPlanBook, type PlanBook } from './plan-book.ts';

/** A plan with what its draft makes of it. */
export interface Evaluation extends Settled {
  readonly book: PlanBook;
  /** Rows a server that was put back holds in an older state. */
  readonly restored: number;
  /** How many rows more, or fewer, each number counts than the list says, because of what the draft says. */
  readonly shift: PlanCounts;
  /** How many conflicts of each table wait for a person. */
  readonly questions: PlanSummary['questions'];
}

/** Every decided row is gone over several times; rows nobody said anything about are hardly read. */
const ROWS_KEPT = 16_384;
/** Longest time the thread is held while a plan is worked out, in milliseconds. */
const SLICE_MS = 8;

interface Kept {
  readonly key: string;
  readonly evaluation: Evaluation;
}

/** The last answer, the work that goes on, and the one that is next for each plan and part. */
interface Desk {
  kept: Kept | null;
  busy: Promise<unknown>;
  readonly next: Map<string, Shared>;
}

const desks = new WeakMap<ClassStore, Desk>();

function deskOf(store: ClassStore): Desk {
  let desk = desks.get(store);
  if (desk === undefined) desks.set(store, (desk = { kept: null, busy: Promise.resolve(), next: new Map() }));
  return desk;
}

/** All that an answer depends on: the draft, the rows here, and what is known of the server. The rows of a plan do not change once it is made. */
function stateOf(store: ClassStore, planId: string, part: Part): string {
  const { peerId } = getPlan(store, planId);
  return `${planId} ${part} ${draftRevision(store, planId)} ${changeSeq(store)} ${treeState(store, peerId)}`;
}

/**
 * What a draft makes of a plan for one part of it, worked out in slices. The last answer is kept as long as nothing it depends on changes: a page that scrolls asks
 * often. Whoever asks while another one is waiting for the same gets the same answer, and one is worked out at a time, however often a page asks.
 * Edits made here meanwhile may or may not be in it, as those made right after are not: a run looks at its rows again before it writes any.
 * Throws `plan-unknown` when the plan goes meanwhile.
 */
export async function evaluatePlan(
  store: ClassStore,
  planId: string,
  part: Part,
  signal: AbortSignal,
): Promise<Evaluation> {
  signal.throwIfAborted();
  const desk = deskOf(store);
  if (desk.kept?.key === stateOf(store, planId, part)) return desk.kept.evaluation;
  const place = `${planId} ${part}`;
  let shared = desk.next.get(place);
  if (shared === undefined || shared.isStopped) {
    const turn = desk.busy;
    const mine: Shared = new Shared(async (stop) => {
      await turn;
      if (desk.next.get(place) === mine) desk.next.delete(place);
      stop.throwIfAborted();
      const key = stateOf(store, planId, part);
      if (desk.kept?.key === key) return desk.kept.evaluation;
      const evaluation = await evaluate(store, planId, part, stop);
      desk.kept = { key, evaluation };
      return evaluation;
    });
    shared = mine;
    desk.next.set(place, shared);
    desk.busy = shared.result.catch(() => undefined);
  }
  return await shared.wait(signal);
}

/** Work several callers wait for: it stops when none of them does any more. */
class Shared {
  readonly result: Promise<Evaluation>;
  readonly #stop = new AbortController();
  #waiting = 0;

  constructor(work: (stop: AbortSignal) => Promise<Evaluation>) {
    this.result = work(this.#stop.signal);
  }

  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async wait(signal: AbortSignal): Promise<Evaluation> {
    this.#waiting += 1;
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (): void => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#stop.abort(signal.reason);
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([this.result, aborted]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}

async function evaluate(store: ClassStore, planId: string, part: Part, signal: AbortSignal): Promise<Evaluation> {
  const book = openPlanBook(store, store.catalog, {
    planId,
    peerId: getPlan(store, planId).peerId,
    rowsKept: ROWS_KEPT,
  });
  const slicer = createSlicer(SLICE_MS);
  // Others were let in: the plan may have been taken away, its rows with it.
  const pause = async (): Promise<void> => {
    if (await slicer.pause(signal)) getPlan(store, planId);
  };
  const draft = readDraft(store, planId);
  const settled = await settleByRules(store, planId, book, draft, part, pause);
  let restored = 0;
  for (const rows of restoredRows(store, planId)) {
    restored += rows.length;
    await pause();
  }
  const shift = await shiftOf(store, planId, { ...settled, book }, pause);
  return { ...settled, book, restored, ...shift };
}

/** The draft as it stands, read at once. */
function readDraft(store: ClassStore, planId: string): Draft {
  const choices = new Map<number, Choice>();
  const unticked = new Set<number>();
  for (const op of draftOps(store, planId)) {
    if (op.undone) continue;
    for (const ordinal of op.ordinals) {
      if (op.include === null) {
        if (op.choice === null) choices.delete(ordinal);
        else choices.set(ordinal, op.choice);
      } else if (op.include) unticked.delete(ordinal);
      else unticked.add(ordinal);
    }
  }
  // Nobody leaves an erasure out that was made here. What others ask for may wait.
  const { erasure } = store.catalog.roles;
  if (erasure !== null && choices.size + unticked.size > 0)
    for (const keys of planRowKeysAt(store, planId, ordinalsOfTable(store, planId, erasure)))
      for (const { ordinal, direction } of keys) {
        if (direction !== 'up') continue;
        unticked.delete(ordinal);
        choices.delete(ordinal);
      }
  // In plan order: what comes of the choices never depends on which was made first.
  const byPlace = (a: number, b: number): number => a - b;
  return {
    choices: new Map([...choices].toSorted(([a], [b]) => byPlace(a, b))),
    unticked: new Set([...unticked].toSorted(byPlace)),
    conflicts: ordinalsOfKind(store, planId, 'conflict'),
    refused: planRefusals(store, planId),
  };
}

/** Lets others in where it is time. */
type Pause = () => Promise<void>;

/** Leaves out what breaks a rule that blocks, with whatever depends on it, until no rule is broken by a row that takes part. */
async function settleByRules(
  store: ClassStore,
  planId: string,
  book: PlanBook,
  draft: Draft,
  part: Part,
  pause: Pause,
): Promise<Settled> {
  const blocking = store.catalog.checks.filter((check) => check.level === 'block');
  const refused = [...draft.refused];
  for (;;) {
    const conflicts = ordinalsOfKind(store, planId, 'conflict');
    const settled = await settleInSlices(settleSteps(book, { ...draft, conflicts, refused }, part), pause);
    if (blocking.length === 0) return settled;
    const effects: Effect[] = [];
    for (const { ordinal, row } of eachPlanRow(store, planId)) {
      effects.push(...effectsOf(book, settled, ordinal, row));
      await pause();
    }
    const known = refused.length;
    const touched = new Set(effects.map((effect) => effect.table));
    const asked = blocking.filter((check) => check.reads.some((name) => touched.has(name)));
    for (const { rule, table, pk } of brokenRules(store, asked, effects)) {
      const ordinal = book.ordinal(table, pk);
      if (ordinal !== null && !settled.left.has(ordinal) && !refused.some((row) => row.ordinal === ordinal))
        refused.push({ ordinal, column: rule, reason: 'check' });
    }
    if (refused.length === known) return settled;
  }
}

async function settleInSlices(steps: Generator<void, Settled>, pause: Pause): Promise<Settled> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await pause();
  }
}

/** What a row that stays out waits for, as it is listed: the other row, or the column that cannot be stored here. */
export function blockerOf(store: ClassStore, planId: string, table: string, left: Left | undefined): string | null {
  if (left === undefined) return null;
  if (left.column !== undefined) return `${table} ${left.column}`;
  const blocker = left.needs === null ? null : planRow(store, planId, left.needs);
  return blocker === null ? null : `${blocker.table} ${blocker.label}`;
}

/** Places of the rows a draft says something about: all others take part as they are listed. */
export function spokenOf({ left, choices, results }: Settled): ReadonlySet<number> {
  return new Set([...left.keys(), ...choices.keys(), ...results.keys()]);
}

/** How far the rows the draft says something about count otherwise than they are listed, and which ask; only those are looked at. */
async function shiftOf(
  store: ClassStore,
  planId: string,
  evaluation: Omit<Evaluation, 'restored' | 'shift' | 'questions'>,
  pause: Pause,
): Promise<Pick<Evaluation, 'shift' | 'questions'>> {
  let shift = countStandings([]);
  const questions = new Map<string, number>();
  for (const part of planRowKeysAt(store, planId, spokenOf(evaluation))) {
    for (const keys of part) {
      const standing = standingOf(evaluation, keys);
      shift = addCounts(shift, countStandings([{ ...asListed(keys), count: -1 }, standing]));
      if (keys.kind === 'conflict' && asksNow(keys.kind, standing.left))
        questions.set(keys.table, (questions.get(keys.table) ?? 0) + 1);
      await pause();
    }
  }
  return { shift, questions: Array.from(questions, ([table, count]) => ({ table, count })) };
}

/** A row as it is listed, before anybody said anything about it. */
export function asListed({ kind, direction }: Pick<PlanRowKeys, 'kind' | 'direction'>): RowStanding {
  const goes = kind !== 'conflict';
  return { kind, up: goes && direction !== 'down', down: goes && direction !== 'up', syncOnly: false, left: undefined };
}

/** A row as the draft leaves it, with all its decision makes. */
export function standingOf(
  evaluation: Omit<Evaluation, 'restored' | 'shift' | 'questions'>,
  { ordinal, kind }: Pick<PlanRowKeys, 'ordinal' | 'kind'>,
): RowStanding {
  const effects = effectsOf(evaluation.book, evaluation, ordinal, evaluation.book.row(ordinal));
  return {
    kind,
    up: effects.some(({ up }) => up),
    down: effects.some(({ down }) => down),
    syncOnly: evaluation.syncOnly.has(ordinal),
    left: evaluation.left.get(ordinal)?.reason,
  };
}

/** The numbers of a plan. `summary` counts the rows as they are listed. */
export function countRows(summary: PlanSummary['summary'], { shift }: Pick<Evaluation, 'shift'>): PlanCounts {
  return addCounts(countStandings(summary.map((cell) => ({ ...asListed(cell), count: cell.count }))), shift);
}

/** What was last worked out about a plan, if it was this one; its draft may have grown since. */
export function lastEvaluation(store: ClassStore, planId: string): Evaluation | null {
  const { kept } = deskOf(store);
  return kept?.key.startsWith(`${planId} sync `) === true ? kept.evaluation : null;
}
