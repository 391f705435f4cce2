import type { ClassStatus } from '../../shared/contract/class.ts';
import type { ConnectionItem } from '../../shared/contract/connection.ts';
import { errorFromJson } from '../../shared/errors.ts';
import { connectionState, type ConnectionState } from '../../shared/sync/connection-state.ts';

/** What the sync badge says, before it is put into words: how the connection stands, or that there is none. */
export type BadgeState =
  | { readonly kind: 'only-here'; readonly recent: number }
  | { readonly kind: 'not-answering' }
  | ConnectionState;

/** Sums a class's status up. */
export function badgeState(status: ClassStatus, answering: boolean): BadgeState {
  if (!answering) return { kind: 'not-answering' };
  const { connection } = status;
  return connection === null ? { kind: 'only-here', recent: status.recentEvents } : stateOf(connection);
}

/** How a connection stands at a moment (ISO 8601), now if none is given. */
export function stateOf(item: ConnectionItem, now = new Date().toISOString()): ConnectionState {
  const halted = item.continuous?.halted ?? null;
  return connectionState(
    {
      ...item,
      error: item.error === null ? null : errorFromJson(item.error).code,
      halted: halted === null ? null : errorFromJson(halted).code,
    },
    now,
  );
}
