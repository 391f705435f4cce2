import { randomUUID } from 'node:crypto';
import { syncedTables, type Catalog, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { AppError } from '../../shared/errors.ts';
import { clocksTrusted, type ClockReading } from '../../shared/sync/clock.ts';
import { judgeServer, type FoundServer, type Judgement, type KnownServer } from '../../shared/sync/judge-server.ts';
import type { EngineContext, CallContext } from '../engine/context.ts';
import { createSlicer } from '../engine/slices.ts';
import type { Observation, Remote } from '../remote/remote.ts';
import type { ClassStore } from '../store/class-store.ts';
import { blockedTables, forgetBlockedTable, noteBlockedTables } from '../store/sync/blocked-tables.ts';
import { contactsOf } from '../store/sync/clock-store.ts';
import { hasDoubts } from '../store/sync/doubts.ts';
import { beginObserving, finishObserving, getPeer, type Peer } from '../store/sync/peer-store.ts';
import { differingRows, type RowText } from '../store/sync/differing-rows.ts';
import { isDigested, knownDigest, type KnownDigest } from '../store/sync/known-digest.ts';
import { countServerRows, knowsNothing, openTrees } from '../store/sync/trees.ts';
import { createErasedFilter, receiveErasures, waitingErasures, type ReceivedErasures } from './erasures.ts';
import { leaveVisit, type Arrival } from './leave-visit.ts';
import { recordRows, settleUnseen, type Unseen, type Recording } from './record-observation.ts';
import { recordLog } from './resolution-log.ts';

/** Longest time the thread is held while rows are compared, in milliseconds, and how many are compared at once. */
const SLICE_MS = 4;
const ASKED_AT_ONCE = 500;

/** What the server said, and whether the clocks can be believed. */
export interface SeenServer extends Observation {
  /** False when, since the last time, a clock was set, this PC slept, or the server's clock jumped. */
  readonly clockTrusted: boolean;
}

/**
 * What is read: everything, or what was written since the last reading; of that not what a run wrote whose rows are all settled here (`settled`). Whoever only looks
 * because time has passed carries out no erasure that came (`erases: false`); the next reading somebody asked for does.
 */
export interface Reading {
  readonly full: boolean;
  readonly settled?: string | undefined;
  readonly erases?: boolean | undefined;
}

/** What one observation came to: what the server said, the peer as it is now, and how many rows the server lost, or does not show to this role. */
export interface ObservedServer {
  readonly observation: SeenServer;
  readonly peer: Peer;
  readonly unseen: Unseen;
  readonly erased: ReceivedErasures;
}

/**
 * One reading of the server into Remote. Before any row is taken the server is judged: whether it is the one this file knows. What was learned is sealed
 * with a visit there, and the horizon is stored last, so a reading that was cut short is simply read again. Throws `server-lagging` for a standby that is behind.
 */
export async function observeServer(
  context: EngineContext,
  store: ClassStore,
  catalog: Catalog,
  remote: Remote,
  { id }: Pick<Peer, 'id'>,
  call: CallContext,
  { full, settled, erases = true }: Reading = { full: false },
): Promise<ObservedServer> {
  const now = context.now();
  // As it is now: a run that was just carried out has left a visit since the connection was opened.
  const peer = getPeer(store, id);
  const readClock = context.clock.read;
  const read = async (since: string | null) =>
    await readSince({ store, catalog, remote, peer, now, readClock, call, settled }, since);
  const left = unreadable(remote);
  const readable = blockedTables(store, id).filter((table) => !left.includes(table));
  noteBlockedTables(store, id, left);
  let reading = await read(readable.length === 0 && !full ? peer.horizon : null);
  // A row the journal calls alive and nobody saw: something was just going on, or everything has to be compared.
  if (reading.observation.restart === 'journal-gap') reading = await read(peer.horizon);
  if (reading.observation.restart !== null) reading = await read(null);
  const { observation, judgement, recording, seen, whole } = reading;
  const late = recording.erased.dropped();
  const erased = erases
    ? await receiveErasures(context, store, peer.id, now, late)
    : { records: 0, unsent: 0, late, asked: [], waits: waitingErasures(store, peer.id) };
  const { hidden } = observation;
  // What is hidden may change meanwhile, and is never read again once the horizon is past it: until this role sees all of a table, all is read.
  if (observation.counted) noteBlockedTables(store, id, [...hidden]);
  const proves = judgement.absenceProves;
  // Base from before this reading: what the reading itself agreed on has just been seen.
  const absence = { hidden, unread: new Set(left), proves };
  const unseen =
    observation.full && seen !== null
      ? await settleUnseen(recording, { seen, whole, ...absence }, call.signal)
      : { lost: 0, unknown: 0 };
  await recordLog(store, peer.id, observation, now, call.signal);
  const clockTrusted = clocksTrusted(contactsOf(store, peer.id).at(-1), observation.clock);
  // What a run wrote here and there was learned as well: the horizon moves past it.
  const learned =
    observation.full ||
    observation.rows > 0 ||
    observation.resolutions.length > 0 ||
    settled !== undefined ||
    // Whoever has a twin has to become another device before anything is planned.
    judgement.twin;
  const epoch = await epochAfter(remote, peer, observation, judgement);
  const arrival: Arrival =
    learned && observation.mayVisit
      ? await leaveVisit(context, store, { remote, peer, observation, judgement }, call.signal)
      : { visited: false, newDevice: null };
  finishObserving(store, peer.id, {
    horizon: learned ? observation.horizon : null,
    epoch,
    timeline: observation.identity.timeline,
    witnesses: learned && !observation.mayVisit ? observation.witnesses : null,
    ...arrival,
    at: now,
    clock: observation.clock,
  });
  for (const table of readable) if (!observation.counted || !hidden.has(table)) forgetBlockedTable(store, id, table);
  return { observation: { ...observation, clockTrusted }, peer: getPeer(store, peer.id), unseen, erased };
}

/** Tables whose columns are not as the catalog says: nothing of them can be read. */
function unreadable(remote: Remote): readonly string[] {
  return remote.blocks.filter(({ blocks }) => blocks === 'all').map(({ table }) => table);
}

interface ReadingFor {
  readonly settled: string | undefined;
  readonly store: ClassStore;
  readonly catalog: Catalog;
  readonly remote: Remote;
  readonly peer: Peer;
  readonly now: string;
  readonly readClock: () => ClockReading;
  readonly call: CallContext;
}

async function readSince(
  { store, catalog, remote, peer, now, readClock, call, settled }: ReadingFor,
  since: string | null,
) {
  const trees = openTrees(store, peer.id);
  const blank = knowsNothing(store, peer.id);
  // Where nothing is known, nothing can be missing: then what is seen is not noted.
  const seen = blank ? null : new Set<string>();
  // Compared is with what both sides agreed on: without that nearly every row differs.
  const compared = trees.hasBase() ? seen : null;
  const whole = new Set<string>();
  const counts = countAhead(store, peer.id, syncedTables(catalog), call.signal);
  let judgement: Judgement = { trust: 'first', readAll: true, twin: false, absenceProves: false };
  let recording: Recording = {
    store,
    catalog,
    peerId: peer.id,
    trees,
    now,
    distrusted: true,
    putBackUntil: null,
    doubts: hasDoubts(store, peer.id),
    blank,
    erased: createErasedFilter(store, true),
  };
  let rowCount = 0;
  const observation = await remote.observe({
    scope: peer.scope,
    tables: syncedTables(catalog).filter(({ name }) => !unreadable(remote).includes(name)),
    since,
    settled,
    device: peer.device,
    witnesses: peer.witnesses ?? [],
    readClock,
    signal: call.signal,
    readAll(found) {
      // The server has said who it is and how its tables stand: from here on it is being read.
      call.progress({ phase: 'observe', done: rowCount, total: null });
      judgement = judge(peer, found);
      // What was seen of a server that was put back is not dropped: every row is read anew, and of one that is gone nobody else may know what it held last.
      beginObserving(store, peer.id);
      recording = {
        ...recording,
        distrusted: judgement.trust === 'put-back' || judgement.trust === 'first',
        putBackUntil: judgement.trust === 'put-back' ? lastSeen(peer) : null,
      };
      return judgement.readAll;
    },
    wholly:
      compared !== null
        ? async (table, digest) => {
            const rows = await rowsAsDigested(store, peer.id, table.name, counts, digest, call.signal);
            if (rows === null) return null;
            whole.add(table.name);
            rowCount += rows;
            return rows;
          }
        : undefined,
    differing:
      compared !== null
        ? async (table, rows) => {
            for (const { pk } of rows) compared.add(`${table.name} ${pk}`);
            rowCount += rows.length;
            call.progress({ phase: 'observe', done: rowCount, total: null });
            return await differingOf(store, peer.id, table.name, rows, call.signal);
          }
        : undefined,
    async onRows(rows) {
      if (since === null || judgement.readAll) for (const row of rows) seen?.add(`${row.table} ${row.pk}`);
      await recordRows(recording, rows, call.signal);
      rowCount += rows.length;
      call.progress({ phase: 'observe', done: rowCount, total: null });
    },
  });
  return { observation, judgement, recording, seen, whole };
}

type CountedAhead = (table: string) => Promise<number>;

/** Counts the rows the server is known to hold of each large table, in order, while the server reckons what those before come to. Begins when the first is asked for. */
function countAhead(
  store: ClassStore,
  peerId: string,
  tables: readonly CatalogTable[],
  signal: AbortSignal,
): CountedAhead {
  const slicer = createSlicer(SLICE_MS);
  let counts: ReadonlyMap<string, Promise<number>> | null = null;
  const countIn = async (table: string): Promise<number> => {
    let rows = 0;
    for (const part of countServerRows(store, peerId, table)) {
      rows += part;
      await slicer.pause(signal);
    }
    return rows;
  };
  const begin = (): ReadonlyMap<string, Promise<number>> => {
    let before: Promise<unknown> = Promise.resolve();
    const begun = tables
      .filter(({ name }) => isDigested(store, peerId, name))
      .map(({ name }): [string, Promise<number>] => {
        const count = before.then(async () => await countIn(name));
        before = count.catch(() => {});
        return [name, count];
      });
    return new Map(begun);
  };
  return async (table) => await ((counts ??= begin()).get(table) ?? countIn(table));
}

/** How many rows a table has on both sides, where the digest of those there is that of those known; the server reckons meanwhile. */
async function rowsAsDigested(
  store: ClassStore,
  peerId: string,
  table: string,
  counted: CountedAhead,
  digest: (rows: number) => Promise<KnownDigest>,
  signal: AbortSignal,
): Promise<number | null> {
  if (!isDigested(store, peerId, table)) return null;
  const slicer = createSlicer(SLICE_MS);
  const rows = await counted(table);
  const reckon = async (): Promise<KnownDigest> => {
    const steps = knownDigest(store, peerId, table);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      await slicer.pause(signal);
    }
  };
  const [there, here] = await Promise.all([digest(rows), reckon()]);
  const same = there.rows === rows && here.rows === rows && there.sums.every((sum, half) => sum === here.sums[half]);
  return same ? rows : null;
}

/** Asks for a part of the rows at a time, with other calls in between. */
async function differingOf(
  store: ClassStore,
  peerId: string,
  table: string,
  rows: readonly RowText[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const slicer = createSlicer(SLICE_MS);
  const differing: string[] = [];
  for (let from = 0; from < rows.length; from += ASKED_AT_ONCE) {
    differing.push(...differingRows(store, peerId, table, rows.slice(from, from + ASKED_AT_ONCE)));
    await slicer.pause(signal);
  }
  return differing;
}

function judge(peer: Peer, found: FoundServer): Judgement {
  const known: KnownServer = { ...peer, witnessed: peer.witnesses !== null };
  const judgement = judgeServer(known, found);
  if (judgement.trust === 'lagging') throw new AppError('server-lagging');
  return judgement;
}

/** The server's time when it was last read, as milliseconds: what was edited there later cannot have been put back. */
function lastSeen({ observedAt, offsetMs, uncertaintyMs }: Peer): number {
  return observedAt === null ? Number.POSITIVE_INFINITY : Date.parse(observedAt) + offsetMs + uncertaintyMs;
}

/** A server that was put back begins a new epoch, unless another device noticed first: plans made before are stale everywhere. */
async function epochAfter(
  remote: Remote,
  peer: Peer,
  { identity, mayVisit }: Observation,
  { trust }: Judgement,
): Promise<string> {
  const noticed = trust === 'put-back' && mayVisit && identity.epoch === peer.epoch;
  return noticed ? await remote.beginEpoch(peer.scope, identity.epoch, randomUUID()) : identity.epoch;
}
