import type { LackingRights } from './missing-rights.ts';
import type { TableBlock } from './schema-state.ts';
import type { CatalogTable } from '../../shared/catalog/catalog.ts';
import type { ClockContact, ClockReading } from '../../shared/sync/clock.ts';
import type { FoundServer, Visit } from '../../shared/sync/judge-server.ts';
import type { Effect, Row, TreeRow } from '../../shared/sync/plan.ts';
import type { TableDigest } from './table-digest.ts';
import type { RemoteDevice } from './devices.ts';
import type { NewClass } from './new-class.ts';
import type { Resolution } from '../../shared/sync/logged-fields.ts';
import type { ErrorJson } from '../../shared/errors.ts';

/** How to reach a server: every field set by us, nothing read from the environment. */
export interface Endpoint {
  /** Host name or address, or for the built-in server the folder of its socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Null only for the built-in server's socket, where the operating system says who we are. */
  readonly password: string | null;
  readonly tls: 'disable' | 'require' | 'verify-ca' | 'verify-full';
  readonly ca: string | null;
  /** SHA-256 fingerprint of the only certificate to trust; replaces CA verification when set. */
  readonly fingerprint: string | null;
  /** A person allowed the password in clear text or as MD5 where TLS has proved who the server is; false by default. */
  readonly allowWeakPassword?: boolean | undefined;
  readonly applicationName: string;
}

/** Who a server is. Never a URL: `system` and `databaseOid` stay when it moves to another address. */
export interface ServerIdentity {
  readonly system: string;
  readonly databaseOid: string;
  readonly schema: string;
  readonly version: number;
  /** History of the cluster; null where this role may not ask. */
  readonly timeline: string | null;
  readonly epoch: string;
  readonly inRecovery: boolean;
}

/** A row of the server with its journal entry. `row` null: absent, `content` then holds what it was when deleted, where known. */
export interface ServerRow {
  readonly table: string;
  readonly pk: string;
  readonly row: TreeRow;
  /** Journal version, a growing integer as text; null for rows without journal entry (never happens in managed mode unless triggers were off). */
  readonly ver: string | null;
  readonly content: Row | null;
  /** Interval of the server's time in which it was edited; null where no clock can tell. `editedAt` is its later end. */
  readonly editedFrom: string | null;
  readonly editedAt: string | null;
  /** Device name of the run that last wrote it, null for foreign writers. */
  readonly by: string | null;
}

/**
 * Why an observation from a horizon gave no rows and everything must be read (`since: null`): the server's transactions are behind the horizon (a standby, or
 * a server put back), tombstones since then were collected or the journal was off for a while, or the journal names a row nobody can see.
 */
export type RestartReason = 'horizon-behind' | 'horizon-collected' | 'journal-gap';

/**
 * What one observation saw besides rows. `horizon` is the snapshot's xmin: the next observation reads every row whose last writer is not older.
 * Where `restart` is set it is lower than the `since` asked for, nothing may be concluded from the rows given, and it must not be stored.
 */
export interface Observation {
  readonly horizon: string;
  readonly restart: RestartReason | null;
  readonly identity: ServerIdentity;
  readonly full: boolean;
  readonly rows: number;
  /** Tables of which this role does not see every row: of those, a row that did not come may be hidden, and nothing follows from its absence. */
  readonly hidden: ReadonlySet<string>;
  /** Whether that was counted. Otherwise every table that has rows is called hidden, because nothing says that all of them came. */
  readonly counted: boolean;
  /** What this role may not do of what syncing needs, as it stood in the snapshot. */
  readonly lacking: LackingRights;
  /** The last visit of the device asked about, and whether this role may leave one. */
  readonly visit: FoundServer['visit'];
  readonly mayVisit: boolean;
  /** Rows that can stand for a visit, where none may be left. */
  readonly witnesses: readonly Witness[];
  readonly serverTime: string;
  /** The server's clock beside those of this PC. */
  readonly clock: ClockContact;
  /** Whether another session held the lock of the class: somebody is syncing. */
  readonly locked: boolean;
  /** Name of the class; null where it is not there. */
  readonly className: string | null;
  /** The secret of the class, null where it has none yet, and the lines of the resolution log that are new. */
  readonly secret: string | null;
  readonly resolutions: readonly Resolution[];
}

/** A row that stands for a visit where none may be left. */
export interface Witness {
  readonly table: string;
  readonly pk: string;
  readonly ver: string;
  readonly xid: string;
}

/** A device as the server lists it. */
export interface VisitingDevice {
  readonly id: string;
  readonly name: string;
  readonly version?: string | undefined;
}

/** A visit to leave: which one it follows (null: none), and the new one. */
export interface VisitRequest {
  readonly scope: string;
  readonly device: VisitingDevice;
  readonly from: Visit | null;
  readonly to: Visit;
  /** Whether transactions are numbered anew on this server, so that numbers from before must not be taken for later ones. */
  readonly renumber: boolean;
  readonly signal: AbortSignal;
}

/** What to read of the server: everything, or what became visible since the last observation. */
export interface ObserveRequest {
  readonly scope: string;
  readonly tables: readonly CatalogTable[];
  /** Stored horizon, or null for everything. */
  readonly since: string | null;
  /**
   * A run whose rows are all known here as it left them: those nobody wrote since are not read again. Only where rows are read from a horizon on.
   */
  readonly settled?: string | undefined;
  /** Whose visit to look for, and the rows that stand for one. A device that was shut out is refused with `device-removed`. */
  readonly device?: string | undefined;
  readonly witnesses?: readonly Witness[] | undefined;
  /**
   * Asked once, with what the snapshot shows, before any row is read: whether to read everything after all. Throws to conclude nothing. Without it the
   * horizons alone decide.
   */
  readonly readAll?: ((found: FoundServer) => boolean) | undefined;
  /** The clocks of this PC. */
  readonly readClock: () => ClockReading;
  readonly signal: AbortSignal;
  /**
   * Where most rows are known already, and everything is read: answers the keys of those rows, of one table and each as JSON text with its cells in the order of the
   * catalog, that are not known to be just so; only they are handed over then. Called with at most 2,000 rows at a time.
   */
  readonly differing?:
    | ((
        table: CatalogTable,
        rows: readonly { readonly pk: string; readonly text: string }[],
      ) => Promise<readonly string[]>)
    | undefined;
  /**
   * Asked before a table is read where `differing` is: whether all of it is just as it is known, by what its rows come to (`digest`, which is told how many there should
   * be). Answers how many rows that are, or null where they have to be looked at one by one.
   */
  readonly wholly?:
    | ((table: CatalogTable, digest: (rows: number) => Promise<TableDigest>) => Promise<number | null>)
    | undefined;
  /** Called with at most 2,000 rows at a time, parents before children; must persist them before it resolves. */
  onRows(rows: readonly ServerRow[]): Promise<void> | void;
}

/** One run on the server. */
export interface ApplyRequest {
  readonly scope: string;
  /** The class, for a server that does not have it, or not any more: it is made in the transaction of the run. Without it such a run throws `not-found`. */
  readonly newClass?: Omit<NewClass, 'id'> | undefined;
  readonly runId: string;
  /**
   * Records, by the text of their key, whose erasures this run carries out where the server has them: those this PC carried out, brings or agreed to. Any other
   * waits for somebody's agreement. Without it every erasure of the class is carried out.
   */
  readonly erases?: readonly string[];
  readonly device: VisitingDevice;
  /** The visit this run leaves, in the same transaction; a run that finds another one before it is stale. */
  readonly visit?: { readonly from: Visit | null; readonly to: Visit } | undefined;
  readonly planHash: string;
  readonly epoch: string;
  /**
   * Horizon of the observation the plan was made on. A collision with a row that was already visible then is refused, because a new plan would meet it again;
   * any other is stale. Without it every collision is stale.
   */
  readonly horizon?: string | null;
  /**
   * Whether a row of the server is known here. A child, unknown here, of a record the run deletes makes the plan stale: nobody saw it when the deletion was
   * decided. Asked only with a horizon; without it nothing is looked for.
   */
  readonly isKnown?: (table: string, pk: string) => boolean;
  readonly tables: readonly CatalogTable[];
  /** Up effects only. Gone through more than once, and never held as a whole: a list may read its items from a file as they are asked for. */
  readonly effects: EffectList;
  /** Lines for the resolution log, written with the rows or not at all. */
  readonly resolutions?: readonly Resolution[];
  readonly signal: AbortSignal;
  /** `table`: of which table the rows are that go just now, where rows are sent. */
  onPhase(phase: string, done: number, total: number, table?: string): void;
  /**
   * Called, after the rows were written, with a part of those whose version is asked for at a time: the place of each in `effects`, whose result the server now
   * holds, and its version.
   */
  onReadBack(rows: readonly { readonly ord: number; readonly ver: string | null }[]): void;
  /**
   * Called after all proofs and before COMMIT; must have made durable, when it returns, what it was given since the last attempt began. `there` are the places of
   * rows that were already as wanted and were not written.
   */
  onProved(there: readonly number[]): void;
}

/** One up effect with the interval, in the server's time, in which it was edited here. */
export type TimedEffect = Effect & {
  readonly editedFrom: string | null;
  readonly editedTo: string | null;
  /** Nobody asks which version the server gives the row: it is compared there, and does not come back. */
  readonly versionUnasked?: boolean | undefined;
};

/** Effects in a fixed order; an array is one. */
export interface EffectList extends Iterable<TimedEffect> {
  readonly length: number;
  slice(from: number, to: number): readonly TimedEffect[];
}

/** What moved since the plan was made: rows of the plan, a row it collides with or depends on, the server's epoch, or who this device is there. */
export type StaleReason = 'rows' | 'collision' | 'epoch' | 'visit';

/** How a run on the server ended. `unknown`: COMMIT was sent and the answer lost; only the ledger can tell. */
export type ApplyOutcome =
  | {
      readonly kind: 'committed';
      /** How many rows were written. */
      readonly written: number;
      readonly alreadyThere: readonly { readonly table: string; readonly pk: string }[];
    }
  | { readonly kind: 'duplicate' }
  | {
      readonly kind: 'stale';
      readonly reason: StaleReason;
      readonly rows: readonly { readonly table: string; readonly pk: string }[];
    }
  | {
      readonly kind: 'refused';
      readonly error: ErrorJson;
      readonly row: { readonly table: string; readonly pk: string } | null;
    }
  | { readonly kind: 'unknown'; readonly error: ErrorJson };

/** What to look up after a run: its rows by table, the horizon it was planned on, and the keys, as text, of the records erased here: their rows are not counted. */
export interface VerifyRunRequest {
  readonly scope: string;
  readonly runId: string;
  readonly horizon: string;
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly erased: readonly string[];
  readonly signal: AbortSignal;
}

/** What the server holds after a run, in one snapshot. `news`: rows others wrote since the horizon, and whether they are there, and of no erased record. */
export interface RunVerification {
  readonly rows: readonly { readonly table: string; readonly pk: string; readonly row: TreeRow }[];
  readonly counts: ReadonlyMap<string, number>;
  readonly news: ReadonlyMap<string, ReadonlyMap<string, boolean>>;
}

/** A class found on a server. */
export interface RemoteClass {
  readonly id: string;
  readonly name: string;
  readonly students: number;
  readonly sample: boolean;
}

/** A trigger on one of our tables that is not ours. */
export interface ForeignTrigger {
  readonly table: string;
  readonly trigger: string;
}

/** A trigger of others that fails when a row of the table is written. `trigger`: several names where it cannot be told which of them. */
export interface BrokenTrigger extends ForeignTrigger {
  readonly sqlstate: string;
}

/** Something people put on one of our tables that may refuse a row: a constraint, a unique index, a column that must not be empty, a policy. */
export interface ForeignRule {
  readonly table: string;
  /** Its name; of a column that must not be empty the column's. */
  readonly rule: string;
  /** Schema and name of one that may wait for the end of a transaction. */
  readonly late: readonly [schema: string, name: string] | null;
}

/** A row the server would refuse, and the rule or trigger of others that does. */
export interface RefusedRow {
  readonly table: string;
  readonly pk: string;
  readonly rule: string;
  readonly sqlstate: string;
}

/** What came of trying rows. `tried`: false where it could not be found out for all of them, such as for want of time or rights. */
export interface Trial {
  readonly tried: boolean;
  readonly broken: readonly BrokenTrigger[];
  readonly refused: readonly RefusedRow[];
}

/** Rows to try. `known`: whether a run was refused because of a row, so that every refusal of it counts. */
export interface TrialRequest extends ProbeRequest {
  readonly known?: ((table: string, pk: string) => boolean) | undefined;
}

/** What a probe writes; everything is rolled back. */
export interface ProbeRequest {
  readonly scope: string;
  readonly effects: EffectList;
  readonly signal: AbortSignal;
}

/** The server side as the sync service sees it. One instance per call chain; `close` always. */
export interface Remote {
  readonly identity: ServerIdentity;
  /**
   * Whether it stands on a session that was used before and not asked again since. What is said here of server and schema is from that time: an observation that
   * finds them otherwise, or the session gone, fails with `connection-dropped` or `timeout`, and a new remote is to be opened.
   */
  readonly unproven: boolean;
  /** How often the server was asked something since this was opened. */
  readonly asked: number;
  /** Tables that stay out because their columns are not as the catalog says. */
  readonly blocks: readonly TableBlock[];
  /** What the role may do beyond what syncing needs: everything, or to change the tables themselves. */
  readonly power: 'superuser' | 'owner' | null;
  /** Triggers on our tables that people or programs put there. */
  readonly foreignTriggers: readonly ForeignTrigger[];
  /** Rules on our tables that people put there. */
  readonly foreignRules: readonly ForeignRule[];
  /** Changes whenever what is known of the server's tables and rules could be other than before. */
  readonly schemaPrint: string;
  /** Writes some rows, rolls back, and tells which of them the server refuses, and which foreign triggers failed. */
  tryRows(request: TrialRequest): Promise<Trial>;
  classes(): Promise<readonly RemoteClass[]>;
  /** Makes the class row and its bookkeeping; no effect when it is there. */
  createClass(cls: { readonly id: string; readonly name: string; readonly sample: boolean }): Promise<void>;
  observe(request: ObserveRequest): Promise<Observation>;
  /** Leaves a visit. False when the one it was to follow is not there any more. */
  visit(request: VisitRequest): Promise<boolean>;
  /** The last visits of some devices, by device. */
  visits(scope: string, devices: readonly string[]): Promise<ReadonlyMap<string, Visit>>;
  /** Gives the server a new epoch where it still has the one it was judged by, and answers the one in force. */
  beginEpoch(scope: string, from: string, to: string): Promise<string>;
  apply(request: ApplyRequest): Promise<ApplyOutcome>;
  /** Asks the ledger by inserting the run id and rolling back: true when that run was committed. Waits for a run still in flight. */
  wasCommitted(scope: string, runId: string): Promise<boolean>;
  /** Reads what a run was about again, in one snapshot and one round trip. */
  verifyRun(request: VerifyRunRequest): Promise<RunVerification>;
  /** The devices that have synced a class, last seen first. */
  devices(scope: string): Promise<readonly RemoteDevice[]>;
  /** Shuts a device out of a class: its next run is refused with `device-removed`. Throws `not-found`. */
  removeDevice(scope: string, device: string): Promise<void>;
  /** The secret of a class, under which the resolution log hashes what it must not name. Made when there is none. */
  classSecret(scope: string): Promise<string | null>;
  /** Adds lines to the resolution log without a run. */
  logResolutions(scope: string, lines: readonly Resolution[]): Promise<void>;
  close(): Promise<void>;
}
