/** Counts what happens and says when it is too much. */
export interface RateLimit {
  /** Counts one; false when it is over the limit. */
  take(): boolean;
}

/** At most `limit` in any window of `windowMs` that begins with the first one counted. */
export function createRateLimit(
  limit: number,
  windowMs: number,
  now: () => number = () => performance.now(),
): RateLimit {
  let since = 0;
  let count = 0;
  return {
    take() {
      const at = now();
      if (count === 0 || at - since >= windowMs) {
        since = at;
        count = 0;
      }
      count += 1;
      return count <= limit;
    },
  };
}
