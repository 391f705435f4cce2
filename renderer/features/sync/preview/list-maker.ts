import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { AppError } from '../../../../shared/errors.ts';
import { call } from '../../../client.ts';
import type { DecisionQueue } from './decision-queue.ts';
import type { CallControl, PlanWorker } from './plan-worker.ts';
import { show, type Use } from './preview-state.ts';

/** The ways a list is made. Each answers the list it made and shows; null where it made none, or something else was wished meanwhile. */
export interface ListMaker {
  /** Compares both sides afresh; decisions that still fit are kept by the engine. */
  readonly compare: () => Promise<PlanSummary | null>;
  /** Makes the list that takes a run back. */
  readonly undoRun: (runId: string) => Promise<PlanSummary | null>;
  /** Makes the list that makes this PC what the server is. */
  readonly replace: () => Promise<PlanSummary | null>;
  /** Makes the list that was wanted last once more, whatever it is for. */
  readonly refresh: () => Promise<PlanSummary | null>;
  /** Says no, for good, to every erasure of others that waits here, and compares afresh. */
  readonly keepErased: () => Promise<PlanSummary | null>;
}

type Wanted = { readonly kind: 'compare' | 'replace' } | { readonly kind: 'undo'; readonly runId: string };

/** The lists of one connection. What was decided last is taken first, so that the list that follows keeps it. */
export function createListMaker(
  { classId, connectionId, use }: { readonly classId: string; readonly connectionId: string; readonly use: Use },
  worker: PlanWorker,
  decisions: DecisionQueue,
): ListMaker {
  /** What could not be made, as long as that is said. */
  let failed: { readonly wanted: Wanted; readonly error: AppError | null } | null = null;
  const making = (kind: Wanted['kind'], task: (control: CallControl) => Promise<PlanSummary>) =>
    worker.run(kind, async (control) => {
      await decisions.settled();
      if (control.signal.aborted) throw new AppError('cancelled');
      const plan = await task(control);
      if (control.isOvertaken()) return null;
      show(use, plan);
      return plan;
    });
  const make = async (wanted: Wanted): Promise<PlanSummary | null> => {
    const made = await making(
      wanted.kind,
      async (control) =>
        await (wanted.kind === 'undo'
          ? call('run.undo', { classId, runId: wanted.runId }, control)
          : call(
              wanted.kind === 'replace' ? 'sync.previewReplace' : 'sync.preview',
              { classId, connectionId },
              control,
            )),
    );
    const { work, error } = use.getState();
    if (work === null) failed = made === null ? { wanted, error } : null;
    return made;
  };
  return {
    compare: () => make({ kind: 'compare' }),
    undoRun: (runId) => make({ kind: 'undo', runId }),
    replace: () => make({ kind: 'replace' }),
    refresh: () => {
      const { error, plan } = use.getState();
      return make(failed !== null && error !== null && failed.error === error ? failed.wanted : wantedOf(plan));
    },
    keepErased: () =>
      making('compare', async (control) => {
        const { items } = await call('erasure.list', { classId, connectionId });
        const ids = items.flatMap(({ id, refused }) => (refused === null ? [id] : []));
        if (ids.length > 0) await call('erasure.answer', { classId, connectionId, ids, answer: 'keep' });
        return await call('sync.preview', { classId, connectionId }, control);
      }),
  };
}

function wantedOf(plan: PlanSummary | null): Wanted {
  if (plan?.purpose === 'undo' && plan.undoes !== null) return { kind: 'undo', runId: plan.undoes };
  return { kind: plan?.purpose === 'replace' ? 'replace' : 'compare' };
}
