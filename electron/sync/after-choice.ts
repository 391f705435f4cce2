import type { PlanSummary } from '../../shared/contract/sync.ts';
import type { EngineContext } from '../engine/context.ts';
import { getConnection, setConnectionPending } from '../store/connection-store.ts';
import { announceConnection } from './announce.ts';
import { writeBeside } from './evaluate-plan.ts';
import { planSummaryOf } from './plan-view.ts';

/** After a choice: the badge and the card count what still needs a person, and every page re-reads the plan. */
export function afterChoice(context: EngineContext, classId: string, planId: string): PlanSummary {
  const store = context.openClass(classId);
  const summary = planSummaryOf(store, planId);
  const { pendingDown } = getConnection(store, summary.connectionId);
  // The page asks for rows and counts next: the plan is not worked out once more for them.
  writeBeside(store, () => setConnectionPending(store, summary.connectionId, pendingDown, summary.undecided));
  announceConnection(context, store, summary.connectionId);
  context.emit('class.changed', { classId, areas: ['plans'] });
  return summary;
}
