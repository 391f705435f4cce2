import { z } from 'zod';
import { method } from './method.ts';
import { done, id, inClass, input, items, runOutcome, time } from './values.ts';

export const tlsMode = z.enum(['disable', 'require', 'verify-ca', 'verify-full']);
export const syncMode = z.enum(['two-way', 'push-only', 'pull-only']);

/** What a person enters. The password goes to the keychain and never comes back. `builtin` means the PostgreSQL inside this app. */
export const connectionInput = z.object({
  name: input,
  builtin: z.boolean().optional(),
  host: input,
  port: z.number().int().min(1).max(65535),
  database: input,
  user: input,
  password: z.string().max(2000).optional(),
  tls: tlsMode,
  /** PEM text of the school's certificate authority. */
  ca: z.string().max(200_000).optional(),
  /** SHA-256 fingerprint of the one certificate to trust, upper-case hex pairs with colons. */
  fingerprint: z.string().max(200).optional(),
  /** Lets the password out in clear text or as MD5, where the certificate has proved who the server is; only SCRAM otherwise. */
  allowWeakPassword: z.boolean().optional(),
  mode: syncMode,
  /** Of a backup copy (push-only): whether rows that are gone for good here go there too; kept unless said otherwise. */
  deletes: z.enum(['mirror', 'keep']).optional(),
});
export type ConnectionInput = z.infer<typeof connectionInput>;

export const connectionStatus = z.enum(['IDLE', 'IN_PROGRESS', 'COMPLETED', 'FAILED']);
const errorJson = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

/** Minutes between two rounds of continuous sync. */
export const everyMinutes = z.union([z.literal(1), z.literal(5), z.literal(15), z.literal(60)]);
/** Why a round of continuous sync does nothing just now: somebody is at the list of changes, or asked for a list that is not carried out yet. */
export const roundWaits = z.enum(['at-list', 'asked-list']);
/** Continuous sync of a connection: what was chosen, and how it goes. */
export const continuousState = z.object({
  everyMinutes,
  paused: z.boolean(),
  /** What stopped it until a person acts. */
  halted: errorJson.nullable(),
  /** When the next round is due; null where none is: paused, halted, under way, or this engine runs none. */
  nextAt: time.nullable(),
  /** Rounds in a row that failed; above zero it comes later and later. */
  failures: z.number(),
  waits: roundWaits.nullable(),
  /** How much it takes: questions to the server in a round that finds nothing, and how long the last round took in milliseconds. Null before the first. */
  load: z.object({ asked: z.number(), lastMs: z.number() }).nullable(),
  /** Rows that wait and are left to a person, because a sync that carried them was taken back here. */
  takenBack: z.number(),
});
export type ContinuousState = z.infer<typeof continuousState>;

/** One connection as everybody sees it: no secret, a status that is true. `checking` is true while the outcome of a run is being found out. */
export const connectionItem = z.object({
  id,
  classId: id,
  name: z.string(),
  builtin: z.boolean(),
  host: z.string(),
  port: z.number(),
  database: z.string(),
  user: z.string(),
  tls: tlsMode,
  /** What vouches for the server's certificate: this PC's certificate store, a stored authority, or one stored certificate. */
  trust: z.enum(['store', 'ca', 'fingerprint']),
  allowWeakPassword: z.boolean(),
  mode: syncMode,
  deletes: z.enum(['mirror', 'keep']),
  remoteClassId: id.nullable(),
  status: connectionStatus,
  checking: z.boolean(),
  lastRunAt: z.string().nullable(),
  /** When the server was last read to the end, by a sync, a preview or a look: how old everything is that is said about it. */
  checkedAt: z.string().nullable(),
  error: errorJson.nullable(),
  /** Null where it is not to be kept in sync by itself. */
  continuous: continuousState.nullable(),
  /** How the newest run ended; null before the first. */
  lastOutcome: runOutcome.nullable(),
  /** What waits, in distinct rows; what the numbers mean stands in `shared/sync/plan-counts.ts`. */
  pending: z.object({
    up: z.number(),
    down: z.number(),
    both: z.number(),
    conflicts: z.number(),
    blocked: z.number(),
    left: z.number(),
  }),
});
export type ConnectionItem = z.infer<typeof connectionItem>;

export const testStepId = z.enum(['name', 'tcp', 'tls', 'login', 'database', 'version', 'rights', 'schema', 'clock']);
/** One step of Test Connection. `code` is an error code with its remedy in the texts; `params` are facts to show (address, certificate, version, offset). */
export const testStep = z.object({
  id: testStepId,
  state: z.enum(['waiting', 'running', 'ok', 'warning', 'failed', 'skipped']),
  code: z.string().nullable(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  ms: z.number().nullable(),
  /** Where the database is not there: the databases of the server this account may open, as far as one of the usual ones tells. */
  databases: z.array(z.string()).optional(),
});
export type TestStep = z.infer<typeof testStep>;

/** An installation that has synced a class with a server. `removed`: shut out, its next run is refused. */
export const deviceItem = z.object({
  id,
  name: z.string(),
  appVersion: z.string().nullable(),
  lastSeen: time,
  removed: z.boolean(),
  /** Whether it is the one that asks. */
  here: z.boolean(),
});
export type DeviceItem = z.infer<typeof deviceItem>;

/** What stands in the database as far as Tallybook is concerned. */
export const serverState = z.enum(['empty', 'managed', 'older', 'newer', 'damaged']);

export const connectionMethods = {
  'connection.list': method(z.object({ classId: id.optional() }), items(connectionItem)),
  'connection.add': method(inClass.extend({ connection: connectionInput }), connectionItem),
  /** Fields left out stay; a password left out keeps the stored one. */
  'connection.set': method(inClass.extend({ connectionId: id, change: connectionInput.partial() }), connectionItem),
  /** A password to use where none is saved, until it is taken back (null); it is never saved. */
  'connection.lendPassword': method(
    inClass.extend({ connectionId: id, password: z.string().max(2000).nullable() }),
    done,
  ),
  'connection.remove': method(inClass.extend({ connectionId: id }), done),
  /** Emits progress with `{ step }` for each step as it changes. */
  'connection.test': method(
    z.union([
      inClass.extend({ connectionId: id, connection: connectionInput.optional() }),
      z.object({ connection: connectionInput }),
    ]),
    z.object({ ok: z.boolean(), steps: z.array(testStep), server: serverState.nullable() }),
  ),
  /** First-time set-up or schema upgrade of the server; without `consent` only the SQL is returned. */
  'connection.init': method(
    inClass.extend({
      connectionId: id,
      consent: z.boolean(),
      grantTo: z.array(input).max(50).optional(),
      /** Keeps the roles of `grantTo` to this class, by policies on every row. */
      classPolicies: z.boolean().optional(),
      upgrade: z.boolean().optional(),
    }),
    z.object({ done: z.boolean(), sql: z.string(), server: serverState }),
  ),
  'device.list': method(inClass.extend({ connectionId: id }), items(deviceItem)),
  /** Shuts a device out of the class on that server: its next run is refused. What it has sent stays. */
  'device.remove': method(inClass.extend({ connectionId: id, deviceId: id }), items(deviceItem)),
  /** Says which class on the server this class is: an existing one ("join 5B") or a new one with this class's id. */
  'connection.bind': method(
    inClass.extend({ connectionId: id, remoteClass: z.union([id, z.literal('new')]) }),
    connectionItem,
  ),
};
