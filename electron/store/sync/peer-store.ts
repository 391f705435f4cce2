import { eachRow, keysAfter } from '../catalog-rows.ts';
import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';
import { uuidv7 } from '../uuid.ts';

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
  /** Snapshot horizon of the last complete observation; null before the first. */
  readonly horizon: string | null;
  /** True while an observation has begun and not ended: nothing is planned or run then. */
  readonly observing: boolean;
  readonly observedAt: string | null;
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

interface RawPeer {
  id: string;
  system: string;
  database_oid: string;
  schema: string;
  scope: string;
  epoch: string;
  horizon: string | null;
  observing: bigint;
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
    horizon: raw.horizon,
    observing: Number(raw.observing) === 1,
    observedAt: raw.observed_at,
    offsetMs: raw.offset_ms,
    uncertaintyMs: raw.uncertainty_ms,
  };
}

/** The peer of that id. */
export function getPeer(store: ClassStore, id: string): Peer {
  const raw = statement(store.db, 'SELECT * FROM peer WHERE id = ?').get(id) as RawPeer | undefined;
  if (raw === undefined) throw new Error('a connection names a peer that is not there');
  return fromRaw(raw);
}

/** The peer of that identity, made when new. A new peer knows no local row yet: `markRows` comes next, before its first observation. */
export function peerFor(
  store: ClassStore,
  identity: Pick<Peer, 'system' | 'databaseOid' | 'schema' | 'scope' | 'epoch'>,
): Peer {
  const { system, databaseOid, schema, scope, epoch } = identity;
  return store.transaction(() => {
    const found = statement(
      store.db,
      'SELECT * FROM peer WHERE system = ? AND database_oid = ? AND schema = ? AND scope = ?',
    ).get(system, databaseOid, schema, scope);
    if (found !== undefined) return fromRaw(found as RawPeer);
    const id = uuidv7();
    statement(
      store.db,
      'INSERT INTO peer (id, system, database_oid, schema, scope, epoch) VALUES (?, ?, ?, ?, ?, ?)',
    ).run(id, system, databaseOid, schema, scope, epoch);
    return getPeer(store, id);
  });
}

/**
 * Marks local rows for a peer, so that marks alone name all candidates, a few at a time: whoever goes through it decides when it stops for a while.
 * Marking a row twice is harmless. Yields after every page; each page is one step.
 */
export function* markRows(store: ClassStore, peerId: string, now: string): Generator<void, void> {
  const insert = `INSERT INTO dirty (peer_id, tbl, pk, first_seq, seq, first_at, last_at) SELECT ?, ?, ?, seq, seq, ?, ? FROM change_clock WHERE true
    ON CONFLICT (peer_id, tbl, pk) DO NOTHING`;
  for (const table of store.catalog.tables) {
    let after: string | null = null;
    do {
      const keys: readonly string[] = keysAfter(store, table, after, MARKED_AT_ONCE);
      if (keys.length === 0) break;
      store.stepTransaction(() => {
        for (const pk of keys) statement(store.db, insert).run(peerId, table.name, pk, now, now);
      });
      after = keys.length < MARKED_AT_ONCE ? null : (keys.at(-1) ?? null);
      yield;
    } while (after !== null);
  }
}

/** Notes that an observation has begun. Until `finishObserving` nothing may be planned or run from the trees. */
export function beginObserving(store: ClassStore, peerId: string): void {
  store.db.prepare('UPDATE peer SET observing = 1 WHERE id = ?').run(peerId);
}

/** Stores the horizon of a complete observation, last of all, and allows planning again. */
export function finishObserving(
  store: ClassStore,
  peerId: string,
  seen: {
    readonly horizon: string;
    readonly epoch: string;
    readonly at: string;
    readonly offsetMs: number;
    readonly uncertaintyMs: number;
  },
): void {
  store.db
    .prepare(
      'UPDATE peer SET observing = 0, horizon = ?, epoch = ?, observed_at = ?, offset_ms = ?, uncertainty_ms = ? WHERE id = ?',
    )
    .run(seen.horizon, seen.epoch, seen.at, seen.offsetMs, seen.uncertaintyMs, peerId);
}

/** Runs a write whose rows get no mark for this peer but do for every other. Inside a transaction of the caller. */
export function writingFor<T>(store: ClassStore, peerId: string, write: () => T): T {
  statement(store.db, 'INSERT INTO applying (peer_id) VALUES (?)').run(peerId);
  const result = write();
  statement(store.db, 'DELETE FROM applying WHERE peer_id = ?').run(peerId);
  return result;
}

/** Number of the last local change. */
export function changeSeq(store: ClassStore): number {
  const row = statement(store.db, 'SELECT seq FROM change_clock WHERE id = 1').get() as { seq: bigint };
  return Number(row.seq);
}

/** Content of a row the app made by itself, as it was made; null when the row is not one. */
export function factoryRow(store: ClassStore, table: string, pk: string): string | null {
  const row = statement(store.db, 'SELECT row FROM factory_row WHERE tbl = ? AND pk = ?').get(table, pk) as
    | { row: string }
    | undefined;
  return row?.row ?? null;
}

/** The row was shared with a server: from now on it is a row like any other. */
export function forgetFactoryRow(store: ClassStore, table: string, pk: string): void {
  statement(store.db, 'DELETE FROM factory_row WHERE tbl = ? AND pk = ?').run(table, pk);
}

/** Remembers the rows a new class starts with. Called once, when the class is made. */
export function rememberFactoryRows(store: ClassStore): void {
  const insert = store.db.prepare('INSERT OR REPLACE INTO factory_row (tbl, pk, row) VALUES (?, ?, ?)');
  for (const table of store.catalog.tables) {
    const rows = [...eachRow(store, table)];
    for (const { pk, row } of rows) insert.run(table.name, pk, JSON.stringify(row));
  }
}
