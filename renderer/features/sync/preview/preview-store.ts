import { create, type StoreApi, type UseBoundStore } from 'zustand';
import type { Params } from '../../../../shared/contract/contract.ts';
import type { Progress } from '../../../../shared/contract/events.ts';
import type { BulkRule, PlanRowItem, PlanSummary, RunResult } from '../../../../shared/contract/sync.ts';
import type { AppError } from '../../../../shared/errors.ts';
import { call } from '../../../client.ts';
import { onAreasChanged } from '../../../follow-engine.ts';
import { oneAtATime } from '../../../one-at-a-time.ts';
import { toAppError } from '../../../to-app-error.ts';
import type { RunMode } from './primary-mode.ts';
import { createRowCache, type RowCache } from './row-cache.ts';

/** Work that goes on with the server, with what it last said. */
export interface Work {
  readonly kind: 'compare' | 'undo' | 'replace' | RunMode;
  readonly startedAt: number;
  readonly progress: Progress | null;
  readonly cancelling: boolean;
}

/** What was just said about the list, for people who hear the page and for the line below the filters. `rule` null: ticks. */
export type Said =
  | { readonly kind: 'undone' | 'redone' | 'one' }
  | {
      readonly kind: 'many';
      readonly rule: BulkRule | 'choice' | null;
      readonly decided: number;
      readonly left: number;
      /** The entry it made in the draft of a plan; null where it made none. */
      readonly entry: { readonly planId: string; readonly number: number } | null;
    };

/** What the page knows of the preview of one connection. */
export interface PreviewState {
  readonly plan: PlanSummary | null;
  readonly work: Work | null;
  /** Why comparing, or a run before it began, failed. */
  readonly error: AppError | null;
  /** Why a decision was not taken. */
  readonly refusal: AppError | null;
  readonly said: Said | null;
  /** How far a decision about many rows is, once it takes its time. */
  readonly deciding: { readonly done: number; readonly total: number } | null;
  readonly guard: { readonly mode: RunMode; readonly error: AppError } | null;
  readonly result: {
    readonly mode: RunMode;
    readonly purpose: PlanSummary['purpose'];
    readonly run: RunResult;
    /** Its answer had been lost, and how it ended was found out later. */
    readonly foundOut: boolean;
  } | null;
  /** "Pull and replace" was pressed and waits for a last word. */
  readonly replaceAsked: boolean;
  /** Grows whenever rows of the plan may look different. */
  readonly version: number;
}

/** What a person decided about rows of the plan. */
export type Decision = Pick<Params<'plan.decide'>, 'target' | 'choice' | 'rule' | 'fields' | 'include'>;

/** The preview of one connection. It lives as long as the page's program does, so leaving the page stops nothing. */
export interface PreviewStore {
  readonly classId: string;
  readonly connectionId: string;
  readonly use: UseBoundStore<StoreApi<PreviewState>>;
  readonly rows: RowCache;
  /** Shows the list that is kept for this connection, or makes one. */
  readonly open: () => Promise<void>;
  /** Compares both sides afresh; decisions that still fit are kept by the engine. */
  readonly compare: () => Promise<void>;
  /** Makes the list that takes a run back. */
  readonly undoRun: (runId: string) => Promise<void>;
  /** Makes the list that makes this PC what the server is. */
  readonly replace: () => Promise<void>;
  /** Makes the list that was wanted last once more, whatever it is for. */
  readonly refresh: () => Promise<void>;
  readonly decide: (decision: Decision) => Promise<boolean>;
  readonly step: (direction: 'undo' | 'redo') => Promise<void>;
  /** Carries the list out. `allowed`: what a person agreed to who was asked again, because much would go. */
  readonly run: (mode: RunMode, allowed?: Allowed) => Promise<void>;
  /** Says no, for good, to every erasure of others that waits here, and compares afresh. */
  readonly keepErased: () => Promise<void>;
  readonly cancel: () => void;
  readonly dismiss: (what: 'error' | 'refusal' | 'guard' | 'result' | 'replaceAsked' | 'said') => void;
}

/** A step in the draft of a plan, and the rows the page shows, which its answer brings along. */
type Step = Params<'plan.undo'>;

/** What a step made of the plan and of those rows, and what is said about it. */
interface Stepped extends PlanSummary {
  readonly current: readonly PlanRowItem[];
  readonly said: Said;
}

const stores = new Map<string, PreviewStore>();

/** The preview of a connection; the same one for everybody who asks. */
export function previewOf(classId: string, connectionId: string): PreviewStore {
  const found = stores.get(connectionId);
  if (found !== undefined) return found;
  const made = createPreview(classId, connectionId);
  stores.set(connectionId, made);
  return made;
}

const empty: PreviewState = {
  plan: null,
  work: null,
  error: null,
  refusal: null,
  said: null,
  deciding: null,
  guard: null,
  result: null,
  replaceAsked: false,
  version: 0,
};

function createPreview(classId: string, connectionId: string): PreviewStore {
  const use = create<PreviewState>()(() => empty);
  const rows = createRowCache(async (planId, ordinals) => {
    const { items } = await call('plan.rows', { classId, planId, ordinals: [...ordinals] });
    return items;
  });
  const follow = createFollower(classId, connectionId, use);
  const worker = createWorker(use);
  const make = createMaker(classId, connectionId, use, worker);
  let deciding = 0;
  let before: Promise<unknown> = Promise.resolve();
  // One after the other: an undo takes back what was said before it, also while that is still being worked out.
  const inPlan = (work: (of: Step) => Promise<Stepped>): Promise<boolean> => {
    const turn = async (): Promise<boolean> => {
      const { plan } = use.getState();
      if (plan === null) return false;
      if (use.getState().refusal !== null || use.getState().said !== null) use.setState({ refusal: null, said: null });
      try {
        const { planId } = plan;
        const { said, current, ...summary } = await work({ classId, planId, shown: [...rows.shown(planId)] });
        const version = use.getState().version + 1;
        // At once: the page is drawn once for all of it.
        rows.take(planId, version, current);
        use.setState((state) => ({ plan: withKnown(summary, state.plan), version, said }));
        return true;
      } catch (caught) {
        use.setState({ refusal: toAppError(caught) });
        return false;
      } finally {
        if (use.getState().deciding !== null) use.setState({ deciding: null });
        deciding -= 1;
      }
    };
    deciding += 1;
    const done = before.then(turn);
    before = done;
    return done;
  };
  onAreasChanged((changedClass, areas) => {
    if (changedClass !== classId || use.getState().plan === null) return;
    if (areas.includes('runs')) void learnOutcome(classId, connectionId, use);
    // The answer to a decision of this page brings the plan along.
    if (deciding > 0 && areas.every((area) => area === 'plans')) return;
    void follow();
  });
  return {
    classId,
    connectionId,
    use,
    rows,
    ...make,
    open: async () => {
      if (use.getState().plan !== null || use.getState().work !== null) return;
      await follow();
      if (use.getState().plan === null && use.getState().work === null && use.getState().error === null)
        await make.compare();
    },
    decide: (decision) =>
      inPlan(async (step) => {
        const onProgress = ({ done, total }: Progress): void => {
          if (total !== null) use.setState({ deciding: { done, total } });
        };
        const before = use.getState().plan?.lastEntry ?? 0;
        const { decided, rows: current, ...plan } = await call('plan.decide', { ...step, ...decision }, { onProgress });
        const made = decided.decided > 0 && plan.lastEntry > before;
        const entry = made ? { planId: step.planId, number: plan.lastEntry } : null;
        return { ...plan, current, said: saidOf(decision, decided, entry) };
      }),
    step: async (direction) => {
      await inPlan(async (step) => {
        const { rows: current, ...plan } = await call(direction === 'undo' ? 'plan.undo' : 'plan.redo', step);
        return { ...plan, current, said: { kind: direction === 'undo' ? 'undone' : 'redone' } };
      });
    },
    run: async (mode, allowed) => {
      const purpose = use.getState().plan?.purpose;
      if (purpose === 'replace' && allowed === undefined) use.setState({ replaceAsked: true });
      else await runPlan({ classId, connectionId, use, worker }, mode, allowed ?? {});
    },
    cancel: worker.cancel,
    dismiss: (what) => use.setState(what === 'replaceAsked' ? { replaceAsked: false } : { [what]: null }),
  };
}

/** The ways a list is made. What was wanted last is remembered, so that it can be made once more when it failed or is outdated. */
function createMaker(
  classId: string,
  connectionId: string,
  use: Use,
  worker: Worker,
): Pick<PreviewStore, 'compare' | 'undoRun' | 'replace' | 'refresh' | 'keepErased'> {
  type Wanted = { readonly kind: 'compare' | 'replace' } | { readonly kind: 'undo'; readonly runId: string };
  let failed: Wanted | null = null;
  const make = (wanted: Wanted): Promise<void> =>
    worker.run(wanted.kind, async (options) => {
      failed = wanted;
      const plan =
        wanted.kind === 'undo'
          ? await call('run.undo', { classId, runId: wanted.runId }, options)
          : await call(
              wanted.kind === 'replace' ? 'sync.previewReplace' : 'sync.preview',
              { classId, connectionId },
              options,
            );
      failed = null;
      show(use, plan);
    });
  return {
    compare: () => make({ kind: 'compare' }),
    undoRun: (runId) => make({ kind: 'undo', runId }),
    replace: () => make({ kind: 'replace' }),
    refresh: () => make(failed ?? wantedOf(use.getState().plan)),
    keepErased: () =>
      worker.run('compare', async (options) => {
        const { items } = await call('erasure.list', { classId, connectionId });
        const ids = items.flatMap(({ id, refused }) => (refused === null ? [id] : []));
        if (ids.length > 0) await call('erasure.answer', { classId, connectionId, ids, answer: 'keep' });
        show(use, await call('sync.preview', { classId, connectionId }, options));
      }),
  };
  function wantedOf(plan: PlanSummary | null): Wanted {
    if (plan?.purpose === 'undo' && plan.undoes !== null) return { kind: 'undo', runId: plan.undoes };
    return { kind: plan?.purpose === 'replace' ? 'replace' : 'compare' };
  }
}

type Use = UseBoundStore<StoreApi<PreviewState>>;

function saidOf(
  { target, rule, choice }: Decision,
  decided: { readonly decided: number; readonly left: number },
  entry: Extract<Said, { readonly kind: 'many' }>['entry'],
): Said {
  if ('ordinals' in target && target.ordinals.length < 2) return { kind: 'one' };
  const said = rule ?? (choice === undefined ? null : choice === null ? 'reset' : 'choice');
  return { kind: 'many', rule: said, ...decided, entry };
}

/** A plan as it stands now. Rows of the plan shown before are read again, those of another plan are forgotten by the cache. */
function show(use: Use, plan: PlanSummary): void {
  use.setState((state) => ({ plan: withKnown(plan, state.plan), version: state.version + 1 }));
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

/** Reads the plan again whenever something of the class changed; a newer list that somebody else made is taken over. */
function createFollower(classId: string, connectionId: string, use: Use): () => Promise<void> {
  let failed: AppError | null = null;
  return oneAtATime(async () => {
    // Only what reading itself complained of is settled by reading again; why a run failed stays until it is closed.
    use.setState((state) => (state.error === failed ? { error: null } : {}));
    failed = null;
    try {
      const shown = use.getState().plan;
      const current =
        shown === null ? null : await call('plan.show', { classId, planId: shown.planId }).catch(() => null);
      if (current?.state === 'open') return show(use, current);
      // While this page works with the server, the answer of that work brings the next list.
      if (use.getState().work !== null) return;
      const { items } = await call('plan.list', { classId, connectionId });
      const open = items.find((plan) => plan.state === 'open') ?? null;
      if (open !== null) show(use, open);
      else use.setState((state) => ({ plan: current, version: state.version + 1 }));
    } catch (caught) {
      failed = toAppError(caught);
      use.setState({ error: failed });
    }
  });
}

/** Tells how a run ended whose answer was lost, once that is known. */
async function learnOutcome(classId: string, connectionId: string, use: Use): Promise<void> {
  const told = use.getState().result;
  if (told?.run.outcome !== 'checking') return;
  const { items } = await call('run.list', { classId, connectionId });
  const known = items.find(({ runId }) => runId === told.run.runId);
  if (known === undefined || known.outcome === 'checking') return;
  const run = { ...told.run, outcome: known.outcome, counts: known.counts, error: null };
  use.setState(({ result }) => (result === told ? { result: { ...told, run, foundOut: true } } : {}));
}

interface CallControl {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

interface Worker {
  readonly run: (kind: Work['kind'], task: (options: CallControl) => Promise<void>) => Promise<void>;
  readonly cancel: () => void;
}

/** One piece of work with the server at a time, with its progress, and how it is cancelled. */
function createWorker(use: Use): Worker {
  let abort: AbortController | null = null;
  return {
    run: async (kind, task) => {
      if (use.getState().work !== null) return;
      const control = new AbortController();
      abort = control;
      use.setState(({ result }) => ({
        work: { kind, startedAt: Date.now(), progress: null, cancelling: false },
        error: null,
        refusal: null,
        // It was about the list as it was: below the next one, or below an undo, it would be wrong.
        said: null,
        guard: null,
        // How a run ended that is being found out is still of interest.
        result: result?.run.outcome === 'checking' ? result : null,
        replaceAsked: false,
      }));
      const onProgress = (progress: Progress): void =>
        use.setState(({ work }) => (work === null ? {} : { work: { ...work, progress } }));
      try {
        await task({ signal: control.signal, onProgress });
      } catch (caught) {
        use.setState({ error: toAppError(caught) });
      } finally {
        abort = null;
        use.setState({ work: null });
      }
    },
    cancel: () => {
      use.setState(({ work }) => (work === null ? {} : { work: { ...work, cancelling: true } }));
      abort?.abort();
    },
  };
}

/** What a person who was asked again agreed to. */
export interface Allowed {
  readonly allowMassChange?: true;
  readonly allowErase?: true;
}

interface RunContext {
  readonly classId: string;
  readonly connectionId: string;
  readonly use: Use;
  readonly worker: Worker;
}

/** Carries the plan out and moves on to the list that follows. What a guard refuses asks; what is stale moves on with the decisions kept. */
async function runPlan({ classId, use, worker }: RunContext, mode: RunMode, allowed: Allowed): Promise<void> {
  const { plan } = use.getState();
  if (plan === null) return;
  const { planId, purpose } = plan;
  await worker.run(mode, async (options) => {
    try {
      const run = await call('sync.run', { classId, planId, mode, ...allowed }, options);
      use.setState({ result: { mode, purpose, run, foundOut: false } });
      const next = run.nextPlanId ?? planId;
      show(use, await call('plan.show', { classId, planId: next }));
    } catch (caught) {
      const error = toAppError(caught);
      if (error.code !== 'guard-refused') throw error;
      use.setState({ guard: { mode, error } });
    }
  });
}
