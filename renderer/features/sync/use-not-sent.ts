import { useEffect } from 'react';
import type { ConnectionItem } from '../../../shared/contract/connection.ts';
import { isJoinRole } from '../../../shared/model/join-code.ts';
import { rosterStore } from '../students/roster-store.ts';

/**
 * Whether a class that was joined with a code has nobody in it and nothing ever came: where nothing differs from the server either, the PC that shares it has not
 * sent it yet. One that was sent without students is as it should be.
 */
export function useNotSent(classId: string, connection: Pick<ConnectionItem, 'user' | 'lastRunAt'> | null): boolean {
  const isGuest = connection !== null && isJoinRole(connection.user) && connection.lastRunAt === null;
  useEffect(() => {
    if (isGuest) rosterStore.show(classId);
  }, [isGuest, classId]);
  const isEmpty = rosterStore.use((state) => state.classId === classId && state.data?.students.length === 0);
  return isGuest && isEmpty;
}
