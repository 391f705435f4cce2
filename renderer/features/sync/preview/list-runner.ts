import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { AppError, type ErrorCode } from '../../../../shared/errors.ts';
import { call } from '../../../client.ts';
import { toAppError } from '../../../to-app-error.ts';
import type { DecisionQueue } from './decision-queue.ts';
import type { ListMaker } from './list-maker.ts';
import type { PlanWorker } from './plan-worker.ts';
import { isAbout, show, type AskedOf, type PreviewState, type Use } from './preview-state.ts';
import type { RunMode } from './primary-mode.ts';

/** What a person who was asked again agreed to. */
export interface Allowed {
  readonly allowMassChange?: true;
  readonly allowErase?: true;
}

/** The ways a list is carried out. */
export interface ListRunner {
  /**
   * Carries a list out with what is decided about it, also what is still being taken; whether it ran, or asked. The list that is shown, and no other: false where
   * `planId` is not that one by now, where something else goes on, and where a decision that was under way was not taken. `allowed`: what a person agreed to who was
   * asked again, because much would go.
   */
  readonly run: (planId: string, mode: RunMode, allowed?: Allowed) => Promise<boolean>;
  /** Does again what failed: carries the list out where that failed and the list is as it was then; otherwise makes the list that was wanted once more. */
  readonly retry: () => Promise<void>;
}

interface RunContext {
  readonly classId: string;
  readonly connectionId: string;
  readonly use: Use;
  readonly worker: PlanWorker;
  readonly decisions: DecisionQueue;
  readonly make: ListMaker;
  /** Shows the list that is kept for the connection, `current` being the one there was. */
  readonly showKept: (current: PlanSummary) => Promise<void>;
}

/** Failures after which the same list can never be carried out. */
const needAnother: ReadonlySet<ErrorCode> = new Set([
  'plan-stale',
  'plan-tampered',
  'plan-other-device',
  'plan-unknown',
]);

/** Carries out the lists of one connection. */
export function createListRunner(context: RunContext): ListRunner {
  const { use, make } = context;
  /** The run that failed last, as long as that is said. */
  let failed: (AskedOf & { readonly mode: RunMode; readonly allowed: Allowed; readonly error: AppError }) | null = null;
  const carryOut = async (plan: PlanSummary, mode: RunMode, allowed: Allowed): Promise<boolean> => {
    const { planId } = plan;
    const ran = await runPlan(context, planId, mode, allowed);
    // With what was still being decided when it was pressed.
    const { plan: now, error } = use.getState();
    failed =
      error === null || now?.planId !== planId ? null : { planId, lastEntry: now.lastEntry, mode, allowed, error };
    return ran;
  };
  return {
    run: async (planId, mode, allowed) => {
      const { plan, work } = use.getState();
      if (plan?.planId !== planId || work !== null) return false;
      if (allowed !== undefined || !asksFirst(plan)) return await carryOut(plan, mode, allowed ?? {});
      use.setState({ replaceAsked: { planId, lastEntry: plan.lastEntry } });
      return true;
    },
    retry: async () => {
      const { plan, error, work } = use.getState();
      if (work !== null) return;
      const again =
        failed !== null && failed.error === error && !needAnother.has(error.code) && plan?.state === 'open'
          ? failed
          : null;
      if (again === null || plan === null || !isAbout(again, plan)) await make.refresh();
      else await carryOut(plan, again.mode, again.allowed);
    },
  };
}

/** Whether a list is carried out only after a last question: it drops what was never sent, or ends points for good. */
function asksFirst({ purpose, summary }: PlanSummary): boolean {
  if (purpose !== 'undo') return purpose === 'replace';
  return summary.some(({ table, kind }) => table.endsWith('_void') && kind === 'add');
}

/** Carries the plan out and moves on to the list that follows. What a guard refuses asks; what is stale moves on with the decisions kept. */
async function runPlan(
  { classId, use, worker, decisions, make, showKept }: RunContext,
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
      const tooLate = control.signal.aborted && wasCarriedOut(run);
      use.setState({ result: { mode, purpose, run, foundOut: false, tooLate, seenAt: null } });
      // Nobody wished to stop the list that comes after what was carried out.
      if (tooLate && run.nextPlanId === null) void make.compare();
      show(use, await call('plan.show', { classId, planId: run.nextPlanId ?? planId }));
    } catch (caught) {
      const error = toAppError(caught);
      if (error.code === 'plan-used') {
        // Another window carried it out: nothing went wrong, and the next list comes here as it came there.
        await showKept(await call('plan.show', { classId, planId }));
        return false;
      }
      if (error.code !== 'guard-refused') throw error;
      use.setState((state) =>
        isAbout({ planId, lastEntry }, state.plan) ? { guard: { planId, lastEntry, mode, error } } : {},
      );
    }
    return true;
  });
  return ran === true;
}

function wasCarriedOut({ outcome }: NonNullable<PreviewState['result']>['run']): boolean {
  return outcome === 'completed' || outcome === 'undecided';
}

/** Tells how a run ended whose answer was lost, once that is known. */
export async function learnOutcome(classId: string, connectionId: string, use: Use): Promise<void> {
  const told = use.getState().result;
  if (told?.run.outcome !== 'checking') return;
  const { items } = await call('run.list', { classId, connectionId });
  const known = items.find(({ runId }) => runId === told.run.runId);
  if (known === undefined || known.outcome === 'checking') return;
  const run = { ...told.run, outcome: known.outcome, counts: known.counts, error: null };
  use.setState(({ result }) => (result === told ? { result: { ...told, run, foundOut: true, seenAt: null } } : {}));
}
