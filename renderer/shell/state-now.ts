import type { ClassStatus } from '../../shared/contract/class.ts';
import type { ConnectionItem } from '../../shared/contract/connection.ts';
import { badgeState, stateOf, type BadgeState } from '../../shared/sync/badge-state.ts';
import type { ConnectionState } from '../../shared/sync/connection-state.ts';

/** How a connection stands now. */
export function stateNow(item: ConnectionItem): ConnectionState {
  return stateOf(item, new Date().toISOString());
}

/** What the badge says of a class now. */
export function badgeNow(status: ClassStatus, answering: boolean): BadgeState {
  return badgeState(status, answering, new Date().toISOString());
}
