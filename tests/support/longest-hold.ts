import { setImmediate } from 'node:timers/promises';

/** For how long one thread was kept busy. */
export interface Held {
  /** The longest time other calls had to wait, in milliseconds of this thread's own work: what else the machine does is not in it. */
  readonly longestMs: number;
  /** All of the work. */
  readonly totalMs: number;
}

/** Does work on this thread, and measures between which of its turns others were let in. */
export async function longestHold(work: () => Promise<unknown>): Promise<Held> {
  const busyMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  const began = busyMs();
  let [since, longestMs] = [began, 0];
  const ended = new AbortController();
  const end = work().finally(() => ended.abort());
  const look = (): void => {
    const now = busyMs();
    longestMs = Math.max(longestMs, now - since);
    since = now;
  };
  look();
  while (!ended.signal.aborted) {
    await setImmediate();
    look();
  }
  await end;
  return { longestMs, totalMs: since - began };
}
