import type { ClassStatus } from '../../shared/contract/class.ts';
import { errorExitCodes, errorFromJson } from '../../shared/errors.ts';

/** What the sync badge says, before it is put into words. The tone picks icon and colour. */
export type BadgeState =
  | { readonly kind: 'only-here'; readonly recent: number }
  | { readonly kind: 'not-answering' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'syncing' }
  | { readonly kind: 'needs-you'; readonly count: number; readonly here: number; readonly there: number }
  | { readonly kind: 'offline'; readonly waiting: number; readonly at: string | null }
  | { readonly kind: 'failed'; readonly code: string; readonly waiting: number }
  | { readonly kind: 'waiting'; readonly count: number; readonly at: string | null }
  | { readonly kind: 'to-get'; readonly count: number; readonly at: string | null }
  | { readonly kind: 'all-safe'; readonly at: string }
  | { readonly kind: 'never-synced' };

/** Sums a class's status up. The order is the order of what a teacher must know first. */
export function badgeState(status: ClassStatus, answering: boolean): BadgeState {
  if (!answering) return { kind: 'not-answering' };
  const { connection, waiting } = status;
  if (connection === null) return { kind: 'only-here', recent: status.recentEvents };
  if (connection.checking) return { kind: 'checking' };
  if (connection.status === 'IN_PROGRESS') return { kind: 'syncing' };
  const { conflicts, up, down } = connection.pending;
  if (conflicts > 0) return { kind: 'needs-you', count: conflicts, here: up, there: down };
  const at = connection.lastRunAt;
  if (connection.status === 'FAILED' && connection.error !== null) {
    const { code } = errorFromJson(connection.error);
    return errorExitCodes[code] === 5 ? { kind: 'offline', waiting, at } : { kind: 'failed', code, waiting };
  }
  if (waiting > 0) return { kind: 'waiting', count: waiting, at };
  if (down > 0) return { kind: 'to-get', count: down, at };
  return at === null ? { kind: 'never-synced' } : { kind: 'all-safe', at };
}
