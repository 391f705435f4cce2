import { AppError } from '../errors.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What an id that somebody typed, or an address brought, may name. */
export type IdOf =
  | 'student'
  | 'erasure'
  | 'group'
  | 'reason'
  | 'settlement'
  | 'event'
  | 'plan'
  | 'connection'
  | 'run'
  | 'lost-value'
  | 'device';

/** Whether a text has the form of an id. */
export function isId(text: string): boolean {
  return uuid.test(text);
}

/** An id in its canonical form, however it was written; what cannot be one as it is. */
export function canonicalId(text: string): string {
  return isId(text) ? text.toLowerCase() : text;
}

/** The id in its canonical form; what cannot be an id names nothing: `not-found` (a plan: `plan-unknown`). */
export function idOf(what: IdOf, text: string): string {
  if (isId(text)) return canonicalId(text);
  throw what === 'plan' ? new AppError('plan-unknown') : new AppError('not-found', { what });
}
