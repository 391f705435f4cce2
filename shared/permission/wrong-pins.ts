/** Wrong PINs in a row that cost nothing but the typing. */
const FREE = 3;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** After this long without a wrong one it begins anew. */
const FORGOTTEN_MS = 24 * 3_600_000;

/** How often a PIN was given wrong since it was last right, and when that was last, in milliseconds since 1970. */
export interface WrongPins {
  readonly count: number;
  readonly lastMs: number;
}

/** How long after a wrong PIN no other one is looked at, in milliseconds: nothing for the first ones, then half a minute, doubled up to a quarter of an hour. */
export function pinPauseMs(count: number): number {
  return count < FREE ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - FREE));
}

/** How much of that is left, in milliseconds. A clock that was set back leaves all of it: it never gets shorter by that. */
export function pinWaitMs({ count, lastMs }: WrongPins, nowMs: number): number {
  return Math.max(0, pinPauseMs(count) - Math.max(0, nowMs - lastMs));
}

/** The count with one more, which begins anew after a day without any. */
export function withWrongPin({ count, lastMs }: WrongPins, nowMs: number): WrongPins {
  return { count: (nowMs - lastMs > FORGOTTEN_MS ? 0 : count) + 1, lastMs: nowMs };
}
