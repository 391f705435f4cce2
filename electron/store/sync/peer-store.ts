import { syncedTables, tableOf, type CatalogTable } from '../../../shared/catalog/catalog.ts';
import type { ClockContact } from '../../../shared/sync/clock.ts';
import type { Visit } from '../../../shared/sync/judge-server.ts';
import { eachRow, readRow, textPage, type TextPage } from '../catalog-rows.ts';
import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';
import { uuidv7 } from '../uuid.ts';
import { addContact } from './clock-store.ts';
import { readStored } from '../read-stored.ts';

/** Rows `markRows` marks in one step. */
const MARKED_AT_ONCE = 500;

/** A server a class syncs with, known by what it is and never by its address. */
export interface Peer {
  readonly id: string;
  readonly system: string;
  readonly databaseOid: string;
  readonly schema: string;
  readonly scope: string;
  readonly epoch: string;
  /** History of the server's cluster; null where nobody may ask. */
  readonly timeline: string | null;
  /** Who this file is on the server. */
  readonly device: string;
  /** The installation the file was in when it became that device. */
  readonly owner: string;
  /** The visit known to have arrived on the server. */
  readonly visit: Visit | null;
  /** The visit that was under way when something broke. */
  readonly pending: Visit | null;
  /** Rows that stand for a visit where none could be left; null where one was. */
  readonly witnesses: readonly PeerWitness[] | null;
  /** Snapshot horizon of the last complete observation; null before the first. */
  readonly horizon: string | null;
  /** True while an observation has begun and not ended: nothing is planned or run then. */
  readonly observing: boolean;
  /** How many rows it was found to have lost since a person last carried out a list: they count as only here, and no list made later says why. */
  readonly lost: number;
  /** Rows and tables that did not fit after a run, also when everything had been read: every list says so until a person has carried one out. */
  readonly misfits: number;
  readonly observedAt: string | null;
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

/** A row of the server's journal that stands for a visit. */
export interface PeerWitness {
  readonly table: string;
  readonly pk: string;
  readonly ver: string;
  readonly xid: string;
}

interface RawPeer {
  id: string;
  system: string;
  database_oid: string;
  schema: string;
  scope: string;
  epoch: string;
  timeline: string | null;
  device: string;
  owner: string;
  visit_no: number | null;
  visit_token: string | null;
  pending_no: number | null;
  pending_token: string | null;
  witnesses: string | null;
  horizon: string | null;
  observing: bigint;
  lost: bigint;
  misfits: bigint;
  observed_at: string | null;
  offset_ms: number;
  uncertainty_ms: number;
}

function fromRaw(raw: RawPeer): Peer {
  return {
    id: raw.id,
    system: raw.system,
    databaseOid: raw.database_oid,
    schema: raw.schema,
    scope: raw.scope,
    epoch: raw.epoch,
    timeline: raw.timeline,
    device: raw.device,
    owner: raw.owner,
    visit: visitFrom(raw.visit_no, raw.visit_token),
    pending: visitFrom(raw.pending_no, raw.pending_token),
    witnesses: raw.witnesses === null ? null : (readStored(raw.witnesses) as PeerWitness[]),
    horizon: raw.horizon,
    observing: Number(raw.observing) === 1,
    lost: Number(raw.lost),
    misfits: Number(raw.misfits),
    observedAt: raw.observed_at,
    offsetMs: raw.offset_ms,
    uncertaintyMs: raw.uncertainty_ms,
  };
}

function visitFrom(no: number | null, token: string | null): Visit | null {
  return no === null || token === null ? null : { no, token };
}

/** The peer of that id. */
export function getPeer(store: ClassStore, id: string): Peer {
  const raw = statement(store.db, 'SELECT * FROM peer WHERE id = ?').get(id) as RawPeer | undefined;
  if (raw === undefined) throw new Error('a connection names a peer that is not there');
  return fromRaw(raw);
}

/** What makes a peer: the server's identity, the class there, and the installation this file is in. */
export type PeerIdentity = Pick<Peer, 'system' | 'databaseOid' | 'schema' | 'scope' | 'epoch' | 'timeline' | 'owner'>;

/** The peer of that identity, made when new. A new peer knows no local row yet: `markRows` comes next, before its first observation. */
export function peerFor(store: ClassStore, identity: PeerIdentity): Peer {
  const { system, databaseOid, schema, scope, epoch, timeline, owner } = identity;
  const find = 'SELECT * FROM peer WHERE system = ? AND database_oid = ? AND schema = ? AND scope = ?';
  const found = statement(store.db, find).get(system, databaseOid, schema, scope);
  if (found !== undefined) return fromRaw(found as RawPeer);
  return store.transaction(() => {
    const id = uuidv7();
    statement(
      store.db,
      'INSERT INTO peer (id, system, database_oid, schema, scope, epoch, timeline, device, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(id, system, databaseOid, schema, scope, epoch, timeline, owner, owner);
    return getPeer(store, id);
  });
}

/** Every server this class ever synced with under that schema and id, newest first. */
export function peersOfScope(store: ClassStore, schema: string, scope: string): readonly Peer[] {
  const sql = 'SELECT * FROM peer WHERE schema = ? AND scope = ? ORDER BY id DESC';
  return (statement(store.db, sql).all(schema, scope) as RawPeer[]).map(fromRaw);
}

/** Ids of the classes, on whichever servers, that this file was synced with. */
export function knownScopes(store: ClassStore): readonly string[] {
  return (statement(store.db, 'SELECT DISTINCT scope FROM peer').all() as { readonly scope: string }[]).map(
    ({ scope }) => scope,
  );
}

/**
 * Notes, durably, the visit that is about to be left, and the one known to be there: whatever breaks now, finding either on the server is nothing
 * strange. `arrived` is given only where the server may be trusted; else the one stored before goes on to say what it should have.
 */
export function setPendingVisit(store: ClassStore, peerId: string, arrived: Visit | null, pending: Visit): void {
  const sql = `UPDATE peer SET visit_no = coalesce(?, visit_no), visit_token = coalesce(?, visit_token), pending_no = ?, pending_token = ? WHERE id = ?`;
  store.transaction(() =>
    statement(store.db, sql).run(
      arrived === null ? null : BigInt(arrived.no),
      arrived?.token ?? null,
      BigInt(pending.no),
      pending.token,
      peerId,
    ),
  );
}

/** The visit under way has arrived. */
export function promoteVisit(store: ClassStore, peerId: string): void {
  const sql = `UPDATE peer SET visit_no = pending_no, visit_token = pending_token, pending_no = NULL, pending_token = NULL, witnesses = NULL
    WHERE id = ? AND pending_no IS NOT NULL`;
  statement(store.db, sql).run(peerId);
}

/** Another device this file becomes on a server: its id, the installation the file is in, and the visit it left there already. */
export interface NewDevice {
  readonly device: string;
  readonly owner: string;
  readonly visit: Visit;
  /** Whether certainly nobody sent what is unsent here: the visit of the id it had still stood when it was given up, and moved on with that. */
  readonly unsentIsOurs: boolean;
}

/**
 * From now on this file is another device on that server. Its open plans were somebody else's, and what it has not sent may have been sent by its twin, or by itself
 * before it was put back: then it asks. Inside a transaction of the caller.
 */
function becomeDevice(store: ClassStore, peerId: string, { device, owner, visit, unsentIsOurs }: NewDevice): void {
  const sql = `UPDATE peer SET device = ?, owner = ?, visit_no = ?, visit_token = ?, pending_no = NULL, pending_token = NULL, witnesses = NULL WHERE id = ?`;
  statement(store.db, sql).run(device, owner, BigInt(visit.no), visit.token, peerId);
  statement(store.db, `UPDATE plan SET state = 'stale' WHERE peer_id = ? AND state = 'open'`).run(peerId);
  if (unsentIsOurs) return;
  statement(store.db, 'UPDATE dirty SET copied = 1 WHERE peer_id = ?').run(peerId);
}

/**
 * Marks for a peer where this file may be other than Base, so that marks alone name all candidates, a few at a time: whoever goes through it decides when it stops
 * for a while. A row whose text only looks different is marked as well; marking too many is harmless. Yields after every page; each page is one step.
 */
export function* markRows(store: ClassStore, peerId: string, now: string): Generator<void, void> {
  for (const table of syncedTables(store.catalog)) yield* markTable(store, peerId, table, now);
  yield* markMissing(store, peerId, now);
}

const mark = 'INSERT INTO dirty (peer_id, tbl, pk, first_seq, seq, first_at, last_at)';

function* markTable(store: ClassStore, peerId: string, table: CatalogTable, now: string): Generator<void, void> {
  // Of a server that nothing was ever agreed on with, every row is marked, and none has to be looked at.
  const base = 'SELECT 1 FROM base WHERE peer_id = ? AND tbl = ? LIMIT 1';
  const isKnown = statement(store.db, base).get(peerId, table.name) !== undefined;
  let after: string | null = null;
  do {
    const page: TextPage = textPage(store, table, after, MARKED_AT_ONCE);
    const from = `${mark} SELECT ?, ?, t.pk, c.seq, c.seq, ?, ? FROM (${isKnown ? page.sql : page.keys}) AS t CROSS JOIN change_clock AS c`;
    const differs = isKnown
      ? 'LEFT JOIN base AS b ON b.peer_id = ? AND b.tbl = ? AND b.pk = t.pk WHERE b.row IS NOT t.row'
      : 'WHERE true';
    const values = [peerId, table.name, now, now, ...page.values, ...(isKnown ? [peerId, table.name] : [])];
    store.stepTransaction(() =>
      statement(store.db, `${from} ${differs} ON CONFLICT (peer_id, tbl, pk) DO NOTHING`).run(...values),
    );
    after = page.last;
    yield;
  } while (after !== null);
}

/** Rows of Base that are not here: they were deleted, for a peer that goes on from another one before anybody could mark it. */
function* markMissing(store: ClassStore, peerId: string, now: string): Generator<void, void> {
  const page =
    'SELECT tbl, pk FROM base WHERE peer_id = ? AND (tbl, pk) > (?, ?) AND row IS NOT NULL ORDER BY tbl, pk LIMIT ?';
  const add = `${mark} SELECT ?, ?, ?, seq, seq, ?, ? FROM change_clock WHERE true ON CONFLICT (peer_id, tbl, pk) DO NOTHING`;
  for (let last: { readonly tbl: string; readonly pk: string } | undefined = { tbl: '', pk: '' }; last !== undefined;) {
    const keys = statement(store.db, page).all(peerId, last.tbl, last.pk, BigInt(MARKED_AT_ONCE)) as (typeof last)[];
    const gone = keys.filter(({ tbl, pk }) => readRow(store, tableOf(store.catalog, tbl), pk) === null);
    if (gone.length > 0)
      store.stepTransaction(() => {
        for (const { tbl, pk } of gone) statement(store.db, add).run(peerId, tbl, pk, now, now);
      });
    last = keys.at(-1);
    yield;
  }
}

/** Notes that an observation has begun. Until `finishObserving` nothing may be planned or run from the trees. */
export function beginObserving(store: ClassStore, peerId: string): void {
  store.stepTransaction(() => statement(store.db, 'UPDATE peer SET observing = 1 WHERE id = ?').run(peerId));
}

/** What a complete observation leaves behind. */
export interface Observed {
  /** Null keeps the one before: nothing new was read, so no visit stands for it either. */
  readonly horizon: string | null;
  readonly epoch: string;
  readonly timeline: string | null;
  /** Rows that stand for a visit; null where one was left, or where nothing changed. */
  readonly witnesses: readonly PeerWitness[] | null;
  /** Whether the visit under way arrived. */
  readonly visited: boolean;
  readonly newDevice: NewDevice | null;
  readonly at: string;
  readonly clock: ClockContact;
}

/**
 * Stores the horizon of a complete observation, last of all, and allows planning again. Not on the disk yet when it returns, only in order: without it the same is
 * read again, and the visit under way counts as the one that was left. Who this file has become is on the disk.
 */
export function finishObserving(store: ClassStore, peerId: string, seen: Observed): void {
  const write = seen.newDevice === null ? store.stepTransaction : store.transaction;
  write(() => {
    addContact(store, peerId, seen.clock);
    if (seen.newDevice !== null) becomeDevice(store, peerId, seen.newDevice);
    else if (seen.visited) promoteVisit(store, peerId);
    statement(
      store.db,
      `UPDATE peer SET observing = 0, horizon = coalesce(?, horizon), epoch = ?, timeline = ?, witnesses = coalesce(?, witnesses), observed_at = ?,
           offset_ms = CAST(? AS REAL), uncertainty_ms = CAST(? AS REAL) WHERE id = ?`,
    ).run(
      seen.horizon,
      seen.epoch,
      seen.timeline,
      seen.witnesses === null ? null : JSON.stringify(seen.witnesses),
      seen.at,
      String(seen.clock.serverMs - seen.clock.wallMs),
      String(seen.clock.uncertaintyMs),
      peerId,
    );
  });
}

/** Remembers that a server has lost rows, until a person has carried out a list that says so. Inside a transaction of the caller. */
export function noteLost(store: ClassStore, peerId: string, rows: number): void {
  statement(store.db, 'UPDATE peer SET lost = lost + ? WHERE id = ?').run(BigInt(rows), peerId);
}

/** A person has carried out a list that said what a server lost, or both sides hold the same again. */
export function forgetLost(store: ClassStore, peerId: string): void {
  statement(store.db, 'UPDATE peer SET lost = 0 WHERE id = ? AND lost > 0').run(peerId);
}

/** Something was written here, also where no mark says so. */
function noteChange(store: ClassStore): void {
  statement(store.db, 'UPDATE change_clock SET seq = seq + 1').run();
}

/** Remembers how much did not fit after a run; none once a person has carried out a list that said so, or went on. */
export function noteMisfits(store: ClassStore, peerId: string, misfits: number): void {
  statement(store.db, 'UPDATE peer SET misfits = ? WHERE id = ? AND misfits <> ?').run(
    BigInt(misfits),
    peerId,
    BigInt(misfits),
  );
}

/** Runs a write whose rows get no mark for this peer but do for every other. Inside a transaction of the caller. */
export function writingFor<T>(store: ClassStore, peerId: string, write: () => T): T {
  noteChange(store);
  statement(store.db, 'INSERT INTO applying (peer_id) VALUES (?)').run(peerId);
  const result = write();
  statement(store.db, 'DELETE FROM applying WHERE peer_id = ?').run(peerId);
  return result;
}

/** As `writingFor`, for no peer at all: a write that none is to hear of. Inside a transaction of the caller. */
export function writingForNobody<T>(store: ClassStore, write: () => T): T {
  noteChange(store);
  statement(store.db, 'INSERT INTO applying (peer_id) SELECT id FROM peer').run();
  const result = write();
  statement(store.db, 'DELETE FROM applying').run();
  return result;
}

/** Number of the last local change. */
export function changeSeq(store: ClassStore): number {
  const row = statement(store.db, 'SELECT seq FROM change_clock WHERE id = 1').get() as { seq: bigint };
  return Number(row.seq);
}

/**
 * Content of a row the app made by itself, as it was made; null when the row is not one, or when any server is known to have had it: what was shared once is a row like
 * any other, and does not go because the next server has none.
 */
export function factoryRow(store: ClassStore, table: string, pk: string): string | null {
  const row = statement(
    store.db,
    `SELECT row FROM factory_row f WHERE tbl = ? AND pk = ?
AND NOT EXISTS (SELECT 1 FROM peer p JOIN base b ON b.peer_id = p.id AND b.tbl = f.tbl AND b.pk = f.pk)`,
  ).get(table, pk) as { row: string } | undefined;
  return row?.row ?? null;
}

/** The row was shared with a server: from now on it is a row like any other. */
export function forgetFactoryRow(store: ClassStore, table: string, pk: string): void {
  statement(store.db, 'DELETE FROM factory_row WHERE tbl = ? AND pk = ?').run(table, pk);
}

/** Remembers the rows a new class starts with. Called once, when the class is made. */
export function rememberFactoryRows(store: ClassStore): void {
  const insert = store.db.prepare('INSERT OR REPLACE INTO factory_row (tbl, pk, row) VALUES (?, ?, ?)');
  for (const table of syncedTables(store.catalog)) {
    const rows = [...eachRow(store, table)];
    for (const { pk, row } of rows) insert.run(table.name, pk, JSON.stringify(row));
  }
}
