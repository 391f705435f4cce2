import { createAreaStore } from '../../area-store.ts';
import { call } from '../../client.ts';

/** How safe the open class is: its connection, what waits, what was recorded lately. */
export const statusStore = createAreaStore(
  ['events', 'students', 'groups', 'reasons', 'connections', 'plans', 'runs', 'settings'],
  (classId) => call('class.status', { classId }),
);
