import { useEffect, useRef } from 'react';
import type { ConnectionItem } from '../../../shared/contract/connection.ts';
import { call } from '../../client.ts';
import { useRoute } from '../../router.ts';
import { stateNow } from '../../shell/state-now.ts';
import { isLookDue, type Occasion } from './look-due.ts';
import { previewOf } from './preview/preview-store.ts';

/** How often it is considered whether a look is due, in milliseconds; a computer that slept is found out by it too. */
const considerMs = 30_000;

/**
 * Looks from time to time whether others changed something, so that the badge does not say what was true this morning. Only while the window is seen, and never
 * under the eyes of somebody who reads a list of changes (`busy`: in the sheet). The engine reads and changes nothing.
 */
export function useLooking(connection: ConnectionItem | null, busy: boolean): void {
  const { path } = useRoute();
  const known = useRef({ connection, busy });
  useEffect(() => {
    known.current = { connection, busy: busy || isReading(path) };
  });
  const connectionId = connection?.id;
  useEffect(() => {
    if (connectionId === undefined) return;
    let triedAt = Number.NEGATIVE_INFINITY;
    let failures = 0;
    let looking = false;
    const look = async ({ classId, id }: ConnectionItem): Promise<void> => {
      looking = true;
      triedAt = Date.now();
      // What is wrong shows where the connection is shown.
      const { looked } = await call('sync.look', { classId, connectionId: id }).catch(() => ({ looked: null }));
      failures = looked === null ? failures + 1 : 0;
      looking = false;
    };
    const consider = (occasion: Occasion): void => {
      const { connection: now, busy: reads } = known.current;
      if (looking || reads || now === null || !canLook(now)) return;
      const checkedAt = Date.parse(now.checkedAt ?? '') || 0;
      if (isLookDue(occasion, { now: Date.now(), checkedAt, triedAt, failures })) void look(now);
    };
    const [onReturn, onNetwork] = [(): void => consider('return'), (): void => consider('network')];
    const timer = window.setInterval(() => consider('time'), considerMs);
    window.addEventListener('focus', onReturn);
    document.addEventListener('visibilitychange', onReturn);
    window.addEventListener('online', onNetwork);
    onReturn();
    return () => {
      window.clearInterval(timer);
      window.removeEventListener('focus', onReturn);
      document.removeEventListener('visibilitychange', onReturn);
      window.removeEventListener('online', onNetwork);
    };
  }, [connectionId]);
}

/** The pages on which a list of changes is read and decided, or a connection is put right. */
function isReading([page, part]: readonly string[]): boolean {
  return page === 'sync' && part !== undefined;
}

/** Whether nothing but time stands between a page and knowing more. */
function canLook(connection: ConnectionItem): boolean {
  if (document.visibilityState !== 'visible' || !navigator.onLine) return false;
  if (connection.lastRunAt === null || connection.status === 'IN_PROGRESS' || connection.checking) return false;
  if (previewOf(connection.classId, connection.id).use.getState().work !== null) return false;
  const { kind } = stateNow(connection);
  return kind !== 'failed' && kind !== 'password-missing' && kind !== 'password-refused';
}
