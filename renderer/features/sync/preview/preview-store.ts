import { create } from 'zustand';
import type { Progress } from '../../../../shared/contract/events.ts';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import type { AppError } from '../../../../shared/errors.ts';
import { call } from '../../../client.ts';
import { onAreasChanged } from '../../../follow-engine.ts';
import { oneAtATime } from '../../../one-at-a-time.ts';
import { toAppError } from '../../../to-app-error.ts';
import { createBroughtCounts, type BroughtCounts } from './brought-counts.ts';
import { createDecisionQueue, type DecisionQueue, type Wish } from './decision-queue.ts';
import { createHalfMade, type HalfMadeKeeper } from './half-made.ts';
import { createListMaker, type ListMaker } from './list-maker.ts';
import { createListRunner, learnOutcome, type ListRunner } from './list-runner.ts';
import { createPlanWorker } from './plan-worker.ts';
import { isOwnList, noPreview, sayUntaken, show, type PreviewState, type Said, type Use } from './preview-state.ts';
import { putAgain, rowsMeant, type Decision } from './put-again.ts';
import { isPastResult } from './past-result.ts';
import { createRowCache, type RowCache } from './row-cache.ts';

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
export interface PreviewStore extends ListMaker, ListRunner {
  readonly classId: string;
  readonly connectionId: string;
  readonly use: Use;
  readonly rows: RowCache;
  /** The counts of the list that is shown, as the last decision left them. */
  readonly counts: BroughtCounts;
  /** What is picked and not used yet. */
  readonly half: HalfMadeKeeper;
  /** Where somebody was last. */
  readonly place: { readonly left: () => LeftPlace | null; readonly leave: (place: LeftPlace | null) => void };
  /** Shows the list that is kept for this connection, or makes one. A result that was seen before and is past is not told again. */
  readonly open: () => Promise<void>;
  /** Reads the list as it is now: what was changed a moment ago counts, also while its news is still on the way. */
  readonly catchUp: () => Promise<void>;
  /** Shows a list made afresh, but keeps one that is for something else than an ordinary sync until somebody goes back from it; what goes on already goes on. */
  readonly renew: () => Promise<void>;
  readonly decide: (decision: Decision) => Promise<boolean>;
  /** Takes the last decision back, also one that is still being taken, or puts it in force again. */
  readonly step: (direction: 'undo' | 'redo') => Promise<void>;
  /** Whether there is something to take back or to put in force again, or something under way after which there will be. */
  readonly canStep: (direction: 'undo' | 'redo') => boolean;
  readonly cancel: () => void;
  /** The result of the run is before somebody's eyes. */
  readonly seeResult: () => void;
  readonly dismiss: (what: 'error' | 'refusal' | 'untaken' | 'guard' | 'result' | 'replaceAsked' | 'said') => void;
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
  const counts = createBroughtCounts();
  const decisions = createDecisionQueue(classId, use, { rows, counts });
  const half = createHalfMade();
  followHalfMade(use, half);
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
    counts,
    half,
    place: { left: () => place, leave: (now) => void (place = now) },
    ...make,
    ...createDecider(
      { use, rows, half, takeOver: (from) => takeOver({ classId, connectionId, use }, from) },
      decisions,
    ),
    catchUp: follow,
    ...createOpener({ classId, connectionId, use }, make, follow),
    ...createListRunner({
      classId,
      connectionId,
      use,
      worker,
      decisions,
      make,
      showKept: async (current) => showKept(use, current, await keptList(classId, connectionId)),
    }),
    cancel: worker.cancel,
    seeResult: () =>
      use.setState(({ result }) => (result?.seenAt === null ? { result: { ...result, seenAt: Date.now() } } : {})),
    dismiss: (what) => use.setState({ [what]: null }),
  };
}

/** Which list is shown to somebody who comes: the one that is kept, or one made afresh. */
function createOpener(
  { classId, connectionId, use }: { readonly classId: string; readonly connectionId: string; readonly use: Use },
  make: ListMaker,
  follow: () => Promise<void>,
): Pick<PreviewStore, 'open' | 'renew'> {
  let renewing = false;
  return {
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
  };
}

/** What the ways to decide need to know of a preview. */
interface Decided {
  readonly use: Use;
  readonly rows: RowCache;
  readonly half: HalfMadeKeeper;
  /** Shows the list that took the place of another; answers the one that can be decided then, null where there is none. */
  readonly takeOver: (from: string) => Promise<PlanSummary | null>;
}

/** The ways something is decided about the list that is shown. */
function createDecider(
  { use, rows: cache, half, takeOver }: Decided,
  decisions: DecisionQueue,
): Pick<PreviewStore, 'decide' | 'step' | 'canStep'> {
  const canStep = (direction: 'undo' | 'redo'): boolean =>
    use.getState().plan?.[direction === 'undo' ? 'canUndo' : 'canRedo'] === true;
  /** A question that was settled otherwise has nothing picked any more. */
  const forgetSettled = (plan: PlanSummary): void => void half.moveTo(plan).catch(() => []);
  const deciding = (
    decision: Decision,
    made: PlanSummary,
    rows: readonly PlanRowItem[] | null,
    anew = false,
  ): Wish => ({
    planId: made.planId,
    work: async (step) => {
      const onProgress = ({ done, total }: Progress): void => {
        if (total !== null) use.setState({ deciding: { done, total } });
      };
      const before = use.getState().plan?.lastEntry ?? 0;
      const { decided, rows: current, ...plan } = await call('plan.decide', { ...step, ...decision }, { onProgress });
      const entered = decided.decided > 0 && plan.lastEntry > before;
      const entry = entered ? { planId: step.planId, number: plan.lastEntry } : null;
      // That this is another list is not to be overlooked.
      return { ...plan, current, said: anew ? { kind: 'anew' } : saidOf(decision, decided, entry) };
    },
    late: async (stepped) => {
      const wish = (planId: string, again: Decision, meant: readonly PlanRowItem[] | null): Wish =>
        deciding(again, { ...made, planId }, meant, true);
      return await putAgain({ use, decision, made, rows, stepped, takeOver: () => takeOver(made.planId), wish });
    },
  });
  return {
    decide: async (decision) => {
      const { plan } = use.getState();
      if (plan === null) return false;
      const rows = rowsMeant(decision, plan.planId, cache);
      const taken = await decisions.put(deciding(decision, plan, rows));
      if (rows === null) forgetSettled(plan);
      else if (taken) half.forget(rows);
      return taken;
    },
    step: async (direction) => {
      const { plan: about } = use.getState();
      if (about === null) return;
      const work: Wish['work'] = async (step) => {
        // What was under way when this was said may have come to no entry.
        if (use.getState().plan?.planId === step.planId && !canStep(direction)) return null;
        const { rows: current, ...plan } = await call(direction === 'undo' ? 'plan.undo' : 'plan.redo', step);
        return { ...plan, current, said: { kind: direction === 'undo' ? 'undone' : 'redone' } };
      };
      const late: Wish['late'] = async (stepped) => {
        await takeOver(about.planId);
        // What it would take back in the new list may be something else.
        if (stepped === null) sayUntaken(use, { kind: direction, rows: [] });
        return stepped !== null;
      };
      await decisions.put({ planId: about.planId, work, late }, true);
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
  const { items } = await call('plan.list', { classId, connectionId, state: 'open' });
  return items[0] ?? null;
}

/** Takes what is picked and not used yet to a list that comes for the same, and says what does not fit it. What a run of this page carried out is told by its result. */
function followHalfMade(use: Use, half: HalfMadeKeeper): void {
  use.subscribe(({ plan, result }, before) => {
    if (plan === null || plan.planId === before.plan?.planId || plan.state !== 'open' || plan.purpose !== 'sync')
      return;
    const carriedOut = result?.run.nextPlanId === plan.planId;
    half.moveTo(plan).then(
      (rows) => {
        if (rows.length > 0 && !carriedOut) sayUntaken(use, { kind: 'picked', rows });
      },
      // It is looked at again where its question is shown.
      () => {},
    );
  });
}

/** Shows the list that took the place of another (`from`), and says so; answers the one that can be decided then, null where there is none. */
async function takeOver(
  { classId, connectionId, use }: { readonly classId: string; readonly connectionId: string; readonly use: Use },
  from: string,
): Promise<PlanSummary | null> {
  const shown = use.getState().plan;
  // Another one is shown already.
  if (shown !== null && shown.planId !== from && shown.state === 'open') return shown;
  const current = shown === null ? null : await call('plan.show', { classId, planId: shown.planId }).catch(() => null);
  const open = current?.state === 'open' ? current : await keptList(classId, connectionId);
  showKept(use, current, open);
  return open;
}

/** Shows the list that is kept, and says so where it took the place of another; where none is, the one there was as it is now. */
function showKept(use: Use, current: PlanSummary | null, open: PlanSummary | null): void {
  const before = use.getState().plan;
  show(use, open ?? current);
  if (open !== null && before !== null && before.planId !== open.planId) use.setState({ said: { kind: 'anew' } });
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
      showKept(use, current, await keptList(classId, connectionId));
    } catch (caught) {
      failed = toAppError(caught);
      use.setState({ error: failed });
    }
  });
}
