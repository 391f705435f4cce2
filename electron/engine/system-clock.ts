import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ClockReading } from '../../shared/sync/clock.ts';

/** Where the time comes from. One per engine; a test brings its own. */
export interface Clock {
  read(): ClockReading;
}

/**
 * The clocks of this computer. Where the system does not say which start of the computer this is, every start of the engine counts as one: what was recorded
 * before it cannot be placed in time, which asks more often and never guesses.
 */
export function systemClock(): Clock {
  const bootId = readBootId() ?? `engine ${randomUUID()}`;
  return {
    read: () => ({ wallMs: Date.now(), monotonicMs: Number(process.hrtime.bigint() / 1_000n) / 1_000, bootId }),
  };
}

function readBootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
