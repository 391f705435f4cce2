/*
 * When an edit was made, in the server's time (SYNC section 8). Pure: readings go in, intervals come out. A clock of this PC is never believed: an edit is
 * placed by how much time passed on the monotonic clock between it and a moment at which the server's clock was read.
 */

/** All clocks of this PC at one moment, in milliseconds. */
export interface ClockReading {
  readonly wallMs: number;
  /** Runs steadily from the start of the computer on; says nothing across another start. */
  readonly monotonicMs: number;
  /** Which start of the computer the monotonic clock counts from. */
  readonly bootId: string;
}

/** This PC's clocks at a moment at which the server's stood at `serverMs`, give or take `uncertaintyMs` (half the round trip). */
export interface ClockContact extends ClockReading {
  readonly serverMs: number;
  readonly uncertaintyMs: number;
}

/** A span of the server's time, in milliseconds since 1970. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How far two clocks may drift apart, per millisecond: 200 ppm. */
const DRIFT = 200e-6;
/** How far a time service may turn the wall clock without setting it (500 ppm), and how much of a step it takes to be one, in milliseconds. */
const SLEW = 500e-6;
const STEP_MS = 250;

/** Whether wall and monotonic clock moved in step between two readings of one start: else one was set, or the computer slept. */
function inStep(one: ClockReading, other: ClockReading): boolean {
  const apart = one.wallMs - one.monotonicMs - (other.wallMs - other.monotonicMs);
  return Math.abs(apart) <= STEP_MS + SLEW * Math.abs(one.monotonicMs - other.monotonicMs);
}

/** Whether the server's clock ran steadily between two contacts of one start. */
function serverSteady(one: ClockContact, other: ClockContact): boolean {
  const passed = Math.abs(one.monotonicMs - other.monotonicMs);
  const apart = one.serverMs - one.monotonicMs - (other.serverMs - other.monotonicMs);
  return Math.abs(apart) <= one.uncertaintyMs + other.uncertaintyMs + STEP_MS + DRIFT * passed;
}

/** Whether nothing strange happened to either clock since the last contact. The first contact of a start has nothing to compare with. */
export function clocksTrusted(before: ClockContact | undefined, now: ClockContact): boolean {
  if (before === undefined || before.bootId !== now.bootId) return true;
  return inStep(before, now) && serverSteady(before, now);
}

/**
 * The span of the server's time in which an edit was made, from the contact that tells most exactly. Null where none can: the edit was made before the
 * computer was started, or between it and every contact a clock was set, the computer slept, or the server's clock jumped.
 */
export function editSpan(edit: ClockReading | null, contacts: readonly ClockContact[]): TimeSpan | null {
  if (edit === null) return null;
  const usable = contacts.filter((contact) => contact.bootId === edit.bootId && inStep(edit, contact));
  const nearest = (later: boolean): ClockContact | undefined => {
    const side = usable.filter(({ monotonicMs }) => monotonicMs > edit.monotonicMs === later);
    return side.toSorted((a, b) => (later ? 1 : -1) * (a.monotonicMs - b.monotonicMs))[0];
  };
  const [last, next] = [nearest(false), nearest(true)];
  if (last !== undefined && next !== undefined && !serverSteady(last, next)) return null;
  const near = last ?? next;
  let best: TimeSpan | null = null;
  for (const contact of usable) {
    // A short way is worth more than a near moment, as long as the server's clock ran steadily in between.
    if (near !== undefined && !serverSteady(contact, near)) continue;
    const passed = edit.monotonicMs - contact.monotonicMs;
    const uncertainty = contact.uncertaintyMs + DRIFT * Math.abs(passed);
    const at = contact.serverMs + passed;
    if (best === null || uncertainty * 2 < best.toMs - best.fromMs)
      best = { fromMs: at - uncertainty, toMs: at + uncertainty };
  }
  return best;
}

/** Which side was edited later; a side only where the spans have nothing in common, else why nobody can tell. */
export type Later =
  | { readonly side: 'local' | 'server' }
  | { readonly side: null; readonly why: 'clock-unknown' | 'clocks-overlap' };

/** Compares two edits in the server's time. */
export function laterEdit(here: TimeSpan | null, there: TimeSpan | null): Later {
  if (here === null || there === null) return { side: null, why: 'clock-unknown' };
  if (here.fromMs > there.toMs) return { side: 'local' };
  if (there.fromMs > here.toMs) return { side: 'server' };
  return { side: null, why: 'clocks-overlap' };
}
