import type { ConnectionItem } from '../../../shared/contract/connection.ts';

/** What the status of a connection looks like: word, icon and colour follow from it. */
export type ConnectionState = 'idle' | 'busy' | 'checking' | 'completed' | 'waiting' | 'needs-you' | 'failed';

/** The state of a connection as people see it. A run whose end is not known yet is under way, never done. */
export function connectionState(item: Pick<ConnectionItem, 'status' | 'checking' | 'pending'>): ConnectionState {
  if (item.checking) return 'checking';
  switch (item.status) {
    case 'IN_PROGRESS':
      return 'busy';
    case 'FAILED':
      return 'failed';
    case 'COMPLETED':
      if (item.pending.conflicts > 0) return 'needs-you';
      return item.pending.up + item.pending.down > 0 ? 'waiting' : 'completed';
    case 'IDLE':
      return item.pending.conflicts > 0 ? 'needs-you' : 'idle';
  }
}
