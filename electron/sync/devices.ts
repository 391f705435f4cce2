import type { DeviceItem } from '../../shared/contract/connection.ts';
import { AppError } from '../../shared/errors.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import type { Remote } from '../remote/remote.ts';
import { getConnection } from '../store/connection-store.ts';
import { getPeer } from '../store/sync/peer-store.ts';
import { connectRemote } from './open-remote.ts';

/** The devices that have synced the class with the server of a connection, last seen first. */
export async function listDevices(
  context: EngineContext,
  classId: string,
  connectionId: string,
  call: CallContext,
): Promise<DeviceItem[]> {
  return await atServer(context, { classId, connectionId }, call, async (remote, scope) =>
    itemsOf(ownDevice(context, classId, connectionId), await remote.devices(scope)),
  );
}

/** Shuts a device out and answers the list again. Throws `not-found`, also for this device itself: that is what removing the connection is for. */
export async function removeDevice(
  context: EngineContext,
  {
    classId,
    connectionId,
    deviceId,
  }: { readonly classId: string; readonly connectionId: string; readonly deviceId: string },
  call: CallContext,
): Promise<DeviceItem[]> {
  const own = ownDevice(context, classId, connectionId);
  if (deviceId === own) throw new AppError('not-found', { what: 'device' });
  return await atServer(context, { classId, connectionId }, call, async (remote, scope) => {
    await remote.removeDevice(scope, deviceId);
    return itemsOf(own, await remote.devices(scope));
  });
}

async function atServer<T>(
  context: EngineContext,
  { classId, connectionId }: { readonly classId: string; readonly connectionId: string },
  call: CallContext,
  work: (remote: Remote, scope: string) => Promise<T>,
): Promise<T> {
  const store = context.openClass(classId);
  const connection = getConnection(store, connectionId);
  const remote = await connectRemote(context, connection, call.signal);
  try {
    return await work(remote, connection.remoteClassId ?? store.classId);
  } finally {
    await remote.close();
  }
}

/** The id this class file goes by on the server of a connection: a file that was copied goes by another than the installation. */
function ownDevice(context: EngineContext, classId: string, connectionId: string): string {
  const store = context.openClass(classId);
  const { peerId } = getConnection(store, connectionId);
  return peerId === null ? context.app.device().id : getPeer(store, peerId).device;
}

function itemsOf(own: string, devices: Awaited<ReturnType<Remote['devices']>>): DeviceItem[] {
  return devices.map((device) => ({ ...device, here: device.id === own }));
}
