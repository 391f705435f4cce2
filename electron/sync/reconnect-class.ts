import type { ConnectionInput, ConnectionItem } from '../../shared/contract/connection.ts';
import { AppError } from '../../shared/errors.ts';
import { isJoinRole } from '../../shared/model/join-code.ts';
import type { EngineContext } from '../engine/context.ts';
import { bindConnection, getConnection, listConnections, type ConnectionRow } from '../store/connection-store.ts';
import type { ClassStore } from '../store/class-store.ts';
import { knownScopes } from '../store/sync/peer-store.ts';
import { addConnection, changeConnection, connectionItem } from './connections.ts';

/**
 * Which connection of a class that is here already its code is about: one that a code made and that leads to that class. Null where the class has none any
 * more. Throws `class-exists` where a code must change nothing: the class is put away, this PC shares it, the file was another class on its server, or a
 * connection whose values a person typed is the one it syncs through.
 */
export function reconnectable(context: EngineContext, classId: string, role: string): ConnectionRow | null {
  const { name, archived } = context.app.classOf(classId);
  if (archived) throw new AppError('class-exists', { name });
  const store = context.openClass(classId);
  const scopes = knownScopes(store);
  const connections = listConnections(store);
  const made = connections.filter(
    ({ builtin, user, remoteClassId }) => !builtin && isJoinRole(user) && (remoteClassId ?? classId) === classId,
  );
  const [found = null] = made.toSorted((a, b) => Number(b.user === role) - Number(a.user === role));
  const taken = found === null && connections.some(({ builtin, mode }) => builtin || mode !== 'push-only');
  if (taken || (scopes.length > 0 && !scopes.includes(classId))) throw new AppError('class-exists', { name });
  return found;
}

/**
 * Gives a connection the values of a code, the password above all, or adds one where there is none. Its name, mode and everything that was agreed on with the
 * server stay; nothing is read or sent. The caller has seen the class on the server of the code.
 */
export async function reconnectClass(
  context: EngineContext,
  classId: string,
  found: ConnectionRow | null,
  input: ConnectionInput,
): Promise<ConnectionItem> {
  const { host, port, database, user, password, tls, fingerprint } = input;
  const change = { host, port, database, user, password, tls, fingerprint, ca: '', allowWeakPassword: false };
  const { id } =
    found === null
      ? await addConnection(context, classId, { ...input, name: freeName(context, classId, input.name) })
      : await changeConnection(context, { classId, connectionId: found.id, change });
  const store = context.openClass(classId);
  bindWhereFree(store, id, classId);
  return connectionItem(context, store, getConnection(store, id));
}

/** The name, or the next one like it that no connection of the class has. */
function freeName(context: EngineContext, classId: string, name: string): string {
  const taken = new Set(listConnections(context.openClass(classId)).map((connection) => connection.name));
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name} ${number}`;
  return free;
}

function bindWhereFree(store: ClassStore, connectionId: string, classId: string): void {
  if (getConnection(store, connectionId).remoteClassId === null)
    bindConnection(store, connectionId, classId, 'existing');
}
