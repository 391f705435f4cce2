/**
 * What somebody at this PC may do, from least to most: look at everything; give points and keep the class, and sync what needs no deletion, decision or guard;
 * everything.
 */
export const permissionLevels = ['view', 'points', 'admin'] as const;
/** One of them. */
export type PermissionLevel = (typeof permissionLevels)[number];

/** Levels a PIN can stand before. Looking needs none. */
export const pinLevels = ['points', 'admin'] as const satisfies readonly PermissionLevel[];
/** One of those. */
export type PinLevel = (typeof pinLevels)[number];

/** Which PINs are set on a PC. One for points comes after one for admin only. */
export interface PinsSet {
  readonly admin: boolean;
  readonly points: boolean;
}

/** Whether a level is enough for what needs another one. */
export function reaches(level: PermissionLevel, needed: PermissionLevel): boolean {
  return permissionLevels.indexOf(level) >= permissionLevels.indexOf(needed);
}

/** What may be done here without a PIN: everything where none is set, else what lies below the lowest one that is. */
export function levelWithoutPin({ admin, points }: PinsSet): PermissionLevel {
  if (points) return 'view';
  return admin ? 'points' : 'admin';
}
