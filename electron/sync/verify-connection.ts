import type { CallContext, EngineContext } from '../engine/context.ts';
import { endpointOf } from '../engine/endpoint.ts';
import { connect } from '../remote/connect.ts';
import { verifyServer, type Holder, type ServerVerification, type VerifiedRow } from '../remote/verify-server.ts';
import { getConnection } from '../store/connection-store.ts';
import { getPeer } from '../store/sync/peer-store.ts';
import { outboxOf } from '../store/sync/outbox-store.ts';
import { openTrees, serverTree } from '../store/sync/trees.ts';
import { compareLocal, compareServer, differencesOf, type Differences } from './compare-sides.ts';
import { syncStateOf } from './engine-state.ts';
import { createErasedFilter, uncountable } from './erasures.ts';

/** What a full check of a connection found; null parts could not be looked at. */
export interface VerifiedConnection {
  /** `never`: nothing was ever agreed on with this server · `checking`: the end of a run is not known yet. */
  readonly state: 'verified' | 'never' | 'checking' | 'unreadable';
  readonly rows: number;
  /** Rows of erased records that are on the server: it has not heard of the erasure yet, does not carry it out, or somebody wrote there past it. */
  readonly erased: number;
  readonly local: Differences;
  readonly server: Differences;
  readonly base: Differences;
  readonly triggers: ServerVerification['triggers'];
  readonly holders: readonly Holder[];
}

const nothing: Differences = { count: 0, listed: [] };
const unlooked: Omit<VerifiedConnection, 'state'> = {
  rows: 0,
  erased: 0,
  local: nothing,
  server: nothing,
  base: nothing,
  triggers: [],
  holders: [],
};

/**
 * Checks both sides of a connection against Base in full: here every row, there every row of one snapshot. Writes nothing on either side and changes no status.
 * Waits for a sync of the class that goes on, and keeps others waiting, because it asks what they change.
 */
export async function verifyConnection(
  context: EngineContext,
  { classId, connectionId }: { readonly classId: string; readonly connectionId: string },
  call: CallContext,
): Promise<VerifiedConnection> {
  return await syncStateOf(context).lock.run(classId, call.signal, async () => {
    const store = context.openClass(classId);
    const connection = getConnection(store, connectionId);
    if (connection.peerId === null) return { ...unlooked, state: 'never' };
    const { id: peerId, scope, horizon } = getPeer(store, connection.peerId);
    if (horizon === null) return { ...unlooked, state: 'never' };
    if (outboxOf(store, peerId).length > 0) return { ...unlooked, state: 'checking' };
    let done = 0;
    const progress = (count: number): void => call.progress({ phase: 'verify', done: (done += count), total: null });
    const local = await compareLocal(store, peerId, progress, call.signal);
    const erased = createErasedFilter(store, false);
    const uncounted = uncountable(store, peerId);
    const trees = openTrees(store, peerId);
    const drops = (row: VerifiedRow): boolean =>
      erased.drops({ ...row, ver: null, content: null, editedFrom: null, editedAt: null, by: null }) ||
      (uncounted.has(row.table) && serverTree(trees, row).row === null);
    const comparison = compareServer(store, { peerId, horizon }, drops);
    const session = await connect(await endpointOf(context, connection), { signal: call.signal });
    try {
      const there = await verifyServer(session, store.catalog, {
        scope,
        signal: call.signal,
        async onRows(rows) {
          await comparison.rows(rows, call.signal);
          progress(rows.length);
        },
      });
      if (there === null) return { ...unlooked, state: 'unreadable' };
      const server = await comparison.end(call.signal);
      return { ...there, ...differencesOf(store, local, server), erased: erased.dropped(), state: 'verified' };
    } finally {
      await session.close();
    }
  });
}
