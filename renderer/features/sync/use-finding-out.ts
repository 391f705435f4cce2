import { useEffect } from 'react';
import type { ConnectionItem } from '../../../shared/contract/connection.ts';
import { call } from '../../client.ts';

/** Time between two tries, in milliseconds: the first after a run, and the longest. */
const firstMs = 1_000;
const longestMs = 60_000;

/**
 * Finds out how a run ended whose answer was lost, without anybody asking for it: looks at the server again and again, each time a little later, until it
 * answers. Every look settles such runs first.
 */
export function useFindingOut(connection: Pick<ConnectionItem, 'id' | 'classId' | 'checking'> | null): void {
  const checking = connection?.checking === true;
  const classId = connection?.classId ?? '';
  const connectionId = connection?.id ?? '';
  useEffect(() => {
    if (!checking) return;
    let waitMs = firstMs;
    let timer = 0;
    let gone = false;
    const look = async (): Promise<void> => {
      // What is wrong shows where the connection is shown; here only that it is not known yet matters.
      await call('sync.preview', { classId, connectionId }).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, longestMs);
      if (!gone) timer = window.setTimeout(() => void look(), waitMs);
    };
    timer = window.setTimeout(() => void look(), waitMs);
    return () => {
      gone = true;
      window.clearTimeout(timer);
    };
  }, [checking, classId, connectionId]);
}
