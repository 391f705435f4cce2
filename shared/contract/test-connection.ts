import { nothingWaits } from '../sync/plan-counts.ts';
import type { ConnectionItem } from './connection.ts';

/** When the connection of a test synced last. */
const at = '2026-11-20T10:42:00.000Z';

/** A connection for tests: a school's server both sides of which are the same, unless said otherwise. */
export function testConnection(change: Partial<ConnectionItem> = {}): ConnectionItem {
  return {
    id: '00000000-0000-7000-8000-000000000001',
    classId: '00000000-0000-7000-8000-000000000002',
    name: 'School server',
    builtin: false,
    host: 'db.school.edu',
    port: 5432,
    database: 'class5',
    user: 'tallybook_5b',
    tls: 'verify-full',
    trust: 'store',
    allowWeakPassword: false,
    mode: 'two-way',
    deletes: 'keep',
    remoteClassId: null,
    status: 'COMPLETED',
    checking: false,
    lastRunAt: at,
    checkedAt: at,
    error: null,
    lastOutcome: 'completed',
    pending: nothingWaits,
    continuous: null,
    ...change,
  };
}
