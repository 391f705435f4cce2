import type { GroupItem, StudentItem } from '../../../shared/contract/roster.ts';
import { createAreaStore } from '../../area-store.ts';
import { call } from '../../client.ts';

/** The people of a class. */
export interface Roster {
  /** Live students in the order of their sort keys. */
  readonly students: readonly StudentItem[];
  readonly groups: readonly GroupItem[];
}

/** Students with their points, and groups, of the open class. */
export const rosterStore = createAreaStore<Roster>(['students', 'groups', 'events'], async (classId) => {
  const [students, groups] = await Promise.all([call('student.list', { classId }), call('group.list', { classId })]);
  return { students: students.items, groups: groups.items };
});
