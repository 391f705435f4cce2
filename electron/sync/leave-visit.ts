import { randomUUID } from 'node:crypto';
import type { Judgement, Visit } from '../../shared/sync/judge-server.ts';
import type { EngineContext } from '../engine/context.ts';
import type { Observation, Remote } from '../remote/remote.ts';
import type { ClassStore } from '../store/class-store.ts';
import { setPendingVisit, type NewDevice, type Peer } from '../store/sync/peer-store.ts';
import { uuidv7 } from '../store/uuid.ts';
import { forgetCounts } from './forget-counts.ts';

/** How a visit ended: it arrived, or this file goes on as another device, whose first visit arrived. */
export interface Arrival {
  readonly visited: boolean;
  readonly newDevice: NewDevice | null;
}

/** What a visit after an observation stands on. */
export interface Learned {
  readonly remote: Remote;
  readonly peer: Peer;
  readonly observation: Observation;
  readonly judgement: Judgement;
}

/**
 * Leaves a visit for what was just learned: without it, a server restored to a moment before would look like one on which all that was learned since has been
 * deleted. The visit is noted here before it is left there, so that a lost answer is no riddle. A file that turns out not to be the only one with its id, or
 * that came from another installation, goes on as a new device.
 */
export async function leaveVisit(
  context: EngineContext,
  store: ClassStore,
  { remote, peer, observation, judgement }: Learned,
  signal: AbortSignal,
): Promise<Arrival> {
  const owner = context.app.device().id;
  const name = context.app.device().name ?? '';
  const request = { scope: peer.scope, renumber: observation.full, signal };
  const asDevice = (id: string) => ({ id, name, version: context.version });
  if (judgement.trust !== 'ahead' && peer.owner === owner) {
    const from = observation.visit;
    const to = nextVisit(peer, from);
    setPendingVisit(store, peer.id, judgement.trust === 'known' ? from : null, to);
    if (await remote.visit({ ...request, device: asDevice(peer.device), from, to }))
      return { visited: true, newDevice: null };
    // It may be there all the same: an earlier attempt that arrived late.
    const there = (await remote.visits(peer.scope, [peer.device])).get(peer.device);
    if (there?.no === to.no && there.token === to.token) return { visited: true, newDevice: null };
  }
  await forgetCounts(store, peer.id, signal);
  const device = uuidv7();
  const visit: Visit = { no: 1, token: randomUUID() };
  context.log.write('info', 'device-renewed', { reason: judgement.trust });
  await remote.visit({ ...request, device: asDevice(device), from: null, to: visit });
  return { visited: false, newDevice: { device, owner, visit } };
}

/** The visit after the one found: the one already under way where that is it, so that it arriving late changes nothing. */
export function nextVisit({ visit, pending }: Pick<Peer, 'visit' | 'pending'>, found: Visit | null): Visit {
  const no = Math.max(found?.no ?? 0, visit?.no ?? 0) + 1;
  return pending !== null && pending.no === no ? pending : { no, token: randomUUID() };
}
