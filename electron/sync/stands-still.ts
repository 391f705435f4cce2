import { endpointOf } from '../engine/endpoint.ts';
import type { EngineContext } from '../engine/context.ts';
import type { ConnectionRow } from '../store/connection-store.ts';
import { syncStateOf } from './engine-state.ts';

/** Patience for a question that costs nothing, in milliseconds. */
const patienceMs = 5_000;

/**
 * Whether nothing was written on a server since this was last asked: no transaction of anybody has come to its end. One question on the session that lies ready;
 * false where none does, where it cannot be told, and the first time.
 */
export async function standsStill(
  context: EngineContext,
  connection: ConnectionRow,
  signal: AbortSignal,
): Promise<boolean> {
  const { sessions, moments } = syncStateOf(context);
  const before = moments.get(connection.id);
  moments.delete(connection.id);
  const endpoint = await endpointOf(context, connection);
  const ready = sessions.take(endpoint);
  if (ready === null) return false;
  try {
    const { rows } = await ready.session.query('SELECT pg_catalog.txid_current_snapshot()::text', [], {
      signal,
      timeoutMs: patienceMs,
      maxRows: 1,
      maxBytes: 64 * 1024,
    });
    const moment = rows[0]?.[0];
    if (typeof moment === 'string') moments.set(connection.id, moment);
    return before !== undefined && moment === before;
  } catch {
    // The look that follows says what is wrong.
    return false;
  } finally {
    await sessions.keep(endpoint, ready);
  }
}
