/** Time between two looks while all is well, the longest while the server does not answer, and how old knowledge may be when somebody comes back to the window; milliseconds. */
const usualMs = 5 * 60_000;
const longestMs = 30 * 60_000;
const returnMs = 2 * 60_000;
/** Time between two glances at the server inside this app, in milliseconds: on this PC one question tells whether anything was written there. */
const glanceMs = 4_000;

/** What makes a look worth while: time has passed, somebody came to the window or opened the class, or the network is back. */
export type Occasion = 'time' | 'return' | 'network';

/** What is known when a look is considered; times in milliseconds. */
export interface LookFacts {
  readonly now: number;
  /** When the server was last read, whoever wished it. */
  readonly checkedAt: number;
  /** When this page last tried to look; minus infinity before the first time. */
  readonly triedAt: number;
  /** Looks in a row that failed. */
  readonly failures: number;
}

/** Whether to glance at the server inside this app now: whatever others write there is written on this PC, and seen at once. */
export function isGlanceDue({ now, triedAt, failures }: Omit<LookFacts, 'checkedAt'>): boolean {
  return triedAt > now || now - triedAt >= Math.min(glanceMs * 2 ** failures, usualMs);
}

/** Whether to look now: every few minutes, later and later while the server does not answer, sooner for somebody who comes back. A clock that was set back counts as time passed. */
export function isLookDue(occasion: Occasion, { now, checkedAt, triedAt, failures }: LookFacts): boolean {
  const passed = (since: number): number => (since > now ? Infinity : now - since);
  const pauseMs = Math.min(usualMs * 2 ** failures, longestMs);
  switch (occasion) {
    case 'network':
      return failures > 0 || passed(checkedAt) >= returnMs;
    case 'return':
      return passed(checkedAt) >= returnMs && passed(triedAt) >= (failures > 0 ? usualMs : returnMs);
    case 'time':
      return passed(checkedAt) >= usualMs && passed(triedAt) >= pauseMs;
  }
}
