import type { ClassStatus } from '../contract/class.ts';
import type { ConnectionItem } from '../contract/connection.ts';
import { errorFromJson } from '../errors.ts';
import { isJoinRole } from '../model/join-code.ts';
import { connectionState, type ConnectionState } from './connection-state.ts';

/** What the sync badge says, before it is put into words: how the connection stands, or that there is none. */
export type BadgeState =
  | { readonly kind: 'only-here'; readonly recent: number }
  | { readonly kind: 'not-answering' }
  | ConnectionState;

/** Sums a class's status up at a moment (ISO 8601), for the badge of the page and the symbol in the system's tray. */
export function badgeState(status: ClassStatus, answering: boolean, now: string): BadgeState {
  if (!answering) return { kind: 'not-answering' };
  const { connection } = status;
  return connection === null ? { kind: 'only-here', recent: status.recentEvents } : stateOf(connection, now);
}

/** How a connection stands at a moment (ISO 8601). */
export function stateOf(item: ConnectionItem, now: string): ConnectionState {
  const failed = item.error === null ? null : errorFromJson(item.error);
  const halted = item.continuous?.halted ?? null;
  const state = connectionState(
    {
      ...item,
      byCode: isJoinRole(item.user),
      error: failed?.code ?? null,
      halted: halted === null ? null : errorFromJson(halted).code,
    },
    now,
  );
  // The words of some errors name what they are about.
  return (state.kind === 'failed' || state.kind === 'partial') && failed !== null
    ? { ...state, params: failed.params }
    : state;
}

/** What a state is drawn as: no state is told by its colour alone. */
export type StateIcon =
  | 'laptop'
  | 'turning'
  | 'key'
  | 'cross'
  | 'history'
  | 'cut-off'
  | 'exchange'
  | 'clock'
  | 'minus'
  | 'tick';

/** The icon of each state, the same in the rail, on the card, in the tray and wherever else it is shown. */
export const stateIcons = {
  'only-here': 'laptop',
  'not-answering': 'turning',
  syncing: 'turning',
  checking: 'turning',
  'password-missing': 'key',
  'password-refused': 'key',
  'code-missing': 'key',
  'code-refused': 'key',
  failed: 'cross',
  overdue: 'history',
  offline: 'cut-off',
  halted: 'cross',
  'needs-you': 'exchange',
  cancelled: 'clock',
  stopped: 'cross',
  waiting: 'clock',
  'to-get': 'clock',
  partial: 'cross',
  'left-out': 'minus',
  'all-safe': 'tick',
  'never-synced': 'minus',
} as const satisfies Record<BadgeState['kind'], StateIcon>;
