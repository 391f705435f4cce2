import type { ErrorJson } from '../errors.ts';
import type { AppEvent, Progress } from './events.ts';

/** Messages from a caller to the engine. */
export type ToEngine =
  | { readonly kind: 'call'; readonly id: string; readonly method: string; readonly params: unknown }
  | { readonly kind: 'cancel'; readonly id: string }
  /** First message of a connection: resume events after `lastSeq` of `session`, if this engine still is that session. */
  | { readonly kind: 'hello'; readonly session: string | null; readonly lastSeq: number };

/** Messages from the engine to a caller. */
export type FromEngine =
  | { readonly kind: 'result'; readonly id: string; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: string; readonly error: ErrorJson }
  | { readonly kind: 'progress'; readonly id: string; readonly progress: Progress }
  | { readonly kind: 'event'; readonly event: AppEvent }
  /** Answer to hello. `resumed` false means events were missed: re-read everything. */
  | { readonly kind: 'welcome'; readonly session: string; readonly seq: number; readonly resumed: boolean };

/** JSON text with big integers kept: `{"$bigint":"123"}`. Objects from outside can carry that key too; only a digit text counts. */
export function encodeWire(message: unknown): string {
  try {
    // Long lists have none, and a look at every value would cost many times the writing.
    return JSON.stringify(message);
  } catch {
    return JSON.stringify(message, (_key, value: unknown) =>
      typeof value === 'bigint' ? { $bigint: value.toString() } : value,
    );
  }
}

/** The message again; throws `SyntaxError` on anything that is not JSON. */
export function decodeWire(text: string): unknown {
  // However the key is written: with an escape it stands for itself.
  if (!text.includes('bigint') && !text.includes('\\u')) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$bigint' in value)) return value;
    const digits = value.$bigint;
    return typeof digits === 'string' && /^-?\d{1,40}$/.test(digits) ? BigInt(digits) : value;
  });
}
