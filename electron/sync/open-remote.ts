import { AppError } from '../../shared/errors.ts';
import { endpointOf } from '../engine/endpoint.ts';
import type { EngineContext } from '../engine/context.ts';
import { createSlicer } from '../engine/slices.ts';
import { connect } from '../remote/connect.ts';
import type { KeptSession } from '../remote/kept-sessions.ts';
import { createPgRemote } from '../remote/pg-remote.ts';
import { factsHold } from '../remote/remote-facts.ts';
import type { Remote } from '../remote/remote.ts';
import type { ClassStore } from '../store/class-store.ts';
import {
  bindConnection,
  getConnection,
  listConnections,
  releaseConnection,
  setConnectionPeer,
  type ConnectionRow,
} from '../store/connection-store.ts';
import { outboxOf } from '../store/sync/outbox-store.ts';
import { openTrees } from '../store/sync/trees.ts';
import { syncStateOf } from './engine-state.ts';
import { recoverMoved } from './recover.ts';
import { uuidv7 } from '../store/uuid.ts';
import type { Visit } from '../../shared/sync/judge-server.ts';
import { inheritTrees } from '../store/sync/inherit-trees.ts';
import { getPeer, markRows, peerFor, peersOfScope, type Peer } from '../store/sync/peer-store.ts';

/** An open server for one connection: who it is, and which class there this file is. */
export interface OpenRemote {
  readonly remote: Remote;
  readonly connection: ConnectionRow;
  readonly peer: Peer;
}

/** Whether a session that lies ready is asked, before anything else, if it and all that is known of its server still hold. */
type Proof = 'ask' | 'observe';

/**
 * Opens the server of a connection, on the session that lies ready for it where there is one. Throws `AppError` of the error catalogue; the caller closes the
 * remote, which lays its session ready again.
 */
export async function connectRemote(
  context: EngineContext,
  connection: ConnectionRow,
  signal: AbortSignal,
  proof: Proof = 'ask',
): Promise<Remote> {
  const endpoint = await endpointOf(context, connection);
  const { sessions } = syncStateOf(context);
  const onClose = async (kept: KeptSession) => await sessions.keep(endpoint, kept);
  const ready = sessions.take(endpoint);
  if (ready !== null) {
    const { session, facts } = ready;
    if (proof === 'observe' || (await askedFacts(context, ready, signal)))
      return await createPgRemote(session, context.catalog, {
        signal,
        known: { facts, holds: proof === 'ask' },
        onClose,
      });
    await session.close();
  }
  const session = await connect(endpoint, { signal });
  try {
    return await createPgRemote(session, context.catalog, { signal, before: sessions.factsOf(endpoint), onClose });
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Whether what is known of a session that lay ready still holds; a session whose asking is cancelled is ended. */
async function askedFacts(
  { catalog }: EngineContext,
  { session, facts }: KeptSession,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await factsHold(session, catalog, facts, signal);
  } catch (error) {
    await session.close();
    throw error;
  }
}

/**
 * Opens the server and settles which class there this one is; throws `class-choice-needed` when only a person can know. With `observe` whoever opens it observes
 * first of all, and opens it again when that shows that a session was not what it had been (`unproven`).
 */
export async function openRemote(
  context: EngineContext,
  store: ClassStore,
  connectionId: string,
  signal: AbortSignal,
  proof: Proof = 'ask',
): Promise<OpenRemote> {
  const stored = getConnection(store, connectionId);
  const remote = await connectRemote(context, stored, signal, looksFirst(store, stored) ? proof : 'ask');
  try {
    const connection = await bindWhereClear(context, store, getConnection(store, connectionId), remote);
    const scope = connection.remoteClassId ?? store.classId;
    const { system, databaseOid, schema, epoch, timeline } = remote.identity;
    const owner = context.app.device().id;
    const peer = peerFor(store, { system, databaseOid, schema, epoch, timeline, scope, owner });
    refuseDoubled(store, connectionId, remote.identity, scope);
    if (peer.horizon === null) {
      const before = connection.attached === 'existing' ? await peerBefore(store, connection, remote, peer) : null;
      if (before !== null) {
        await recoverMoved(context, store, remote, { from: before, scope });
        await inherit(store, getPeer(store, before.id), peer, signal);
      }
      await markForFirstTime(store, peer.id, context.now(), signal);
    }
    setConnectionPeer(store, connectionId, peer.id);
    return { remote, connection: getConnection(store, connectionId), peer: getPeer(store, peer.id) };
  } catch (error) {
    await remote.close();
    throw error;
  }
}

/**
 * Whether an observation is the first thing a server will be asked. Whoever still has to find out which class it is, what was agreed on with it, or how a run
 * ended asks other things first, and must not ask them of a session that may not be what it was.
 */
function looksFirst(store: ClassStore, { remoteClassId, peerId }: ConnectionRow): boolean {
  if (remoteClassId === null || peerId === null) return false;
  return getPeer(store, peerId).horizon !== null && outboxOf(store, peerId).length === 0;
}

/** Two connections to one class of one server would each overwrite what the other knows of it. Throws `connection-doubled` with the name of the one that leads there. */
function refuseDoubled(store: ClassStore, connectionId: string, identity: Remote['identity'], scope: string): void {
  const name = leadingTo(store, connectionId, identity, scope);
  if (name !== null) throw new AppError('connection-doubled', { name });
}

/** Name of another connection of this file that leads to that class of that server, whatever its address; null where none does. */
function leadingTo(
  store: ClassStore,
  connectionId: string,
  { system, databaseOid, schema }: Remote['identity'],
  scope: string,
): string | null {
  const other = listConnections(store).find(({ id, peerId }) => {
    if (id === connectionId || peerId === null) return false;
    const peer = getPeer(store, peerId);
    return peer.system === system && peer.databaseOid === databaseOid && peer.schema === schema && peer.scope === scope;
  });
  return other?.name ?? null;
}

/**
 * The peer a new one goes on from: one whose visit is found under the new identity (the server was moved), else the one this connection had before: what was
 * agreed on there, deletions above all, still says what this PC knows, while its missing visit says that it proves nothing about this server.
 */
async function peerBefore(
  store: ClassStore,
  connection: ConnectionRow,
  remote: Remote,
  peer: Peer,
): Promise<Peer | null> {
  if (peer.visit !== null) return null;
  const known = peersOfScope(store, peer.schema, peer.scope).filter(({ id }) => id !== peer.id);
  if (known.length === 0) return null;
  const visits = await remote.visits(peer.scope, [...new Set(known.map(({ device }) => device))]);
  const moved = known.find(({ device, visit, pending }) => {
    const there = visits.get(device);
    return there !== undefined && [visit, pending].some((mark) => isVisit(mark, there));
  });
  return moved ?? known.find(({ id }) => id === connection.peerId) ?? null;
}

function isVisit(mark: Visit | null, there: Visit): boolean {
  return mark !== null && mark.no === there.no && mark.token === there.token;
}

async function inherit(store: ClassStore, from: Peer, to: Peer, signal: AbortSignal): Promise<void> {
  const slicer = createSlicer(1);
  const pages = inheritTrees(store, from, to);
  while (pages.next().done !== true) await slicer.pause(signal);
}

/** Until a server was read to its end once, everything here may differ from it. Begun anew when it was cut short. */
async function markForFirstTime(store: ClassStore, peerId: string, now: string, signal: AbortSignal): Promise<void> {
  const slicer = createSlicer(1);
  const pages = markRows(store, peerId, now);
  while (pages.next().done !== true) await slicer.pause(signal);
}

async function bindWhereClear(
  context: EngineContext,
  store: ClassStore,
  connection: ConnectionRow,
  remote: Remote,
): Promise<ConnectionRow> {
  const { id, remoteClassId } = connection;
  if (remoteClassId !== null && !isAnotherServer(store, connection, remote)) return connection;
  const wanted = remoteClassId ?? store.classId;
  const classes = await remote.classes();
  const entry = context.app.classOf(store.classId);
  refuseDoubled(store, id, remote.identity, wanted);
  if (classes.some((cls) => cls.id === wanted)) bindConnection(store, id, wanted, 'existing');
  else if (classes.length === 0) bindConnection(store, id, wanted, 'new');
  else releaseConnection(store, id);
  if (getConnection(store, id).remoteClassId !== null) return getConnection(store, id);
  if (entry.sample) throw new AppError('sample-refused', { classes: classes.length });
  throw new AppError('class-choice-needed', { classes: classes.map((cls) => cls.name).join(', ') });
}

/** Whether the connection was pointed at another server since it was last opened: what it was bound to says nothing about this one. */
export function isAnotherServer(store: ClassStore, { peerId }: ConnectionRow, { identity }: Remote): boolean {
  if (peerId === null) return false;
  const { system, databaseOid, schema } = getPeer(store, peerId);
  return system !== identity.system || databaseOid !== identity.databaseOid || schema !== identity.schema;
}

/** Carries out a person's answer: this file is that class on the server, or a new one there. */
export async function bindClass(
  context: EngineContext,
  store: ClassStore,
  connectionId: string,
  remoteClass: string,
  signal: AbortSignal,
): Promise<ConnectionRow> {
  const connection = getConnection(store, connectionId);
  // What both sides agreed on was agreed with that class: another one would get its deletions.
  if (connection.peerId !== null && connection.remoteClassId !== null && openTrees(store, connection.peerId).hasBase())
    throw new AppError('connection-exists', { name: connection.name, reason: 'bound' });
  const remote = await connectRemote(context, connection, signal);
  try {
    const classes = await remote.classes();
    if (remoteClass === 'new') {
      if (context.app.classOf(store.classId).sample && classes.length > 0)
        throw new AppError('sample-refused', { classes: classes.length });
      const taken =
        classes.some((cls) => cls.id === store.classId) ||
        leadingTo(store, connectionId, remote.identity, store.classId) !== null;
      bindConnection(store, connectionId, taken ? uuidv7() : store.classId, 'new');
    } else {
      if (!classes.some((cls) => cls.id === remoteClass)) throw new AppError('not-found', { what: 'class' });
      refuseDoubled(store, connectionId, remote.identity, remoteClass);
      bindConnection(store, connectionId, remoteClass, 'existing');
    }
    return getConnection(store, connectionId);
  } finally {
    await remote.close();
  }
}
