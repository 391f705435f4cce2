import type { PlanSummary } from '../../shared/contract/sync.ts';
import type { EngineContext } from '../engine/context.ts';
import { getPlan } from '../store/sync/plan-store.ts';
import { announceConnection } from './announce.ts';
import { planSummaryOf } from './plan-view.ts';
import { noteWaiting } from './waiting.ts';

/** After a choice: the badge and the card count what still needs a person, and every page re-reads the plan. */
export async function afterChoice(
  context: EngineContext,
  classId: string,
  planId: string,
  signal: AbortSignal,
): Promise<PlanSummary> {
  const store = context.openClass(classId);
  const { connectionId } = getPlan(store, planId);
  try {
    const summary = await planSummaryOf(store, planId, signal);
    // Another plan may have come meanwhile, with a number of its own.
    if (summary.state === 'open' && summary.purpose === 'sync') {
      const { ready, undecided, blocked } = summary;
      noteWaiting(store, connectionId, { ...ready, undecided, blocked }, { planId, seq: getPlan(store, planId).seq });
    }
    return summary;
  } finally {
    // The choice stands, also when nobody waits for its answer any more.
    announceConnection(context, store, connectionId);
    context.emit('class.changed', { classId, areas: ['plans'] });
  }
}
