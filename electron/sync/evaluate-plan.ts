import type { PlanSummary } from '../../shared/contract/sync.ts';
import { effectsOf } from '../../shared/sync/effects.ts';
import type { PlanCounts } from '../../shared/sync/plan-counts.ts';
import type { Effect } from '../../shared/sync/plan.ts';
import {
  nothingIn,
  rework,
  saysTheSame,
  takeIn,
  workOut,
  type Reworked,
  type Said,
  type Worked,
} from '../../shared/sync/resettle.ts';
import type { Draft, Left, Part, Settled } from '../../shared/sync/settle.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';
import { draftEnd, draftRevision } from '../store/sync/draft-store.ts';
import { changeSeq } from '../store/sync/peer-store.ts';
import { planRefusals } from '../store/sync/plan-links.ts';
import { eachPlanRow, getPlan, ordinalsOfKind, planEnd, planRow, restoredRows } from '../store/sync/plan-store.ts';
import { takenBackPlaces } from '../store/sync/taken-back-places.ts';
import { treeState } from '../store/sync/trees.ts';
import { brokenRules } from './broken-rules.ts';
import { differingAmong, shiftAfter, shiftAt, spokenOf, type SettledPlan, type Shift } from './count-rows.ts';
import { openPlanBook, type PlanBook } from './plan-book.ts';
import { readDraft, readDraftUnattended } from './read-draft.ts';

/** A plan with what its draft makes of it. */
export interface Evaluation extends Settled {
  readonly book: PlanBook;
  /** Rows a server that was put back holds in an older state, and those of them nobody has said anything about. */
  readonly restored: NonNullable<PlanSummary['restored']>;
  /** How many rows more, or fewer, each number counts than the list says, because of what the draft says. */
  readonly shift: PlanCounts;
  /** How many conflicts of each table wait for a person. */
  readonly questions: PlanSummary['questions'];
  /** For a run nobody is at: places of the rows that stay out because a person took them back. */
  readonly takenBack?: ReadonlySet<number>;
}

/** Longest time the thread is held while a plan is worked out, in milliseconds. */
const SLICE_MS = 8;

/** What of a plan no draft changes: the rows that ask, those that take part in nothing, and those a server that was put back holds in an older state. */
interface Fixed extends Pick<Draft, 'refused'> {
  readonly planId: string;
  readonly conflicts: readonly number[];
  readonly restored: readonly number[];
}

/** The last answer, and what the next one can be worked out from. */
interface Kept {
  /** The plan, the part, the rows here and what is known of the server: while these are the same, only the draft can have changed. */
  readonly place: string;
  readonly revision: number;
  readonly evaluation: Evaluation;
  readonly fixed: Fixed;
  /** The answer that was worked out last, from which the next one is: `evaluation` may be an earlier one that holds again. */
  readonly base: Evaluation;
  /** Null where a rule of the catalog had a say, or nothing was looked at: then everything is worked out anew. */
  readonly worked: Worked | null;
  readonly counted: Shift;
  /** The last answers by the last entry of the draft they are about: whoever takes a word back, or says again what was said before, has one of them. */
  readonly past: ReadonlyMap<number, Past>;
}

/** An answer that was given, and what people had said. */
interface Past {
  readonly evaluation: Evaluation;
  readonly said: Said;
}

/** Answers held beside the last one, and the most rows they may be about: each holds what it makes of every row spoken about. */
const PAST_KEPT = 4;
const PAST_ROWS = 50_000;

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

/** All that an answer depends on but the draft: the rows here, and what is known of the server. The rows of a plan do not change once it is made. */
function placeOf(store: ClassStore, planId: string, part: Part): string {
  const { peerId } = getPlan(store, planId);
  return `${planId} ${part} ${changeSeq(store)} ${treeState(store, peerId)}`;
}

/** The last answer where nothing it depends on has changed. */
function answerIn({ kept }: Desk, store: ClassStore, planId: string, part: Part): Evaluation | null {
  const isSame = kept?.place === placeOf(store, planId, part) && kept.revision === draftRevision(store, planId);
  return isSame ? kept.evaluation : null;
}

/**
 * What a draft makes of a plan for one part of it, worked out in slices. The last answer is kept as long as nothing it depends on changes: a page that scrolls asks
 * often. Where only the draft has changed, the next one is worked out from it. Whoever asks while another one is waiting for the same gets the same answer, and one
 * is worked out at a time, however often a page asks.
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
  const known = answerIn(desk, store, planId, part);
  if (known !== null) return known;
  const place = `${planId} ${part}`;
  let shared = desk.next.get(place);
  if (shared === undefined || shared.isStopped) {
    const turn = desk.busy;
    const mine: Shared = new Shared(async (stop) => {
      await turn;
      if (desk.next.get(place) === mine) desk.next.delete(place);
      stop.throwIfAborted();
      const made = answerIn(desk, store, planId, part);
      if (made !== null) return made;
      desk.kept = await evaluate(store, planId, part, desk.kept, stop);
      return desk.kept.evaluation;
    });
    shared = mine;
    desk.next.set(place, shared);
    desk.busy = shared.result.catch(() => undefined);
  }
  return await shared.wait(signal);
}

/** What a run nobody is at makes of a plan: rows a person has said anything about, or took back, stay out, with whatever depends on them, because nobody has said "go" yet. */
export async function evaluateUnattended(
  store: ClassStore,
  planId: string,
  part: Part,
  signal: AbortSignal,
): Promise<Evaluation> {
  const said = readDraftUnattended(store, planId);
  const evaluation = isSameDraft(said, readDraft(store, planId))
    ? await evaluatePlan(store, planId, part, signal)
    : (await evaluate(store, planId, part, null, signal, readDraftUnattended)).evaluation;
  return { ...evaluation, takenBack: new Set(takenBackPlaces(store, planId, getPlan(store, planId).peerId)) };
}

function isSameDraft(one: ReturnType<typeof readDraft>, other: ReturnType<typeof readDraft>): boolean {
  return one.choices.size === other.choices.size && one.unticked.size === other.unticked.size;
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

async function evaluate(
  store: ClassStore,
  planId: string,
  part: Part,
  kept: Kept | null,
  signal: AbortSignal,
  read: typeof readDraft = readDraft,
): Promise<Kept> {
  const place = placeOf(store, planId, part);
  const revision = draftRevision(store, planId);
  const last = kept?.place === place ? kept : null;
  const entry = draftEnd(store, planId);
  const again = last?.past.get(entry);
  if (last !== null && again !== undefined) return { ...last, revision, evaluation: again.evaluation };
  const said = read(store, planId);
  const same = [...(last?.past.values() ?? [])].find((one) => saysTheSame(one.said, said));
  if (last !== null && same !== undefined)
    return { ...last, revision, evaluation: same.evaluation, past: remembered(last.past, entry, same) };
  const slicer = createSlicer(SLICE_MS);
  // Others were let in: the plan may have been taken away, its rows with it.
  const pause = async (): Promise<void> => {
    if (await slicer.pause(signal)) getPlan(store, planId);
  };
  const fixed = kept?.fixed.planId === planId ? kept.fixed : await fixedOf(store, planId, pause);
  const draft: Draft = { ...said, conflicts: fixed.conflicts, refused: fixed.refused };
  const { peerId } = getPlan(store, planId);
  const book = last?.evaluation.book ?? openPlanBook(store, store.catalog, { planId, peerId, made: true });
  const from = last?.worked ?? null;
  const alone = nothingIn(draft, planEnd(store, planId));
  const now = alone ?? (await settleByRules(store, { planId, book, part }, from, draft, pause));
  const settled = { ...now.settled, book };
  const counted = await countAgain(last, settled, now.redone, pause);
  const { shift, questions } = counted;
  const tables = store.catalog.tables.map(({ name }) => name).filter((name) => questions.has(name));
  const evaluation = {
    ...settled,
    restored: {
      rows: fixed.restored.length,
      undecided: fixed.restored.filter((ordinal) => !settled.choices.has(ordinal)).length,
    },
    shift,
    questions: tables.map((table) => ({ table, count: questions.get(table) ?? 0 })),
  };
  // From here on nobody is let in: what the last answer was worked out from becomes that of this one.
  const worked = now.meetings === null || hasBlockingRules(store) ? null : takeIn(from, now);
  const past = remembered(last?.past, entry, { evaluation, said });
  return { place, revision, evaluation, fixed, base: evaluation, worked, counted, past };
}

/** The last answers with this one behind, as many as may be held. */
function remembered(past: Kept['past'] | undefined, entry: number, now: Past): Kept['past'] {
  const all = [...(past ?? []), [entry, now] as const].slice(-PAST_KEPT);
  let rows = 0;
  const from = all.findLastIndex(([, { evaluation }]) => {
    const { left, choices, results } = evaluation;
    rows += left.size + choices.size + results.size;
    return rows > PAST_ROWS;
  });
  return new Map(all.slice(from + 1));
}

/** The numbers of a draft: from those of the last one, and the rows that stand otherwise now. */
async function countAgain(
  last: Kept | null,
  settled: SettledPlan,
  redone: ReadonlySet<number> | null,
  pause: Pause,
): Promise<Shift> {
  if (last === null || redone === null) return await shiftAt(settled, spokenOf(settled), pause);
  const others = differingAmong(last.base, settled, redone);
  const before = await shiftAt(last.base, others, pause);
  return shiftAfter(last.counted, before, await shiftAt(settled, others, pause));
}

async function fixedOf(store: ClassStore, planId: string, pause: Pause): Promise<Fixed> {
  const conflicts: number[] = [];
  for (const ordinal of ordinalsOfKind(store, planId, 'conflict')) {
    conflicts.push(ordinal);
    await pause();
  }
  const restored: number[] = [];
  for (const rows of restoredRows(store, planId)) {
    restored.push(...rows);
    await pause();
  }
  return { planId, conflicts, refused: planRefusals(store, planId), restored };
}

/** Lets others in where it is time. */
type Pause = () => Promise<void>;

/** A part of a plan that is worked out. */
interface OpenPart {
  readonly planId: string;
  readonly book: PlanBook;
  readonly part: Part;
}

/** Leaves out what breaks a rule that blocks, with whatever depends on it, until no rule is broken by a row that takes part. */
async function settleByRules(
  store: ClassStore,
  { planId, book, part }: OpenPart,
  last: Worked | null,
  draft: Draft,
  pause: Pause,
): Promise<Reworked> {
  if (!hasBlockingRules(store))
    return await inSlices(last === null ? workOut(book, draft, part) : rework(book, last, draft), pause);
  const blocking = store.catalog.checks.filter((check) => check.level === 'block');
  const refused = [...draft.refused];
  for (;;) {
    const now = await inSlices(workOut(book, { ...draft, refused }, part), pause);
    const { settled } = now;
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
    if (refused.length === known) return now;
  }
}

/** Whether the catalog has rules that keep rows out: they are asked about everything at once, so that nothing can be worked out apart. */
function hasBlockingRules({ catalog }: ClassStore): boolean {
  return catalog.checks.some((check) => check.level === 'block');
}

/** Steps of some microseconds between two looks at the clock. */
const STEPS_AT_ONCE = 16;

async function inSlices(steps: Generator<void, Reworked>, pause: Pause): Promise<Reworked> {
  for (let count = 1; ; count += 1) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (count % STEPS_AT_ONCE === 0) await pause();
  }
}

/** What a row that stays out waits for, as it is listed: the other row, or the column that cannot be stored here. */
export function blockerOf(store: ClassStore, planId: string, table: string, left: Left | undefined): string | null {
  if (left === undefined) return null;
  if (left.column !== undefined) return `${table} ${left.column}`;
  const blocker = left.needs === null ? null : planRow(store, planId, left.needs);
  return blocker === null ? null : `${blocker.table} ${blocker.label}`;
}

/** What was last worked out about a plan, if it was this one; its draft may have grown since. */
export function lastEvaluation(store: ClassStore, planId: string): Evaluation | null {
  const { kept } = deskOf(store);
  return kept?.place.startsWith(`${planId} sync `) === true ? kept.evaluation : null;
}
