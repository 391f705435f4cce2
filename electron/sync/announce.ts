import { allAreas } from '../../shared/contract/areas.ts';
import type { EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { listConnections } from '../store/connection-store.ts';
import { connectionItem } from './connections.ts';

/** Tells every page how a connection stands. A connection removed meanwhile is not spoken of. */
export function announceConnection(context: EngineContext, store: ClassStore, connectionId: string): void {
  const connection = listConnections(store).find((candidate) => candidate.id === connectionId);
  if (connection !== undefined)
    context.emit('connection.changed', { connection: connectionItem(context, store, connection) });
}

/** Tells every page that what waits is counted anew. */
export function announcePlans(context: EngineContext, classId: string): void {
  context.emit('class.changed', { classId, areas: ['plans'] });
}

/** Tells every page that rows of the class changed under it. */
export function announceRows(context: EngineContext, classId: string): void {
  context.emit('class.changed', { classId, areas: [...allAreas] });
}
