import { useEffect, useRef } from 'react';
import type { ConnectionItem } from '../../../shared/contract/connection.ts';
import type { ConnectionState } from '../../../shared/sync/connection-state.ts';
import { call } from '../../client.ts';
import { useRoute } from '../../router.ts';
import { stateNow } from '../../shell/state-now.ts';
import { isGlanceDue, isLookDue, type Occasion } from './look-due.ts';
import { previewOf } from './preview/preview-store.ts';

/** How often it is considered whether a look is due, in milliseconds; a computer that slept is found out by it too. */
const considerMs = 30_000;
const considerOwnMs = 5_000;

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
  const builtin = connection?.builtin === true;
  useEffect(() => {
    if (connectionId === undefined) return;
    let triedAt = Number.NEGATIVE_INFINITY;
    let failures = 0;
    let looking = false;
    let glancedAt = Number.NEGATIVE_INFINITY;
    const look = async ({ classId, id }: ConnectionItem, ifMoved: boolean): Promise<void> => {
      looking = true;
      glancedAt = Date.now();
      if (!ifMoved) triedAt = glancedAt;
      // What is wrong shows where the connection is shown.
      const asked = call('sync.look', { classId, connectionId: id, ifMoved });
      const { looked } = await asked.catch(() => ({ looked: null }));
      failures = looked === null ? failures + 1 : 0;
      looking = false;
    };
    const consider = (occasion: Occasion): void => {
      const { connection: now, busy: reads } = known.current;
      if (looking || reads || now === null || !canLook(now)) return;
      const checkedAt = Date.parse(now.checkedAt ?? '') || 0;
      const facts = { now: Date.now(), failures };
      if (isLookDue(occasion, { ...facts, checkedAt, triedAt })) void look(now, false);
      else if (now.builtin && isGlanceDue({ ...facts, triedAt: glancedAt })) void look(now, true);
    };
    const [onReturn, onNetwork] = [(): void => consider('return'), (): void => consider('network')];
    const timer = window.setInterval(() => consider('time'), builtin ? considerOwnMs : considerMs);
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
  }, [connectionId, builtin]);
}

/** The pages on which a list of changes is read and decided, or a connection is put right. */
function isReading([page, part]: readonly string[]): boolean {
  return page === 'sync' && part !== undefined;
}

/** States that only a person ends. */
const waitsForAPerson: ReadonlySet<ConnectionState['kind']> = new Set([
  'failed',
  'password-missing',
  'password-refused',
  'code-missing',
  'code-refused',
]);

/** Whether nothing but time stands between a page and knowing more. */
function canLook(connection: ConnectionItem): boolean {
  if (document.visibilityState !== 'visible' || !navigator.onLine) return false;
  if (connection.lastRunAt === null || connection.status === 'IN_PROGRESS' || connection.checking) return false;
  if (previewOf(connection.classId, connection.id).use.getState().work !== null) return false;
  const { kind } = stateNow(connection);
  return !waitsForAPerson.has(kind);
}
