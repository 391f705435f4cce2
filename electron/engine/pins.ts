import { AppError } from '../../shared/errors.ts';
import { levelWithoutPin, pinLevels, reaches } from '../../shared/permission/permission-level.ts';
import type { PermissionLevel, PinLevel, PinsSet } from '../../shared/permission/permission-level.ts';
import { pinProblem, tidyPin } from '../../shared/permission/pin-problem.ts';
import { withWrongPin } from '../../shared/permission/wrong-pins.ts';
import { hashPin, isPinOf } from '../secrets/pin-hash.ts';
import type { AppStore } from '../store/app-store.ts';
import type { Log } from './log.ts';
import {
  afterRight,
  noneWrong,
  readPins,
  readPinsAt,
  waitOf,
  withWrong,
  writePins,
  wrongPinsOf,
} from './pin-record.ts';
import type { PinRecord } from './pin-record.ts';

/** The PINs of this PC: they stand in `app.db` as salted hashes, with how often each was given wrong, and never sync. */
export interface Pins {
  set(): PinsSet;
  /** Another number whenever a PIN was set, changed or taken away: what was unlocked before is not any more. */
  revision(): number;
  /** What may be done without a PIN. */
  without(): PermissionLevel;
  /** How long no PIN for a level is looked at, in milliseconds. */
  wait(): Readonly<Record<PinLevel, number>>;
  /** From when on `reset` takes them away, in milliseconds since 1970; null where nobody asked. */
  resetFrom(): number | null;
  /**
   * The level a PIN stands for, looked at for `wanted` and above. One at a time, and counted before it is looked at, so that neither many at once nor pulling the plug gives
   * more tries. Rejects with `pin-wait`, `pin-wrong`, or `pin-unseen`: not right for what it was looked at for, and not looked at for a level that waits.
   */
  check(pin: string, wanted: PinLevel): Promise<PermissionLevel>;
  /** Sets or changes one. `current` is the admin PIN, once there is one. Rejects also with `pin-invalid`, `pin-taken`, `pin-missing`. */
  put(level: PinLevel, pin: string, current: string | undefined): Promise<void>;
  remove(level: PinLevel, current: string | undefined): Promise<void>;
  /** Asks for all of them to be taken away; does so when it was asked long enough ago. */
  reset(): void;
}

/** How long after it was first asked the PINs are taken away: long enough that whoever has the admin PIN sees it. */
const RESET_AFTER_MS = 24 * 3_600_000;

interface Parts {
  readonly app: AppStore;
  readonly nowMs: () => number;
  readonly log: Log;
  /** Writes PINs that are others than before. */
  readonly change: (pins: PinRecord | null) => void;
}

/** The PINs kept in a store. */
export function createPins(app: AppStore, nowMs: () => number, log: Log): Pins {
  let turn: Promise<unknown> = Promise.resolve();
  let revision = 0;
  const parts: Parts = {
    app,
    nowMs,
    log,
    change(pins) {
      writePins(app, pins);
      revision += 1;
    },
  };
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  }
  const set = (): PinsSet => setOf(readPins(app));
  return {
    set,
    revision: () => revision,
    without: () => levelWithoutPin(set()),
    wait: () => {
      const pins = readPinsAt(app, nowMs());
      return { admin: waitOf(pins, 'admin', nowMs()), points: waitOf(pins, 'points', nowMs()) };
    },
    resetFrom: () => {
      const asked = readPins(app)?.resetAskedMs ?? null;
      return asked === null ? null : asked + RESET_AFTER_MS;
    },
    check: (pin, wanted) => inTurn(() => check(parts, pin, wanted)),
    put: (level, pin, current) => inTurn(() => put(parts, level, pin, current)),
    remove: (level, current) => inTurn(() => remove(parts, level, current)),
    reset: () => reset(parts),
  };
}

async function check({ app, nowMs, log }: Parts, pin: string, wanted: PinLevel): Promise<PermissionLevel> {
  const pins = readPinsAt(app, nowMs());
  if (pins === null) return 'admin';
  const asked = pinLevels.filter((level) => pins[level] !== null && reaches(level, wanted));
  const shortest = (of: PinRecord, among = asked): number =>
    Math.ceil(Math.min(...among.map((level) => waitOf(of, level, nowMs()))) / 1000);
  const looked = asked.filter((level) => waitOf(pins, level, nowMs()) === 0);
  if (looked.length === 0) throw new AppError('pin-wait', { seconds: shortest(pins) });
  const counted = withWrong(pins, looked, (level) => withWrongPin(wrongPinsOf(pins, level, nowMs()), nowMs()));
  writePins(app, counted);
  for (const level of looked) {
    const known = pins[level];
    if (known === null || !(await isPinOf(known, tidyPin(pin)))) continue;
    // What is right was never wrong. Whether they are forgotten may have been said meanwhile, and they may be gone.
    const now = readPins(app);
    if (now !== null) writePins(app, afterRight({ ...pins, resetAskedMs: now.resetAskedMs }, level));
    return level;
  }
  log.write('warn', 'pin.wrong', {
    count: Math.max(...looked.map((level) => wrongPinsOf(counted, level, nowMs()).count)),
  });
  const unseen = asked.filter((level) => !looked.includes(level));
  // Another level waits: it may well be the PIN for that one, so nobody says that it is wrong. It counts for the levels it was tried for, or these could be tried for ever.
  if (unseen.length > 0) throw new AppError('pin-unseen', { seconds: shortest(pins, unseen) });
  throw new AppError('pin-wrong', { seconds: shortest(counted) });
}

async function proveAdmin(parts: Parts, current: string | undefined): Promise<void> {
  if (readPins(parts.app) === null) return;
  if (current === undefined) throw new AppError('needs-pin', { level: 'admin' });
  await check(parts, current, 'admin');
}

async function put(parts: Parts, level: PinLevel, typed: string, current: string | undefined): Promise<void> {
  const { app, change, log } = parts;
  const pin = tidyPin(typed);
  const problem = pinProblem(pin);
  if (problem !== null) throw new AppError('pin-invalid', { problem });
  await proveAdmin(parts, current);
  const before = readPins(app);
  if (before === null && level === 'points') throw new AppError('pin-missing', { level: 'admin' });
  const other = before?.[level === 'admin' ? 'points' : 'admin'] ?? null;
  if (other !== null && (await isPinOf(other, pin))) throw new AppError('pin-taken');
  const made = { ...(await hashPin(pin)), wrong: noneWrong };
  change(
    before === null || level === 'admin'
      ? { points: before?.points ?? null, admin: made, resetAskedMs: null }
      : { ...before, points: made },
  );
  log.write('info', 'pin.set', { kind: level });
}

async function remove(parts: Parts, level: PinLevel, current: string | undefined): Promise<void> {
  await proveAdmin(parts, current);
  const pins = readPins(parts.app);
  if (pins?.[level] == null) return;
  parts.change(level === 'admin' ? null : { ...pins, points: null });
  parts.log.write('info', 'pin.removed', { kind: level });
}

function reset({ app, nowMs, log, change }: Parts): void {
  const pins = readPins(app);
  if (pins === null) return;
  const now = nowMs();
  // Asked by a clock that was ahead: it begins anew.
  const asked = pins.resetAskedMs === null || pins.resetAskedMs > now ? null : pins.resetAskedMs;
  if (asked !== null && now - asked >= RESET_AFTER_MS) {
    change(null);
    return log.write('warn', 'pin.reset');
  }
  writePins(app, { ...pins, resetAskedMs: asked ?? now });
  log.write('warn', 'pin.reset-asked');
}

function setOf(pins: PinRecord | null): PinsSet {
  return { admin: pins !== null, points: pins !== null && pins.points !== null };
}
