import type { StoreApi, UseBoundStore } from 'zustand';
import type { Progress } from '../../../../shared/contract/events.ts';
import type { BulkRule, PlanRowItem, PlanSummary, RunResult } from '../../../../shared/contract/sync.ts';
import type { AppError } from '../../../../shared/errors.ts';
import type { RunMode } from './primary-mode.ts';

/** Work that goes on with the server, with what it last said. */
export interface Work {
  readonly kind: 'compare' | 'undo' | 'replace' | RunMode;
  readonly startedAt: number;
  readonly progress: Progress | null;
  readonly cancelling: boolean;
}

/** What was just said about the list, for people who hear the page and for the line below the filters. `rule` null: ticks. */
export type Said =
  /** `anew`: another list took the place of the one shown, and nobody here asked for it. */
  | { readonly kind: 'undone' | 'redone' | 'one' | 'anew' }
  | {
      readonly kind: 'many';
      readonly rule: BulkRule | 'choice' | null;
      readonly decided: number;
      readonly left: number;
      /** The entry it made in the draft of a plan; null where it made none. */
      readonly entry: { readonly planId: string; readonly number: number } | null;
    };

/** What somebody meant for a list that another one took the place of before it was taken: a decision, a step back or forth, or what was picked but not used yet. */
export interface Untaken {
  readonly kind: 'decided' | 'undo' | 'redo' | 'picked';
  /** The rows it was about; none where nobody has read them. */
  readonly rows: readonly PlanRowItem[];
}

/** The list a question was asked about, as it was decided then: agreed to is that list, and no other. */
export interface AskedOf {
  readonly planId: string;
  readonly lastEntry: number;
}

/** What the page knows of the preview of one connection. */
export interface PreviewState {
  readonly plan: PlanSummary | null;
  readonly work: Work | null;
  /** Why comparing, or a run before it began, failed. */
  readonly error: AppError | null;
  /** Why a decision was not taken. */
  readonly refusal: AppError | null;
  /** What was not taken because the list was made again; it stays said until somebody closes it or goes on to something else. */
  readonly untaken: readonly Untaken[] | null;
  readonly said: Said | null;
  /** How far a decision about many rows is, once it takes its time. */
  readonly deciding: { readonly done: number; readonly total: number } | null;
  /** Why a run has to be agreed to, and of what list it was one. */
  readonly guard: (AskedOf & { readonly mode: RunMode; readonly error: AppError }) | null;
  readonly result: {
    readonly mode: RunMode;
    readonly purpose: PlanSummary['purpose'];
    readonly run: RunResult;
    /** Its answer had been lost, and how it ended was found out later. */
    readonly foundOut: boolean;
    /** Somebody wished to cancel it when it had been carried out already. */
    readonly tooLate: boolean;
    /** When somebody first had it before the eyes, in milliseconds since 1970; null before. */
    readonly seenAt: number | null;
  } | null;
  /** "Pull and replace" was pressed on this list and waits for a last word. */
  readonly replaceAsked: AskedOf | null;
  /** Grows whenever rows of the plan may look different. */
  readonly version: number;
}

/** The state of one preview, with who follows it. */
export type Use = UseBoundStore<StoreApi<PreviewState>>;

/** A preview nobody has opened yet. */
export const noPreview: PreviewState = {
  plan: null,
  work: null,
  error: null,
  refusal: null,
  untaken: null,
  said: null,
  deciding: null,
  guard: null,
  result: null,
  replaceAsked: null,
  version: 0,
};

/** Shows a plan as it stands now. Rows of the plan shown before are read again, those of another plan are forgotten by the cache. */
export function show(use: Use, plan: PlanSummary | null): void {
  use.setState((state) => ({ ...withPlan(state, plan), version: state.version + 1 }));
}

/** Says that something was not taken, beside what is said of that already. */
export function sayUntaken(use: Use, untaken: Untaken): void {
  use.setState((state) => ({ untaken: [...(state.untaken ?? []), untaken] }));
}

/** What changes with a plan: a question that was asked about another list, or about this one before more was decided, is not open any more. */
export function withPlan(
  { plan: before, guard, replaceAsked }: PreviewState,
  plan: PlanSummary | null,
): Pick<PreviewState, 'plan' | 'guard' | 'replaceAsked'> {
  return {
    plan: plan === null ? null : withKnown(plan, before),
    guard: isAbout(guard, plan) ? guard : null,
    replaceAsked: isAbout(replaceAsked, plan) ? replaceAsked : null,
  };
}

/** Whether a question was asked about a list as it is. */
export function isAbout(asked: AskedOf | null, plan: AskedOf | null): boolean {
  return asked?.planId === plan?.planId && asked?.lastEntry === plan?.lastEntry;
}

/** Whether a list would be missed if another one took its place unasked: one that takes a run back, or replaces what is here, and was not carried out. */
export function isOwnList({ purpose, state, total }: Pick<PlanSummary, 'purpose' | 'state' | 'total'>): boolean {
  return purpose !== 'sync' && state !== 'used' && total > 0;
}

/** A plan with what it says as before being the same objects as before: what is drawn from them is not drawn again. */
function withKnown(plan: PlanSummary, before: PlanSummary | null): PlanSummary {
  const known = <V>(now: V, then: V | undefined): V =>
    JSON.stringify(now) === JSON.stringify(then) ? (then ?? now) : now;
  return {
    ...plan,
    summary: known(plan.summary, before?.summary),
    questions: known(plan.questions, before?.questions),
  };
}
