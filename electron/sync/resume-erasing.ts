import { errorToJson } from '../../shared/errors.ts';
import type { EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { isErasing } from '../store/sync/erase-history.ts';
import { syncStateOf } from './engine-state.ts';
import { finishErasing } from './erasures.ts';

/** Work nobody called for; ended with the engine. Never throws: what goes wrong is a line of the log. */
export function inBackground(
  context: EngineContext,
  failed: string,
  work: (signal: AbortSignal) => Promise<void>,
): void {
  const { background } = syncStateOf(context);
  const { signal } = background.ending;
  const told = work(signal).catch((error: unknown) => {
    if (!signal.aborted) context.log.write('warn', failed, { code: errorToJson(error).code });
  });
  background.work.add(told);
  void told.then(() => background.work.delete(told));
}

/**
 * Goes on cleaning where an erasure was cut short, in the background and under the lock of the class: a class that syncs with nobody has no other moment for it.
 * Never throws; what fails is tried again when the class is next opened.
 */
export function resumeErasing(context: EngineContext, opened: ClassStore): void {
  if (!isErasing(opened)) return;
  const { lock } = syncStateOf(context);
  const { classId } = opened;
  inBackground(context, 'erasing-unfinished', (signal) =>
    lock.run(classId, signal, async () => {
      const store = context.openClass(classId);
      if (isErasing(store)) await finishErasing(store, signal);
    }),
  );
}

/** Ends the work nobody called for, before the files are closed. */
export async function endBackgroundWork(context: EngineContext): Promise<void> {
  const { background } = syncStateOf(context);
  background.ending.abort();
  await Promise.all(background.work);
}
