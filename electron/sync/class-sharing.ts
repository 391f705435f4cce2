import type { ConnectionItem } from '../../shared/contract/connection.ts';
import type { EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { listConnections } from '../store/connection-store.ts';
import { connectionItem } from './connections.ts';

/** How safe a class is: the connection that shares it (two-way before one-way ones), and how many changes wait to be sent. */
export function sharingOf(
  context: EngineContext,
  store: ClassStore,
): { readonly connection: ConnectionItem | null; readonly waiting: number } {
  const connections = listConnections(store);
  const main = connections.find((connection) => connection.mode === 'two-way') ?? connections[0];
  if (main === undefined) return { connection: null, waiting: 0 };
  const connection = connectionItem(context, store, main);
  return { connection, waiting: connection.pending.up };
}
