import {
  addConnection,
  changeConnection,
  connectionItem,
  connectionsOf,
  remoteClasses,
  removeConnection,
  testValues,
} from '../../sync/connections.ts';
import { inferFromServer } from '../../sync/infer-catalog.ts';
import { lendPassword } from '../../secrets/lend-password.ts';
import { listDevices, removeDevice } from '../../sync/devices.ts';
import { bindClass } from '../../sync/open-remote.ts';
import { setUpServer } from '../../sync/set-up-server.ts';
import { getConnection } from '../../store/connection-store.ts';
import type { Handlers } from '../context.ts';

/** Connections of classes to servers, and what stands on a server. */
export const connectionHandlers = {
  'connection.list': (context, { classId }) => ({ items: [...connectionsOf(context, classId)] }),
  'connection.add': async (context, { classId, connection }) => await addConnection(context, classId, connection),
  'connection.set': async (context, params) => await changeConnection(context, params),
  'connection.lendPassword': (context, { classId, connectionId, password }, call) => {
    lendPassword(context, getConnection(context.openClass(classId), connectionId).id, password, call);
    return { done: true };
  },
  'connection.remove': async (context, { classId, connectionId }, call) => {
    await removeConnection(context, classId, connectionId, call);
    return { done: true };
  },
  'connection.test': async (context, params, call) => await testValues(context, params, call),
  'connection.init': async (context, params, call) => await setUpServer(context, params, call),
  'connection.bind': async (context, { classId, connectionId, remoteClass }, call) => {
    const store = context.openClass(classId);
    const row = await bindClass(context, store, connectionId, remoteClass, call.signal);
    return connectionItem(context, store, row);
  },
  'device.list': async (context, { classId, connectionId }, call) => ({
    items: await listDevices(context, classId, connectionId, call),
  }),
  'device.remove': async (context, params, call) => ({ items: await removeDevice(context, params, call) }),
  'class.remote': async (context, source, call) => ({ items: [...(await remoteClasses(context, source, call))] }),
  'catalog.infer': async (context, params, call) => await inferFromServer(context, params, call),
} satisfies Handlers<
  | 'connection.list'
  | 'connection.add'
  | 'connection.set'
  | 'connection.lendPassword'
  | 'connection.remove'
  | 'connection.test'
  | 'connection.init'
  | 'connection.bind'
  | 'class.remote'
  | 'catalog.infer'
  | 'device.list'
  | 'device.remove'
>;
