import { setTimeout as delay } from 'node:timers/promises';

/** How long to wait for a state, and what ends the wait early. */
export interface WaitOptions {
  readonly deadlineMs: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks again until the answer is not undefined and returns it; undefined when the deadline passed first.
 * The first question is asked at once. Throws the reason of `signal` when that is aborted.
 */
export async function waitUntil<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  { deadlineMs, everyMs = 20, signal }: WaitOptions,
): Promise<T | undefined> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= end) return undefined;
    await delay(everyMs);
  }
}
