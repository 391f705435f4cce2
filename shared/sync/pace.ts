/** Milliseconds: the first pause after a failure and the longest one, before chance is added. */
const firstPauseMs = 15_000;
const longestPauseMs = 30 * 60_000;
/** How soon it is tried again where somebody is at the list, and where somebody else was quicker; milliseconds. */
const waitMs = 30_000;
const againMs = 10_000;
/** A timer never sleeps longer than this, in milliseconds: timers stand still while a computer sleeps, and the clock does not. */
const longestSleepMs = 30_000;

/** When something that happens again and again happens next, as wall-clock milliseconds, and how often in a row it failed. */
export interface Pace {
  readonly nextAt: number;
  readonly failures: number;
}

/** How one round ended: done; nothing was tried because somebody is at it; overtaken by somebody else; or it could not be done just now, which passes by itself. */
export type RoundEnd = 'done' | 'waits' | 'again' | 'failed';

/** The time of a round's end, the usual time between two rounds, both in milliseconds, and a number from 0 (included) to 1 that keeps PCs from trying all at once. */
export interface PaceFacts {
  readonly now: number;
  readonly everyMs: number;
  readonly random: number;
}

/** The pace after a round: as usual, or later and later while it fails. Rounds that were missed meanwhile are not made up for. */
export function paceAfter({ failures }: Pick<Pace, 'failures'>, end: RoundEnd, facts: PaceFacts): Pace {
  const { now, everyMs, random } = facts;
  switch (end) {
    case 'done':
      return { nextAt: now + everyMs, failures: 0 };
    case 'waits':
      return { nextAt: now + Math.min(waitMs, everyMs), failures };
    case 'again':
      return { nextAt: now + Math.min(againMs, everyMs), failures };
    case 'failed': {
      const pause = Math.min(firstPauseMs * 2 ** failures, longestPauseMs);
      return { nextAt: now + Math.round(pause * (0.75 + random / 2)), failures: failures + 1 };
    }
  }
}

/** Whether a round is due; one that lies further ahead than any pause can be was planned before the clock was set back, and is due as well. */
export function isDue({ nextAt }: Pace, now: number, everyMs: number): boolean {
  return nextAt <= now || nextAt - now > Math.max(everyMs, longestPauseMs * 1.25);
}

/** How long a timer may sleep until it has to look at the clock again, in milliseconds; null where nothing will ever be due. */
export function sleepMs(paces: readonly Pace[], now: number): number | null {
  if (paces.length === 0) return null;
  const next = Math.min(...paces.map(({ nextAt }) => nextAt));
  return Math.min(Math.max(next - now, 0), longestSleepMs);
}
