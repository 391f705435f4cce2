import { create } from 'zustand';
import type { Params } from '../../../../shared/contract/contract.ts';
import type { Progress } from '../../../../shared/contract/events.ts';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { AppError } from '../../../../shared/errors.ts';
import { call } from '../../../client.ts';
import { onAreasChanged } from '../../../follow-engine.ts';
import { oneAtATime } from '../../../one-at-a-time.ts';
import { toAppError } from '../../../to-app-error.ts';
import { createDecisionQueue, type DecisionQueue } from './decision-queue.ts';
import { createListMaker, type ListMaker } from './list-maker.ts';
import { createPlanWorker, type PlanWorker } from './plan-worker.ts';
import { isAbout, isOwnList, noPreview, show, type PreviewState, type Said, type Use } from './preview-state.ts';
import type { RunMode } from './primary-mode.ts';
import { isPastResult } from './past-result.ts';
import { createRowCache, type RowCache } from './row-cache.ts';

/** What a person decided about rows of the plan. */
export type Decision = Pick<Params<'plan.decide'>, 'target' | 'choice' | 'rule' | 'fields' | 'include'>;

/** What a person who was asked again agreed to. */
export interface Allowed {
  readonly allowMassChange?: true;
  readonly allowErase?: true;
}

/** Where somebody was in a list. */
export interface LeftPlace {
  readonly planId: string;
  readonly purpose: PlanSummary['purpose'];
  readonly row: PlanRowItem;
  /** What the row said of both sides. */
  readonly says: string;
  /** Whether its detail was open. */
  readonly opened: boolean;
  /** Whether rows were chosen to be decided at once. */
  readonly chosen: boolean;
}

/** The preview of one connection. It lives as long as the page's program does, so leaving the page stops nothing. */
export interface PreviewStore extends ListMaker {
  readonly classId: string;
  readonly connectionId: string;
  readonly use: Use;
  readonly rows: RowCache;
  /** Where somebody was last. */
  readonly place: { readonly left: () => LeftPlace | null; readonly leave: (place: LeftPlace | null) => void };
  /** Shows the list that is kept for this connection, or makes one. A result that was seen before and is past is not told again. */
  readonly open: () => Promise<void>;
  /** Shows a list made afresh, but keeps one that is for something else than an ordinary sync until somebody goes back from it; what goes on already goes on. */
  readonly renew: () => Promise<void>;
  readonly decide: (decision: Decision) => Promise<boolean>;
  /** Takes the last decision back, also one that is still being taken, or puts it in force again. */
  readonly step: (direction: 'undo' | 'redo') => Promise<void>;
  /** Whether there is something to take back or to put in force again, or something under way after which there will be. */
  readonly canStep: (direction: 'undo' | 'redo') => boolean;
  /**
   * Carries a list out with what is decided about it, also what is still being taken; whether it ran, or asked. The list that is shown, and no other: false where
   * `planId` is not that one by now, where something else goes on, and where a decision that was under way was not taken. `allowed`: what a person agreed to who was
   * asked again, because much would go.
   */
  readonly run: (planId: string, mode: RunMode, allowed?: Allowed) => Promise<boolean>;
  readonly cancel: () => void;
  /** The result of the run is before somebody's eyes. */
  readonly seeResult: () => void;
  readonly dismiss: (what: 'error' | 'refusal' | 'guard' | 'result' | 'replaceAsked' | 'said') => void;
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

function createPreview(classId: string, connectionId: string): PreviewStore {
  const use = create<PreviewState>()(() => noPreview);
  const rows = createRowCache(async (planId, ordinals) => {
    const { items } = await call('plan.rows', { classId, planId, ordinals: [...ordinals] });
    return items;
  });
  const follow = createFollower(classId, connectionId, use);
  const worker = createPlanWorker(use);
  const decisions = createDecisionQueue(classId, use, rows);
  let renewing = false;
  const make = createListMaker({ classId, connectionId, use }, worker, decisions);
  onAreasChanged((changedClass, areas) => {
    if (changedClass !== classId || use.getState().plan === null) return;
    // Whatever goes wrong with asking is asked again with the next change, or when the line is back.
    if (areas.includes('runs')) learnOutcome(classId, connectionId, use).catch(() => {});
    // The answer to a decision of this page brings the plan along.
    if (decisions.isBusy() && areas.every((area) => area === 'plans')) return;
    void follow();
  });
  let place: LeftPlace | null = null;
  return {
    classId,
    connectionId,
    use,
    rows,
    place: { left: () => place, leave: (now) => void (place = now) },
    ...make,
    ...createDecider(use, decisions),
    open: async () => {
      if (isPastResult(use.getState(), Date.now())) use.setState({ result: null });
      if (renewing || use.getState().plan !== null || use.getState().work !== null) return;
      await follow();
      if (use.getState().plan === null && use.getState().work === null && use.getState().error === null)
        await make.compare();
    },
    renew: async () => {
      const { plan, work } = use.getState();
      if (work !== null || renewing) return;
      // The list from before is not shown for a moment: it would be taken for the new one.
      renewing = true;
      const kept = plan ?? (await keptList(classId, connectionId).catch(() => null));
      renewing = false;
      // One that was only looked at is not what she asks for now.
      if (kept === null || !isOwnList(kept) || !kept.canUndo) await make.compare();
      else if (plan === null) show(use, kept);
    },
    run: async (planId, mode, allowed) => {
      const { plan, work } = use.getState();
      if (plan?.planId !== planId || work !== null) return false;
      if (allowed !== undefined || !asksFirst(plan))
        return await runPlan({ classId, use, worker, decisions }, planId, mode, allowed ?? {});
      use.setState({ replaceAsked: { planId, lastEntry: plan.lastEntry } });
      return true;
    },
    cancel: worker.cancel,
    seeResult: () =>
      use.setState(({ result }) => (result?.seenAt === null ? { result: { ...result, seenAt: Date.now() } } : {})),
    dismiss: (what) => use.setState({ [what]: null }),
  };
}

/** Whether a list is carried out only after a last question: it drops what was never sent, or ends points for good. */
function asksFirst({ purpose, summary }: PlanSummary): boolean {
  if (purpose !== 'undo') return purpose === 'replace';
  return summary.some(({ table, kind }) => table.endsWith('_void') && kind === 'add');
}

/** The ways something is decided about the list that is shown. */
function createDecider(use: Use, decisions: DecisionQueue): Pick<PreviewStore, 'decide' | 'step' | 'canStep'> {
  const canStep = (direction: 'undo' | 'redo'): boolean =>
    use.getState().plan?.[direction === 'undo' ? 'canUndo' : 'canRedo'] === true;
  return {
    decide: (decision) =>
      decisions.put(async (step) => {
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
      await decisions.put(async (step) => {
        // What was under way when this was said may have come to no entry.
        if (use.getState().plan?.planId === step.planId && !canStep(direction)) return null;
        const { rows: current, ...plan } = await call(direction === 'undo' ? 'plan.undo' : 'plan.redo', step);
        return { ...plan, current, said: { kind: direction === 'undo' ? 'undone' : 'redone' } };
      }, true);
    },
    canStep: (direction) => decisions.isBusy() || canStep(direction),
  };
}

function saidOf(
  { target, rule, choice }: Decision,
  decided: { readonly decided: number; readonly left: number },
  entry: Extract<Said, { readonly kind: 'many' }>['entry'],
): Said {
  if ('ordinals' in target && target.ordinals.length < 2) return { kind: 'one' };
  const said = rule ?? (choice === undefined ? null : choice === null ? 'reset' : 'choice');
  return { kind: 'many', rule: said, ...decided, entry };
}

/** The list that is kept for a connection and can still be carried out. */
async function keptList(classId: string, connectionId: string): Promise<PlanSummary | null> {
  const { items } = await call('plan.list', { classId, connectionId });
  return items.find((plan) => plan.state === 'open') ?? null;
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
      const open = await keptList(classId, connectionId);
      if (open !== null) {
        const before = use.getState().plan;
        show(use, open);
        if (before !== null && before.planId !== open.planId) use.setState({ said: { kind: 'anew' } });
      } else show(use, current);
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
  use.setState(({ result }) => (result === told ? { result: { ...told, run, foundOut: true, seenAt: null } } : {}));
}

interface RunContext {
  readonly classId: string;
  readonly use: Use;
  readonly worker: PlanWorker;
  readonly decisions: DecisionQueue;
}

/** Carries the plan out and moves on to the list that follows. What a guard refuses asks; what is stale moves on with the decisions kept. */
async function runPlan(
  { classId, use, worker, decisions }: RunContext,
  planId: string,
  mode: RunMode,
  allowed: Allowed,
): Promise<boolean> {
  const ran = await worker.run(mode, async (control) => {
    const settled = await decisions.settled();
    if (control.signal.aborted) throw new AppError('cancelled');
    const { plan } = use.getState();
    // Why a decision was not taken is said; without it this is another list than the one that was seen.
    if (!settled || plan?.planId !== planId) return false;
    use.setState({ said: null });
    const { purpose, lastEntry } = plan;
    try {
      const run = await call('sync.run', { classId, planId, mode, ...allowed }, control);
      use.setState({ result: { mode, purpose, run, foundOut: false, seenAt: null } });
      show(use, await call('plan.show', { classId, planId: run.nextPlanId ?? planId }));
    } catch (caught) {
      const error = toAppError(caught);
      if (error.code !== 'guard-refused') throw error;
      use.setState((state) =>
        isAbout({ planId, lastEntry }, state.plan) ? { guard: { planId, lastEntry, mode, error } } : {},
      );
    }
    return true;
  });
  return ran === true;
}
