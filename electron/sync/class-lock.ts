/** Runs work of one class one after another: a preview or run never overlaps another of the same class. Waiting ends when the signal is aborted. */
export interface ClassLock {
  run<T>(classId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** Makes a lock for every class of this engine. */
export function createClassLock(): ClassLock {
  const tails = new Map<string, Promise<void>>();
  return {
    async run(classId, signal, work) {
      const before = tails.get(classId) ?? Promise.resolve();
      const { promise: mine, resolve: release } = Promise.withResolvers<void>();
      const tail = before.then(() => mine);
      tails.set(classId, tail);
      // Only when everybody before is out too: who gives up waiting must not open the way for the next.
      void tail.then(() => {
        if (tails.get(classId) === tail) tails.delete(classId);
      });
      try {
        await aborted(before, signal);
        return await work();
      } finally {
        release();
      }
    },
  };
}

async function aborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise: abort, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([promise, abort]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
