import { z } from 'zod';
import { pinLevels, type PinLevel } from '../../shared/permission/permission-level.ts';
import { pinWaitMs, type WrongPins } from '../../shared/permission/wrong-pins.ts';
import type { AppStore } from '../store/app-store.ts';

const settingKey = 'pins';
const kept = z.object({
  salt: z.string(),
  hash: z.string(),
  wrong: z.object({ count: z.number(), lastMs: z.number() }),
});
const record = z.object({ admin: kept, points: kept.nullable(), resetAskedMs: z.number().nullable() });
/** What is kept of the PINs: their hashes, how often each was given wrong, and when somebody said that they are forgotten. */
export type PinRecord = z.infer<typeof record>;

/** No wrong PIN yet. */
export const noneWrong: WrongPins = { count: 0, lastMs: 0 };
/** What cannot be read stands for a PIN that nobody knows: a damaged setting must not open everything. */
const unreadable: PinRecord = { admin: { salt: '', hash: '', wrong: noneWrong }, points: null, resetAskedMs: null };

/** The record of a store; null where no PIN is set. */
export function readPins(app: AppStore): PinRecord | null {
  const text = app.setting(settingKey);
  return text === null ? null : record.catch(unreadable).parse(jsonOrNull(text));
}

/**
 * The same at a time, in milliseconds since 1970. A wrong PIN of a time that has not come was given by a clock that was ahead: it is kept as one of now, so that the wait
 * passes, and not only from then on.
 */
export function readPinsAt(app: AppStore, nowMs: number): PinRecord | null {
  const pins = readPins(app);
  if (pins === null || pinLevels.every((level) => (pins[level]?.wrong.lastMs ?? 0) <= nowMs)) return pins;
  const settled = withWrong(pins, pinLevels, (level) => wrongPinsOf(pins, level, nowMs));
  writePins(app, settled);
  return settled;
}

/** Keeps a record; null takes all PINs away. Throws what writing throws: then nothing is taken as counted. */
export function writePins(app: AppStore, pins: PinRecord | null): void {
  app.setSetting(settingKey, pins === null ? null : JSON.stringify(pins));
}

/** How often a PIN was given wrong. A clock that was ahead when that was last must not lock for as long as it was. */
export function wrongPinsOf(pins: PinRecord, level: PinLevel, nowMs: number): WrongPins {
  const { count, lastMs } = pins[level]?.wrong ?? noneWrong;
  return { count, lastMs: Math.min(lastMs, nowMs) };
}

/** How long no PIN is looked at for one level, in milliseconds. */
export function waitOf(pins: PinRecord | null, level: PinLevel, nowMs: number): number {
  return pins?.[level] == null ? 0 : pinWaitMs(wrongPinsOf(pins, level, nowMs), nowMs);
}

/** The record with another count for some levels. */
export function withWrong(
  pins: PinRecord,
  levels: readonly PinLevel[],
  wrongOf: (level: PinLevel) => WrongPins,
): PinRecord {
  const { admin, points } = pins;
  const of = (level: PinLevel, before: WrongPins): WrongPins => (levels.includes(level) ? wrongOf(level) : before);
  return {
    ...pins,
    admin: { ...admin, wrong: of('admin', admin.wrong) },
    points: points === null ? null : { ...points, wrong: of('points', points.wrong) },
  };
}

/** A right PIN clears its own count; the one for admin all of them, and ends a wish to take them away. Else whoever knows the lower one could try the higher one for ever. */
export function afterRight(pins: PinRecord, level: PinLevel): PinRecord {
  if (level === 'points') return withWrong(pins, [level], () => noneWrong);
  return { ...withWrong(pins, pinLevels, () => noneWrong), resetAskedMs: null };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
