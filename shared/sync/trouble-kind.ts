import { errorExitCodes, type ErrorCode } from '../errors.ts';

/**
 * What stands in the way of a sync nobody is at: something that passes by itself (`passing`), somebody else who was quicker (`overtaken`), or something only a
 * person can see to (`halting`).
 */
export type TroubleKind = 'passing' | 'overtaken' | 'halting';

/** Troubles that pass by themselves, beside all that have to do with a lock (exit code 7) or an answer that was lost (10). */
const passing: ReadonlySet<ErrorCode> = new Set([
  'host-not-found',
  'refused',
  'timeout',
  'unreachable',
  'connection-dropped',
  'restarting',
  'too-many-connections',
  'query-timeout',
  'server-lagging',
  'server-read-only',
  'server-stopped',
  'engine-crashed',
  'engine-closed',
  // Nothing was written, and room is made by others.
  'disk-full',
]);

/** Sorts a trouble. What is not known to pass halts: a sign-in, a guard, the schema, the server's identity, data that is refused, a defect. */
export function troubleKind(code: ErrorCode): TroubleKind {
  const exit: number = errorExitCodes[code];
  if (passing.has(code) || exit === 7 || exit === 10) return 'passing';
  // A plan that was overtaken, a call that gave way; two devices that deadlocked.
  return exit === 4 || exit === 130 ? 'overtaken' : 'halting';
}
