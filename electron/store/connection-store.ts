import { AppError, type ErrorJson } from '../../shared/errors.ts';
import type { ClassStore } from './class-store.ts';
import { statement } from './statement.ts';
import type { Waiting } from '../../shared/sync/plan-counts.ts';
import { closeRuns, type RunOutcome } from './sync/run-store.ts';
import { uuidv7 } from './uuid.ts';
import { readStored } from './read-stored.ts';

/** Whether the class on the server was made from this file or was there before; decides what untouched factory rows do. */
export type Attachment = 'unknown' | 'new' | 'existing';

/** A connection as stored. The password is not here but in the keychain under `id`. */
export interface ConnectionRow {
  readonly id: string;
  readonly name: string;
  readonly builtin: boolean;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly tls: 'disable' | 'require' | 'verify-ca' | 'verify-full';
  readonly ca: string | null;
  readonly fingerprint: string | null;
  /** The password may go out in clear text or as MD5, where TLS has proved who the server is. */
  readonly allowWeakPassword: boolean;
  readonly mode: 'two-way' | 'push-only' | 'pull-only';
  /** What a backup copy does with rows that are gone for good here: removes them there too, or keeps them. */
  readonly deletes: 'mirror' | 'keep';
  readonly remoteClassId: string | null;
  readonly attached: Attachment;
  readonly peerId: string | null;
  readonly status: 'IDLE' | 'COMPLETED' | 'FAILED';
  readonly lastRunAt: string | null;
  readonly error: ErrorJson | null;
  /** What waited by the list `planId` when the last local change had the number `seq`; without a list the numbers say nothing. */
  readonly pending: StoredWaiting;
  /** How the newest run ended; null where there was none. */
  readonly lastOutcome: RunOutcome | null;
  /** A run whose outcome is not known yet is waiting in the outbox. */
  readonly checking: boolean;
}

/** What a list came to, and which one it was. */
export interface StoredWaiting extends Waiting {
  readonly planId: string | null;
  readonly seq: number;
}

/** The fields a person sets. */
export type ConnectionFields = Pick<
  ConnectionRow,
  | 'name'
  | 'builtin'
  | 'host'
  | 'port'
  | 'database'
  | 'user'
  | 'tls'
  | 'ca'
  | 'fingerprint'
  | 'allowWeakPassword'
  | 'mode'
  | 'deletes'
>;

const SELECT = `
  SELECT c.id, c.name, c.builtin, c.host, c.port, c.database, c.user, c.tls, c.ca, c.fingerprint, c.allow_weak_password, c.mode, c.deletes,
         c.remote_class_id, c.attached, c.peer_id, c.status, c.last_run_at, c.error, c.pending_up, c.pending_down, c.pending_both,
         c.pending_conflicts, c.pending_blocked, c.pending_left, c.pending_plan, c.pending_seq,
         (SELECT r.outcome FROM run AS r WHERE r.connection_id = c.id ORDER BY r.started_at DESC, r.id DESC LIMIT 1) AS last_outcome,
         EXISTS (SELECT 1 FROM outbox AS o WHERE o.connection_id = c.id) AS checking
    FROM connection AS c`;

interface Raw {
  id: string;
  name: string;
  builtin: bigint;
  host: string;
  port: bigint;
  database: string;
  user: string;
  tls: ConnectionRow['tls'];
  ca: string | null;
  fingerprint: string | null;
  allow_weak_password: bigint;
  mode: ConnectionRow['mode'];
  deletes: ConnectionRow['deletes'];
  remote_class_id: string | null;
  attached: Attachment;
  peer_id: string | null;
  status: ConnectionRow['status'];
  last_run_at: string | null;
  error: string | null;
  pending_up: bigint;
  pending_down: bigint;
  pending_both: bigint;
  pending_conflicts: bigint;
  pending_blocked: bigint;
  pending_left: bigint;
  pending_plan: string | null;
  pending_seq: bigint;
  last_outcome: ConnectionRow['lastOutcome'];
  checking: bigint;
}

function fromRaw(raw: Raw): ConnectionRow {
  return {
    id: raw.id,
    name: raw.name,
    builtin: Number(raw.builtin) === 1,
    host: raw.host,
    port: Number(raw.port),
    database: raw.database,
    user: raw.user,
    tls: raw.tls,
    ca: raw.ca,
    fingerprint: raw.fingerprint,
    allowWeakPassword: Number(raw.allow_weak_password) === 1,
    mode: raw.mode,
    deletes: raw.deletes,
    remoteClassId: raw.remote_class_id,
    attached: raw.attached,
    peerId: raw.peer_id,
    status: raw.status,
    lastRunAt: raw.last_run_at,
    error: raw.error === null ? null : (readStored(raw.error) as ErrorJson),
    pending: {
      up: Number(raw.pending_up),
      down: Number(raw.pending_down),
      both: Number(raw.pending_both),
      conflicts: Number(raw.pending_conflicts),
      blocked: Number(raw.pending_blocked),
      left: Number(raw.pending_left),
      planId: raw.pending_plan,
      seq: Number(raw.pending_seq),
    },
    lastOutcome: raw.last_outcome,
    checking: Number(raw.checking) === 1,
  };
}

/** All connections of the class, oldest first. */
export function listConnections(store: ClassStore): readonly ConnectionRow[] {
  return (statement(store.db, `${SELECT} ORDER BY c.created_at, c.id`).all() as Raw[]).map(fromRaw);
}

/** One connection; throws `not-found`. */
export function getConnection(store: ClassStore, id: string): ConnectionRow {
  const raw = statement(store.db, `${SELECT} WHERE c.id = ?`).get(id) as Raw | undefined;
  if (raw === undefined) throw new AppError('not-found', { what: 'connection' });
  return fromRaw(raw);
}

/** Adds a connection and returns it; throws `connection-exists` when the name is taken, a two-way connection is there already, or one of both only pulls. */
export function addConnection(store: ClassStore, fields: ConnectionFields, now: string): ConnectionRow {
  refuseSecondWriter(store, fields, null);
  const id = uuidv7();
  store.db
    .prepare(
      `INSERT INTO connection (id, name, builtin, host, port, database, user, tls, ca, fingerprint, allow_weak_password, mode, deletes, created_at)
       VALUES (@id, @name, @builtin, @host, @port, @database, @user, @tls, @ca, @fingerprint, @allowWeakPassword, @mode, @deletes, @now)`,
    )
    .run({ ...bindable(fields), id, now });
  return getConnection(store, id);
}

/** Replaces the fields of a connection; what it has synced stays. Plans made for another server, or another mode, are overtaken, and so is what waited by them. */
export function setConnection(store: ClassStore, id: string, fields: ConnectionFields): ConnectionRow {
  refuseSecondWriter(store, fields, id);
  return store.transaction(() => {
    const before = getConnection(store, id);
    store.db
      .prepare(
        `UPDATE connection SET name = @name, builtin = @builtin, host = @host, port = @port, database = @database, user = @user,
              tls = @tls, ca = @ca, fingerprint = @fingerprint, allow_weak_password = @allowWeakPassword, mode = @mode, deletes = @deletes WHERE id = @id`,
      )
      .run({ ...bindable(fields), id });
    if (leadsElsewhere(before, fields)) {
      store.db.prepare(`UPDATE plan SET state = 'stale' WHERE connection_id = ? AND state = 'open'`).run(id);
      store.db.prepare('UPDATE connection SET pending_plan = NULL WHERE id = ?').run(id);
    }
    return getConnection(store, id);
  });
}

/** Whether changed fields mean another server or another mode: plans made before say nothing about it. */
export function leadsElsewhere(before: ConnectionFields, after: ConnectionFields): boolean {
  return (['host', 'port', 'database', 'mode', 'deletes'] as const).some((field) => before[field] !== after[field]);
}

/** Forgets the connection, its plans and drafts. Data stays, here and on the server; so do Base and the run history. */
export function removeConnection(store: ClassStore, id: string): void {
  store.transaction(() => {
    store.db.prepare('DELETE FROM plan WHERE connection_id = ?').run(id);
    store.db.prepare('DELETE FROM outbox WHERE connection_id = ?').run(id);
    closeRuns(store);
    store.db.prepare('DELETE FROM connection WHERE id = ?').run(id);
  });
}

/** Says which class on the server this file is. Fixed once rows have been shared with it. */
export function bindConnection(store: ClassStore, id: string, remoteClassId: string, attached: Attachment): void {
  store.db
    .prepare('UPDATE connection SET remote_class_id = ?, attached = ? WHERE id = ?')
    .run(remoteClassId, attached, id);
}

/** Takes back which class on the server this file is: the connection leads to a server that has others. */
export function releaseConnection(store: ClassStore, id: string): void {
  store.db
    .prepare(`UPDATE connection SET remote_class_id = NULL, attached = 'unknown', peer_id = NULL WHERE id = ?`)
    .run(id);
}

/** Points the connection to the server identity it syncs with. */
export function setConnectionPeer(store: ClassStore, id: string, peerId: string): void {
  store.db.prepare('UPDATE connection SET peer_id = ? WHERE id = ?').run(peerId, id);
}

/** Keeps how the last attempt ended. */
export function setConnectionStatus(
  store: ClassStore,
  id: string,
  status: ConnectionRow['status'],
  error: ErrorJson | null,
  at: string | null,
): void {
  const sql = 'UPDATE connection SET status = ?, error = ?, last_run_at = coalesce(?, last_run_at) WHERE id = ?';
  statement(store.db, sql).run(status, error === null ? null : JSON.stringify(error), at, id);
}

/** Keeps what the last list found waiting. */
export function setConnectionPending(store: ClassStore, id: string, waiting: StoredWaiting): void {
  const { up, down, both, conflicts, blocked, left, planId, seq } = waiting;
  const sql = `UPDATE connection SET pending_up = ?, pending_down = ?, pending_both = ?, pending_conflicts = ?, pending_blocked = ?, pending_left = ?, pending_plan = ?, pending_seq = ?
    WHERE id = ?`;
  const numbers = [up, down, both, conflicts, blocked, left].map(BigInt);
  statement(store.db, sql).run(...numbers, planId, BigInt(seq), id);
}

function bindable(fields: ConnectionFields): Record<string, string | bigint | null> {
  const { builtin, port, allowWeakPassword, ...texts } = fields;
  return { ...texts, builtin: bit(builtin), allowWeakPassword: bit(allowWeakPassword), port: BigInt(port) };
}

function bit(value: boolean): bigint {
  return value ? 1n : 0n;
}

function refuseSecondWriter(store: ClassStore, fields: ConnectionFields, except: string | null): void {
  for (const other of listConnections(store)) {
    if (other.id === except) continue;
    if (other.name === fields.name) throw new AppError('connection-exists', { name: fields.name, reason: 'name' });
    if (other.mode === 'two-way' && fields.mode === 'two-way')
      throw new AppError('connection-exists', { name: other.name, reason: 'two-way' });
    // What is pulled and never edited here must not reach another server as if it had been.
    if (other.mode === 'pull-only' || fields.mode === 'pull-only')
      throw new AppError('connection-exists', { name: other.name, reason: 'pull-only' });
  }
}
