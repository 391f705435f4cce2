import type { Params } from '../../../../shared/contract/contract.ts';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import type { ErrorCode } from '../../../../shared/errors.ts';
import { toAppError } from '../../../to-app-error.ts';
import type { BroughtCounts, Counts } from './brought-counts.ts';
import { withPlan, type Said, type Use } from './preview-state.ts';
import type { RowCache } from './row-cache.ts';

/** A step in the draft of a plan, and the rows the page shows and the list it counts, of which its answer brings what they are then. */
export type Step = Params<'plan.undo'>;

/** What a step made of the plan and of those rows, and what is said about it. */
export interface Stepped extends PlanSummary {
  readonly current: readonly PlanRowItem[];
  readonly counts?: Counts | undefined;
  readonly said: Said;
}

/** A step somebody wished, and the list it is about. */
export interface Wish {
  readonly planId: string;
  /** Answers null where there is nothing to do. */
  readonly work: (of: Step) => Promise<Stepped | null>;
  /**
   * Another list took the place of that one before the step was taken (`stepped` null), or before its answer came: what is wished of that list instead, or whether
   * all is as it was wished.
   */
  readonly late: (stepped: Stepped | null) => Promise<Wish | boolean>;
  /** Whether it is all that was wished; the rest was given up. */
  readonly whole?: boolean;
}

/** Decisions and their taking back, one after the other. */
export interface DecisionQueue {
  /**
   * Puts a step behind those that are under way. It is about the list it was wished for, whatever is shown when its turn comes. `after`: it says something about
   * the step before it, and is given up where that one, still under way, was not taken. False where it was refused or given up.
   */
  readonly put: (wish: Wish, after?: boolean) => Promise<boolean>;
  /** Whether anything is under way. */
  readonly isBusy: () => boolean;
  /** Waits for all that is under way; whether all of it was taken. */
  readonly settled: () => Promise<boolean>;
}

/** How a step fails whose list is not the one to be decided any more. */
const overtaken: ReadonlySet<ErrorCode> = new Set(['plan-stale', 'plan-used', 'plan-unknown']);

/** The queue of one preview. Why a step was not taken is shown there. */
export function createDecisionQueue(
  classId: string,
  use: Use,
  { rows, counts: brought }: { readonly rows: RowCache; readonly counts: BroughtCounts },
): DecisionQueue {
  let waiting = 0;
  // Of those under way: whether all of them were taken so far.
  let taken = true;
  let last: Promise<boolean> = Promise.resolve(true);
  const attempt = async ({ planId, work, late }: Wish): Promise<Wish | boolean> => {
    const counted = brought.counted();
    const step = { classId, planId, shown: [...rows.shown(planId)], ...(counted === null ? {} : { counted }) };
    const stepped = await work(step).catch((caught: unknown) => {
      const error = toAppError(caught);
      if (!overtaken.has(error.code)) throw error;
      return 'late' as const;
    });
    if (stepped === null) return true;
    if (stepped === 'late') return await late(null);
    const { said, current, counts, ...summary } = stepped;
    const version = use.getState().version + 1;
    // Another list is shown by now: what became of this one is not put in its place.
    if (use.getState().plan?.planId !== planId) return await late(stepped);
    // At once: the page is drawn once for all of it.
    if (counts !== undefined && counted !== null) brought.take({ planId, version, filter: counted }, counts);
    rows.take(planId, version, current);
    use.setState((state) => ({ ...withPlan(state, summary), version, said }));
    return true;
  };
  const turn = async (wished: Wish): Promise<boolean> => {
    if (use.getState().refusal !== null || use.getState().said !== null) use.setState({ refusal: null, said: null });
    try {
      let wish: Wish | boolean = wished;
      let whole = true;
      while (typeof wish === 'object') {
        whole &&= wish.whole !== false;
        wish = await attempt(wish);
      }
      return wish && whole;
    } catch (caught) {
      use.setState({ refusal: toAppError(caught) });
      return false;
    }
  };
  return {
    put: (wish, after = false) => {
      const behind = waiting > 0;
      if (!behind) taken = true;
      waiting += 1;
      const before = last;
      last = (async () => {
        const went = await before;
        // Why that one was not taken stays said.
        const ok = after && behind && !went ? false : await turn(wish);
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
