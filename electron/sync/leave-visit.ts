import { randomUUID } from 'node:crypto';
import type { Judgement, Visit } from '../../shared/sync/judge-server.ts';
import type { EngineContext } from '../engine/context.ts';
import type { Observation, Remote } from '../remote/remote.ts';
import type { ClassStore } from '../store/class-store.ts';
import { setPendingVisit, type NewDevice, type Peer } from '../store/sync/peer-store.ts';
import { uuidv7 } from '../store/uuid.ts';

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
  const asDevice = (id: string) => ({ id, version: context.version });
  const from = observation.visit;
  const isOwn = peer.owner === owner;
  // Also where this file is another one from now on: whoever still goes by the old id finds out by this visit, before it sends what is unsent here as well.
  const leaves = isOwn ? !judgement.twin : judgement.trust === 'known' && from !== null;
  const arrived = leaves && (await arrives());
  if (arrived && isOwn) return { visited: true, newDevice: null };
  const device = uuidv7();
  const visit: Visit = { no: 1, token: randomUUID() };
  context.log.write('info', 'device-renewed', { reason: judgement.trust });
  await remote.visit({ ...request, device: { ...asDevice(device), name }, from: null, to: visit });
  return { visited: false, newDevice: { device, owner, visit, unsentIsOurs: arrived } };

  async function arrives(): Promise<boolean> {
    const to = nextVisit(peer, from);
    setPendingVisit(store, peer.id, judgement.trust === 'known' ? from : null, to);
    // The name of another installation is not changed for it.
    const old = { ...asDevice(peer.device), name: isOwn ? name : '' };
    if (await remote.visit({ ...request, device: old, from, to })) return true;
    // It may be there all the same: an earlier attempt that arrived late.
    const there = (await remote.visits(peer.scope, [peer.device])).get(peer.device);
    return there?.no === to.no && there.token === to.token;
  }
}

/** The visit after the one found: the one already under way where that is it, so that it arriving late changes nothing. */
export function nextVisit({ visit, pending }: Pick<Peer, 'visit' | 'pending'>, found: Visit | null): Visit {
  const no = Math.max(found?.no ?? 0, visit?.no ?? 0) + 1;
  return pending !== null && pending.no === no ? pending : { no, token: randomUUID() };
}
