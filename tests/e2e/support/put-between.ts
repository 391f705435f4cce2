import { startFaultProxy, type FaultProxy } from '../../support/fault-proxy.ts';
import type { ConnectedClass } from './connected-class.ts';
import { connectionTo } from './shared-class.ts';

/** Puts a network that can be held between the device and its server. */
export async function putBetween({ app, classId, connectionId, database }: ConnectedClass): Promise<FaultProxy> {
  const { host, port } = database.config;
  const network = await startFaultProxy({ target: { host, port } });
  const change = { ...connectionTo(database), port: network.port };
  await app.call('connection.set', { classId, connectionId, change });
  return network;
}
