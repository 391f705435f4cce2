import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import { announceServer } from '../engine/announce-server.ts';
import type { EngineContext } from '../engine/context.ts';
import { listConnections } from '../store/connection-store.ts';
import { inBackground } from './resume-erasing.ts';

/**
 * Starts the built-in server where a class of this device is shared from it, so that others reach the class again after this PC was off. In the background and
 * on the port their codes name; never where somebody stopped it on purpose. A failure is kept by the server's status, which the card of the connection shows.
 */
export function shareAgain(context: EngineContext): void {
  inBackground(context, 'share-unfinished', async (signal) => {
    // Whoever opens the app waits for a class first.
    await nextTurn();
    if (!(await context.builtin.returns()) || !(await sharesOne(context, signal))) return;
    const [started] = await Promise.allSettled([context.builtin.start({ signal }), announceServer(context)]);
    signal.throwIfAborted();
    await announceServer(context);
    if (started.status === 'rejected') throw started.reason;
  });
}

/** Whether a class that is not put away is shared from here; a file that cannot be opened says so when it is asked for. */
async function sharesOne(context: EngineContext, signal: AbortSignal): Promise<boolean> {
  for (const { id, archived } of context.app.classes()) {
    signal.throwIfAborted();
    if (!archived && isShared(context, id)) return true;
    // Opening a file holds the thread for a moment; calls come in between.
    await nextTurn();
  }
  return false;
}

function isShared(context: EngineContext, classId: string): boolean {
  try {
    return listConnections(context.openClass(classId)).some(({ builtin }) => builtin);
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
