import { errorToJson } from '../../shared/errors.ts';
import type { EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { fromSqliteError } from '../store/sqlite-error.ts';
import { isUnsettled, settleTrees } from '../store/sync/settle-trees.ts';
import { inSteps } from './in-steps.ts';

/** Settles what a run left to follow, with other calls in between. Nothing stops it: what is half settled must not be compared with anything. */
export async function settleInSteps(store: ClassStore): Promise<void> {
  if (isUnsettled(store)) await inSteps(store, settleTrees(store), new AbortController().signal);
}

/** The same after a run that has ended, whatever comes now: where there is no room for it, it is settled before anything is compared again. */
export async function settleRest(context: EngineContext, store: ClassStore): Promise<void> {
  await settleInSteps(store).catch((error: unknown) => {
    context.log.write('warn', 'run-not-finished', { code: errorToJson(fromSqliteError(error)).code });
  });
}
