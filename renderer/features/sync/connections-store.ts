import { createAreaStore } from '../../area-store.ts';
import { call } from '../../client.ts';

/** The connections of the open class, with what waits on each. */
export const connectionsStore = createAreaStore(
  ['connections', 'plans', 'runs', 'events', 'students', 'groups', 'reasons', 'settings'],
  async (classId) => (await call('connection.list', { classId })).items,
);
