import { errorToJson } from '../../shared/errors.ts';
import type { EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { fromSqliteError } from '../store/sqlite-error.ts';
import { isUnsettled, rowsToSettle, settleTrees } from '../store/sync/settle-trees.ts';
import { inSteps } from './in-steps.ts';

/**
 * Settles what a run left to follow, with other calls in between, and tells how far it is. Nothing stops it: what is half settled must not be compared with anything.
 */
export async function settleInSteps(
  store: ClassStore,
  tell: (done: number, total: number) => void = () => {},
): Promise<void> {
  if (!isUnsettled(store)) return;
  await inSteps(store, toldOf(settleTrees(store), rowsToSettle(store), tell), new AbortController().signal);
}

/** The same after a run that has ended, whatever comes now: where there is no room for it, it is settled before anything is compared again. */
export async function settleRest(
  context: EngineContext,
  store: ClassStore,
  tell: (done: number, total: number) => void,
): Promise<void> {
  await settleInSteps(store, tell).catch((error: unknown) => {
    context.log.write('warn', 'run-not-finished', { code: errorToJson(fromSqliteError(error)).code });
  });
}

function* toldOf(
  steps: Iterable<number>,
  total: number,
  tell: (done: number, total: number) => void,
): Generator<void, void> {
  for (const done of steps) {
    tell(done, total);
    yield;
  }
}
