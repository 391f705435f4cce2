import { pkFromCells } from '../../shared/catalog/key.ts';
import type { ErasureResult } from '../../shared/contract/roster.ts';
import { AppError, errorToJson } from '../../shared/errors.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import { readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { listConnections } from '../store/connection-store.ts';
import { withOldKeys } from '../store/sync/erase-records.ts';
import { listDevices } from './devices.ts';
import { syncStateOf } from './engine-state.ts';
import { erasableTable, eraseHere, finishErasing } from './erasures.ts';

/** How long a server is waited for that only is to name its devices, in milliseconds. */
const ASK_MS = 5_000;

/**
 * Erases a record (a student) and everything about it, for good: here at once, with history, plans, bin and copies; on servers and other devices as they sync.
 * Says what that does not reach. Waits for a sync that goes on. Throws `not-found`.
 */
export async function eraseStudent(
  context: EngineContext,
  classId: string,
  id: string,
  call: CallContext,
): Promise<ErasureResult> {
  const { store, rows, cleaned } = await syncStateOf(context).lock.run(classId, call.signal, async () => {
    const store = context.openClass(classId);
    const pk = pkFromCells([id]);
    const rows = store.transaction(() => {
      if (readRow(store, erasableTable(store), pk) === null) throw new AppError('not-found', { what: 'student' });
      return eraseHere(store, withOldKeys(store, [pk]), context.now());
    });
    return { store, rows, cleaned: await finishErasing(store) };
  });
  context.log.write('info', 'student-erased', { rows: rows.reduce((sum, table) => sum + table.rows, 0) });
  if (!cleaned.file) context.log.write('warn', 'erasing-unfinished', { code: 'file-held' });
  const { copies } = cleaned;
  const unreadable = copies.filter(({ state }) => state !== 'cleaned');
  return {
    erased: rows.map(({ table, rows: count }) => ({ table, rows: count })),
    backups: copies.length - unreadable.length,
    unreached: [
      ...(await behindConnections(context, store, call)),
      ...(cleaned.file ? [] : [{ kind: 'class-file' as const, name: null, lastSeen: null }]),
      ...unreadable.map(({ file }) => ({ kind: 'backup' as const, name: file, lastSeen: null })),
      { kind: 'exported-files', name: null, lastSeen: null },
    ],
  };
}

/** Servers that have not heard of it, and who hears of it only from them. A server out of reach just names no devices. */
async function behindConnections(
  context: EngineContext,
  store: ClassStore,
  call: CallContext,
): Promise<ErasureResult['unreached']> {
  const connections = listConnections(store).filter(({ peerId }) => peerId !== null);
  const found: ErasureResult['unreached'] = [];
  for (const { id, name } of connections) {
    found.push({ kind: 'connection', name, lastSeen: null });
    const quiet = { signal: AbortSignal.any([call.signal, AbortSignal.timeout(ASK_MS)]), progress: () => {} };
    const devices = await listDevices(context, store.classId, id, quiet).catch((error: unknown) => {
      context.log.write('info', 'devices-not-read', { code: errorToJson(error).code });
      return [];
    });
    for (const device of devices)
      if (!device.here && !found.some((known) => known.kind === 'device' && known.name === device.name))
        found.push({ kind: 'device', name: device.name, lastSeen: device.lastSeen });
  }
  if (connections.length > 0) found.push({ kind: 'server-backups', name: null, lastSeen: null });
  return found;
}
