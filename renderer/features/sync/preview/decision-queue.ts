import type { Params } from '../../../../shared/contract/contract.ts';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { toAppError } from '../../../to-app-error.ts';
import { withPlan, type Said, type Use } from './preview-state.ts';
import type { RowCache } from './row-cache.ts';

/** A step in the draft of a plan, and the rows the page shows, which its answer brings along. */
export type Step = Params<'plan.undo'>;

/** What a step made of the plan and of those rows, and what is said about it. */
export interface Stepped extends PlanSummary {
  readonly current: readonly PlanRowItem[];
  readonly said: Said;
}

/** Decisions and their taking back, one after the other. */
export interface DecisionQueue {
  /**
   * Puts a step behind those that are under way. It is about the list that is shown now, whatever is shown when its turn comes. `after`: it says something about
   * the step before it, and is given up where that one, still under way, was not taken. `work` answers null where there is nothing to do. False where it was refused
   * or given up.
   */
  readonly put: (work: (of: Step) => Promise<Stepped | null>, after?: boolean) => Promise<boolean>;
  /** Whether anything is under way. */
  readonly isBusy: () => boolean;
  /** Waits for all that is under way; whether all of it was taken. */
  readonly settled: () => Promise<boolean>;
}

/** The queue of one preview. Why a step was not taken is shown there. */
export function createDecisionQueue(classId: string, use: Use, rows: RowCache): DecisionQueue {
  let waiting = 0;
  // Of those under way: whether all of them were taken so far.
  let taken = true;
  let last: Promise<boolean> = Promise.resolve(true);
  const turn = async (planId: string, work: (of: Step) => Promise<Stepped | null>): Promise<boolean> => {
    if (use.getState().refusal !== null || use.getState().said !== null) use.setState({ refusal: null, said: null });
    try {
      const stepped = await work({ classId, planId, shown: [...rows.shown(planId)] });
      if (stepped === null) return true;
      const { said, current, ...summary } = stepped;
      const version = use.getState().version + 1;
      // Another list is shown by now: what became of this one is not put in its place.
      if (use.getState().plan?.planId !== planId) return true;
      // At once: the page is drawn once for all of it.
      rows.take(planId, version, current);
      use.setState((state) => ({ ...withPlan(state, summary), version, said }));
      return true;
    } catch (caught) {
      use.setState({ refusal: toAppError(caught) });
      return false;
    }
  };
  return {
    put: (work, after = false) => {
      const planId = use.getState().plan?.planId;
      if (planId === undefined) return Promise.resolve(false);
      const behind = waiting > 0;
      if (!behind) taken = true;
      waiting += 1;
      const before = last;
      last = (async () => {
        const went = await before;
        // Why that one was not taken stays said.
        const ok = after && behind && !went ? false : await turn(planId, work);
        waiting -= 1;
        taken &&= ok;
        if (use.getState().deciding !== null) use.setState({ deciding: null });
        return ok;
      })();
      return last;
    },
    isBusy: () => waiting > 0,
    settled: async () => {
      if (waiting === 0) return true;
      await last;
      return taken;
    },
  };
}
