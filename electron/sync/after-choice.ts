import type { ParsedParams, Result } from '../../shared/contract/contract.ts';
import type { EngineContext } from '../engine/context.ts';
import { getPlan } from '../store/sync/plan-store.ts';
import { announcePlans } from './announce.ts';
import { askingOrdinals, planTally } from './plan-index.ts';
import { planRowItems, planSummaryOf } from './plan-view.ts';
import { noteWaiting } from './waiting.ts';

/** After a choice: the plan, the rows a page shows of it and the counts of its list, the badge and the card count what still needs a person, and every page re-reads the plan. */
export async function afterChoice(
  context: EngineContext,
  { classId, planId, shown = [], counted }: ParsedParams<'plan.undo'>,
  signal: AbortSignal,
): Promise<Result<'plan.undo'>> {
  const store = context.openClass(classId);
  const { connectionId } = getPlan(store, planId);
  try {
    const summary = await planSummaryOf(store, planId, signal);
    // Another plan may have come meanwhile, with a number of its own.
    if (summary.state === 'open' && summary.purpose === 'sync') {
      const { ready, undecided, blocked } = summary;
      noteWaiting(store, connectionId, { ...ready, undecided, blocked }, { planId, seq: getPlan(store, planId).seq });
    }
    const rows = await planRowItems(store, planId, shown, signal);
    if (counted === undefined) return { ...summary, rows };
    const tally = await planTally(store, planId, counted, signal);
    const asking = tally.undecided === 0 ? [] : await askingOrdinals(store, planId, counted, signal);
    return { ...summary, rows, counts: { tally, asking: [...asking] } };
  } finally {
    // The choice stands, also when nobody waits for its answer any more.
    announcePlans(context, classId);
  }
}
