import { z } from 'zod';
import { permissionLevels, pinLevels } from '../permission/permission-level.ts';
import { method } from './method.ts';
import { time } from './values.ts';

const level = z.enum(permissionLevels);
const pinLevel = z.enum(pinLevels);
/** A PIN as it was typed. It comes in and is never told again. */
const pin = z.string().max(200);

/** What the caller that asks may do, and why. */
export const permissionState = z.object({
  /** Which PINs are set on this PC. */
  set: z.object({ admin: z.boolean(), points: z.boolean() }),
  level,
  /** What it may do without a PIN. */
  without: level,
  /** How long until it is locked again by itself, in milliseconds; null where it is not unlocked, or stays so. */
  locksInMs: z.number().nullable(),
  /** How long no PIN is looked at after wrong ones, in milliseconds. */
  wait: z.object({ admin: z.number(), points: z.number() }),
  /** From when on all PINs can be taken away, because somebody said that they are forgotten; null where nobody did. */
  resetFrom: time.nullable(),
});
export type PermissionState = z.infer<typeof permissionState>;

export const pinMethods = {
  'pin.state': method(z.object({}), permissionState),
  /**
   * Unlocks for the caller that asks (one window, one command) and for nobody else, with the PIN of `level` or of a higher one; of any, where no level is given.
   * Locked again by itself some time after the last thing that needed it, or, with `hold`, when the caller is gone. Fails with `pin-wrong`, `pin-wait`, `pin-unseen`.
   */
  'pin.unlock': method(z.object({ pin, level: pinLevel.optional(), hold: z.boolean().optional() }), permissionState),
  'pin.lock': method(z.object({}), permissionState),
  /** Sets a PIN or changes it. `current`: the admin PIN, once there is one. Whoever sets the first one stays unlocked. */
  'pin.set': method(z.object({ level: pinLevel, pin, current: pin.optional() }), permissionState),
  /** Takes a PIN away; with the one for admin, the one for points too. */
  'pin.remove': method(z.object({ level: pinLevel, current: pin.optional() }), permissionState),
  /** The PINs are forgotten: a day after this was first asked, asking again takes them all away. Whoever has the admin PIN ends it by using it. */
  'pin.reset': method(z.object({}), permissionState),
};
