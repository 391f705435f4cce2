import { createAreaStore } from '../../area-store.ts';
import { call } from '../../client.ts';

/** Every sync of the open class, newest first. */
export const runsStore = createAreaStore(['runs'], async (classId) => (await call('run.list', { classId })).items);
