import type { ErrorCode, ErrorParams } from '../errors.ts';
import { goingRows, type Waiting } from './plan-counts.ts';

/** What is known of a connection, as far as its state follows from it. */
export interface ConnectionFacts {
  /** `IN_PROGRESS` only while an engine works on it. */
  readonly status: 'IDLE' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  /** How a run ended is not known yet, and nobody works on it now. */
  readonly checking: boolean;
  /** Code of what failed last or, where nothing did since it last worked, of what kept a part of the class out of the last list; null where nothing did. */
  readonly error: ErrorCode | null;
  /** What stopped keeping it in sync until a person acts. */
  readonly halted: ErrorCode | null;
  /** How the newest run ended; null before the first. */
  readonly lastOutcome: 'completed' | 'undecided' | 'stale' | 'refused' | 'failed' | 'cancelled' | 'checking' | null;
  readonly mode: 'two-way' | 'push-only' | 'pull-only';
  /** Whether it was made with a code of another PC. */
  readonly byCode: boolean;
  /** When a sync last succeeded. */
  readonly lastRunAt: string | null;
  /** When the server was last read: as old is what is known of it. Null before the first time. */
  readonly checkedAt: string | null;
  readonly pending: Waiting;
}

/**
 * How a connection stands, for the card, the badge, the sheet and every other place that says it. The order of the kinds is the order of what a teacher must
 * know first: the first that applies is it.
 */
export type ConnectionState =
  | { readonly kind: 'syncing'; readonly count: number }
  | { readonly kind: 'checking' }
  /** No password is stored; only a person can give one. */
  | { readonly kind: 'password-missing' }
  | { readonly kind: 'password-refused' }
  /** The same two where the connection was made with a code: the code has the password, and nobody ever saw it. */
  | { readonly kind: 'code-missing' }
  | { readonly kind: 'code-refused' }
  /** The server could be reached, or answered nonsense: a person has to look at it. */
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly params?: ErrorParams }
  /** A connection that only keeps a copy: changes wait, and none was brought there for longer than a copy may be old, whatever the cause. */
  | { readonly kind: 'overdue'; readonly count: number; readonly at: string }
  /** The server could not be reached; that passes by itself. */
  | { readonly kind: 'offline'; readonly waiting: number; readonly at: string | null }
  /** It is not kept in sync any more until a person has looked. */
  | { readonly kind: 'halted'; readonly code: ErrorCode }
  | { readonly kind: 'needs-you'; readonly count: number; readonly up: number; readonly down: number }
  /** The newest run was stopped by a person, or by closing the page, and what it was to carry still waits. */
  | { readonly kind: 'cancelled'; readonly count: number }
  /** The newest run failed although the server can be reached again. */
  | { readonly kind: 'stopped'; readonly count: number }
  | { readonly kind: 'waiting'; readonly count: number; readonly at: string | null }
  | { readonly kind: 'to-get'; readonly count: number; readonly at: string | null }
  /** Nothing waits in what could be compared: a part of the server's tables is missing or was changed. */
  | { readonly kind: 'partial'; readonly code: ErrorCode; readonly params?: ErrorParams }
  /** Nothing waits but what was left out. */
  | { readonly kind: 'left-out'; readonly count: number }
  /** Both sides were the same when the server was last read. */
  | { readonly kind: 'all-safe'; readonly at: string }
  | { readonly kind: 'never-synced' };

/** Codes that mean: the way to the server is not there just now. */
const offlineCodes: ReadonlySet<ErrorCode> = new Set([
  'host-not-found',
  'refused',
  'timeout',
  'unreachable',
  'connection-dropped',
  'restarting',
  'too-many-connections',
]);

/** Whether an error means that the way to the server is not there just now, which passes by itself. */
export function isOffline(code: ErrorCode): boolean {
  return offlineCodes.has(code);
}

/** A copy that changes wait for is overdue when it is older than this, in milliseconds: a week. */
const overdueMs = 7 * 24 * 3_600_000;

/** Works out how a connection stands at a moment (ISO 8601). */
export function connectionState(facts: ConnectionFacts, now: string): ConnectionState {
  const { status, checking, error, halted, lastOutcome, pending, lastRunAt: at, checkedAt } = facts;
  const going = goingRows(pending);
  if (status === 'IN_PROGRESS' && !checking) return { kind: 'syncing', count: going };
  if (checking) return { kind: 'checking' };
  const overdue = overdueSince(facts, now);
  if (status === 'FAILED' && error !== null && !(overdue !== null && isOffline(error)))
    return failure(error, facts.byCode, going, at);
  if (halted !== null) return { kind: 'halted', code: halted };
  const { up, down, conflicts } = pending;
  const left = pending.left + pending.blocked;
  if (conflicts > 0) return { kind: 'needs-you', count: conflicts, up, down };
  if (overdue !== null) return { kind: 'overdue', count: going, at: overdue };
  if (going > 0 && lastOutcome === 'cancelled') return { kind: 'cancelled', count: going };
  if (going > 0 && (lastOutcome === 'failed' || lastOutcome === 'refused')) return { kind: 'stopped', count: going };
  if (up > 0) return { kind: 'waiting', count: going, at };
  if (going > 0) return { kind: 'to-get', count: going, at };
  if (error !== null && status !== 'FAILED') return { kind: 'partial', code: error };
  if (left > 0) return { kind: 'left-out', count: left };
  if (at === null) return { kind: 'never-synced' };
  return { kind: 'all-safe', at: checkedAt !== null && checkedAt > at ? checkedAt : at };
}

/** Since when there was no new copy, where one is overdue; null where none is. */
function overdueSince({ mode, pending, lastRunAt }: ConnectionFacts, now: string): string | null {
  if (mode !== 'push-only' || lastRunAt === null || goingRows(pending) === 0) return null;
  return Date.parse(now) - Date.parse(lastRunAt) > overdueMs ? lastRunAt : null;
}

function failure(code: ErrorCode, byCode: boolean, waiting: number, at: string | null): ConnectionState {
  if (code === 'password-missing') return { kind: byCode ? 'code-missing' : 'password-missing' };
  if (code === 'password-wrong') return { kind: byCode ? 'code-refused' : 'password-refused' };
  return isOffline(code) ? { kind: 'offline', waiting, at } : { kind: 'failed', code };
}
