import type { ConnectionInput, ConnectionItem } from '../../shared/contract/connection.ts';
import type { EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { ConnectionFields, ConnectionRow } from '../store/connection-store.ts';
import { syncStateOf } from './engine-state.ts';

/** What of a form is stored; the password is not. */
export function connectionFields(input: ConnectionInput): ConnectionFields {
  const { name, builtin, host, port, database, user, tls, ca, fingerprint, mode } = input;
  return { name, builtin: builtin ?? false, host, port, database, user, tls, ca: ca ?? null, fingerprint: fingerprint ?? null, mode };
}

/** A connection as everybody sees it. It looks busy only while this engine works on it, or while the end of a run is being found out. */
export function connectionItem(context: EngineContext, store: ClassStore, row: ConnectionRow): ConnectionItem {
  const busy = row.checking || syncStateOf(context).busy.has(row.id);
  return {
    id: row.id,
    classId: store.classId,
    name: row.name,
    builtin: row.builtin,
    host: row.host,
    port: row.port,
    database: row.database,
    user: row.user,
    tls: row.tls,
    mode: row.mode,
    remoteClassId: row.remoteClassId,
    status: busy ? 'IN_PROGRESS' : row.status,
    checking: row.checking,
    lastRunAt: row.lastRunAt,
    error: row.error,
    pending: { up: row.pendingUp, down: row.pendingDown, conflicts: row.pendingConflicts },
  };
}
