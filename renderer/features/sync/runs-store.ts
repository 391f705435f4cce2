import type { Result } from '../../../shared/contract/contract.ts';
import { createAreaStore } from '../../area-store.ts';
import { call } from '../../client.ts';

/** Every sync of the open class, newest first. */
export const runsStore = createAreaStore(['runs'], readRuns);

/** Syncs asked for at once. */
const most = 500;

async function readRuns(classId: string): Promise<Result<'run.list'>['items']> {
  const runs: Result<'run.list'>['items'] = [];
  for (;;) {
    const { items, total } = await call('run.list', { classId, offset: runs.length, limit: most });
    runs.push(...items);
    if (items.length === 0 || runs.length >= total) return runs;
  }
}
