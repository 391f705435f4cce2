import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { EngineContext, CallContext } from '../engine/context.ts';
import type { Observation, Remote } from '../remote/remote.ts';
import type { ClassStore } from '../store/class-store.ts';
import { beginObserving, finishObserving, getPeer, type Peer } from '../store/sync/peer-store.ts';
import { openTrees } from '../store/sync/trees.ts';
import { forgetUnseen, recordRows } from './record-observation.ts';
import { recordLog } from './resolution-log.ts';

/** One reading of the server into Remote. The horizon is stored last, so a reading that was cut short is simply read again. */
export async function observeServer(
  context: EngineContext,
  store: ClassStore,
  catalog: Catalog,
  remote: Remote,
  peer: Peer,
  call: CallContext,
): Promise<{ readonly observation: Observation; readonly peer: Peer; readonly lost: number }> {
  const now = context.now();
  const trees = openTrees(store, peer.id);
  const sameEpoch = peer.epoch === remote.identity.epoch;
  const since = sameEpoch ? peer.horizon : null;
  const first = await readSince(store, catalog, remote, peer, { since, putBack: !sameEpoch }, now, call);
  const again = since !== null && BigInt(first.observation.horizon) < BigInt(since);
  const putBack = first.observation.restart === 'horizon-behind' && !remote.identity.inRecovery;
  const { observation, seen } = again
    ? await readSince(store, catalog, remote, peer, { since: null, putBack }, now, call)
    : first;
  const lost = observation.full && peer.horizon !== null ? await forgetUnseen(store, trees, seen, now, call.signal) : 0;
  await recordLog(store, peer.id, observation, now, call.signal);
  finishObserving(store, peer.id, {
    horizon: observation.horizon,
    epoch: remote.identity.epoch,
    at: now,
    offsetMs: observation.clock.offsetMs,
    uncertaintyMs: observation.clock.uncertaintyMs,
  });
  return { observation, peer: getPeer(store, peer.id), lost };
}

async function readSince(
  store: ClassStore,
  catalog: Catalog,
  remote: Remote,
  peer: Peer,
  { since, putBack }: { readonly since: string | null; readonly putBack: boolean },
  now: string,
  call: CallContext,
) {
  const recording = { store, catalog, peerId: peer.id, trees: openTrees(store, peer.id), now, putBack };
  const seen = new Set<string>();
  let rowCount = 0;
  beginObserving(store, peer.id);
  const observation = await remote.observe({
    scope: peer.scope,
    tables: catalog.tables,
    since,
    signal: call.signal,
    async onRows(rows) {
      if (since === null) for (const row of rows) seen.add(`${row.table} ${row.pk}`);
      await recordRows(recording, rows, call.signal);
      rowCount += rows.length;
      call.progress({ phase: 'observe', done: rowCount, total: null });
    },
  });
  return { observation, seen };
}
