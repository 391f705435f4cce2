import type { PermissionState } from '../../shared/contract/pin.ts';
import { AppError } from '../../shared/errors.ts';
import { reaches, type PermissionLevel } from '../../shared/permission/permission-level.ts';
import type { ClockReading } from '../../shared/sync/clock.ts';
import type { Pins } from './pins.ts';

/** Who calls: one window, one page, one command. What it unlocked is forgotten with it. */
export interface Caller {
  unlocked: Unlocked | null;
}

/** What a caller unlocked, when it was last needed, and whether that matters. */
interface Unlocked {
  readonly level: PermissionLevel;
  readonly usedAt: ClockReading;
  readonly hold: boolean;
  /** What `Pins.revision` was. */
  readonly revision: number;
}

/** Throws `needs-pin` unless the caller had this level when the call came in. */
export type Permit = (needed: PermissionLevel) => void;

/** What each caller may do. The one place where that is said. */
export interface Gate {
  /**
   * Lets a call in: throws `needs-pin` with the level unless its caller has it. What needed an unlocked level keeps it open. No caller is one that unlocked nothing. Answers what
   * says so for what is only known while the call is worked on, which may take longer than a level stays open.
   */
  admit(caller: Caller | undefined, needed: PermissionLevel): Permit;
  /** Takes what a PIN stands for. */
  unlock(caller: Caller | undefined, level: PermissionLevel, hold: boolean): void;
  state(caller: Caller | undefined): PermissionState;
}

/** How long an unlocked level stays open after the last thing that needed it. */
const IDLE_MS = 10 * 60_000;

/** Whether a call has a level, for what is done only then and is no reason to refuse the call. Work of the engine's own may do anything. */
export function may({ permit }: { readonly permit?: Permit }, needed: PermissionLevel): boolean {
  try {
    permit?.(needed);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'needs-pin') return false;
    throw error;
  }
}

/** The gate over the PINs of this PC. */
export function createGate(pins: Pins, read: () => ClockReading): Gate {
  const idleMs = ({ usedAt }: Unlocked): number => {
    const now = read();
    // The computer may have slept, which only one of the clocks counts, and the other one can be set.
    return Math.max(now.monotonicMs - usedAt.monotonicMs, now.wallMs - usedAt.wallMs);
  };
  const openOf = (caller: Caller | undefined): Unlocked | null => {
    const unlocked = caller?.unlocked ?? null;
    if (caller === undefined || unlocked === null) return null;
    const isOpen = unlocked.hold || idleMs(unlocked) < IDLE_MS;
    if (isOpen && unlocked.revision === pins.revision()) return unlocked;
    caller.unlocked = null;
    return null;
  };
  const levelOf = (caller: Caller | undefined): PermissionLevel => {
    const without = pins.without();
    const open = openOf(caller)?.level ?? without;
    return reaches(open, without) ? open : without;
  };
  return {
    admit(caller, needed) {
      const level = levelOf(caller);
      const permit: Permit = (asked) => {
        if (!reaches(level, asked)) throw new AppError('needs-pin', { level: asked });
      };
      permit(needed);
      const open = openOf(caller);
      if (caller !== undefined && open !== null && !reaches(pins.without(), needed))
        caller.unlocked = { ...open, usedAt: read() };
      return permit;
    },
    unlock(caller, level, hold) {
      if (caller !== undefined) caller.unlocked = { level, usedAt: read(), hold, revision: pins.revision() };
    },
    state(caller) {
      const open = openOf(caller);
      const level = levelOf(caller);
      const resetFrom = pins.resetFrom();
      const above = open !== null && level !== pins.without();
      return {
        set: { ...pins.set() },
        level,
        without: pins.without(),
        locksInMs: above && !open.hold ? Math.max(0, IDLE_MS - idleMs(open)) : null,
        wait: { ...pins.wait() },
        resetFrom: resetFrom === null ? null : new Date(resetFrom).toISOString(),
      };
    },
  };
}
