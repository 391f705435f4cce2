import type { StudentItem } from '../../../shared/contract/roster.ts';
import { createAreaStore } from '../../area-store.ts';
import { call } from '../../client.ts';

/** Students in "Recently deleted", newest first. */
export const deletedStore = createAreaStore<readonly StudentItem[]>(['students', 'events'], async (classId) => {
  const { items } = await call('student.list', { classId, deleted: true });
  return items
    .filter((student) => student.deleted)
    .toSorted((a, b) => (b.deletedAt ?? '').localeCompare(a.deletedAt ?? ''));
});
