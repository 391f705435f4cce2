import { syncedTables } from '../../shared/catalog/catalog.ts';
import { AppError } from '../../shared/errors.ts';
import type { FoundServer } from '../../shared/sync/judge-server.ts';
import type { Resolution } from '../../shared/sync/logged-fields.ts';
import { heldElsewhere } from './class-lock.ts';
import { classProof, mayCountStatement } from './device-functions.ts';
import { decodeTime, utcText } from './decode-row.ts';
import { quoteLiteral } from './identifiers.ts';
import { nothingRead, readRows, type ReadResult } from './observe-rows.ts';
import { lackingStatement, readLacking, type LackingRights } from './missing-rights.ts';
import { changedCountsSql, wholeTables, xidConstant } from './observe-sql.ts';
import type { RemoteContext } from './remote-context.ts';
import { readingSettings } from './reading-settings.ts';
import { firstAnswerMs, readSchemaPrint, sameFacts, schemaPrintStatement, type RemoteFacts } from './remote-facts.ts';
import type { Observation, ObserveRequest, RestartReason, ServerIdentity } from './remote.ts';
import { decodeResolution, readLogStatements } from './resolution-log.ts';
import { removedStatement } from './devices.ts';
import { inSchema } from './row-sql.ts';
import {
  newestRowsStatement,
  readNewestRows,
  readVisit,
  readWitnesses,
  visitStatement,
  witnessStatement,
  type FoundVisit,
} from './visit.ts';
import { identityStatement, journalTriggerCount, journalTriggersStatement, readIdentity } from './server-identity.ts';

const begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = '5min'; SET LOCAL row_security = on; ${readingSettings}`;

/** What the first statements of the snapshot found out. */
interface Opening {
  readonly horizon: string;
  readonly identity: ServerIdentity;
  readonly collected: string;
  readonly changed: ReadonlyMap<string, number>;
  readonly className: string | null;
  readonly secret: string | null;
  /** Whether this role may ask how many rows there are, whoever may see them. */
  readonly mayCount: boolean;
  /** Whether policies decide which entries of the journal this role sees. */
  readonly narrowed: boolean;
  readonly lacking: LackingRights;
  readonly resolutions: readonly Resolution[];
  readonly visit: FoundVisit;
  readonly witness: FoundServer['witness'];
  readonly locked: boolean;
}

/**
 * Reads one snapshot: everything, or what was written by transactions that were not finished at the given horizon. Whatever committed late is in the next
 * reading, because the horizon is the oldest transaction still running and not a time or a number of rows. Writes nothing.
 * `expected`: what was found out when the session was used first; `connection-dropped` is thrown when that does not hold any more, and `onProved` called when it does.
 */
export async function observe(
  context: RemoteContext,
  given: ObserveRequest,
  known: { readonly expected: RemoteFacts | null; onProved(): void } = { expected: null, onProved: () => {} },
): Promise<Observation> {
  const { session } = context;
  try {
    const opening = await open(context, given, known.expected);
    known.onProved();
    const request = await readAllWhereNeeded(context, given, opening);
    const restart = given.readAll === undefined ? restartReason(request, opening) : null;
    const partial = opening.narrowed && opening.mayCount && (await hidesEntries(context, request));
    const passedOver = partial && request.since !== null;
    const read = restart === null && !passedOver ? await readRows(context, request, opening.changed) : nothingRead;
    const hidden = request.since === null ? await hiddenTables(context, request, read, opening.mayCount) : nowhere;
    const clock = await close(context, given, !opening.visit.mayVisit);
    const reason: RestartReason | null = restart ?? (read.gap || passedOver ? 'journal-gap' : null);
    return {
      horizon: reason === null || reason === 'horizon-behind' ? opening.horizon : '0',
      restart: reason,
      identity: opening.identity,
      full: request.since === null,
      rows: read.rows,
      // Where a deletion may be hidden, nothing follows from what is not there.
      hidden: partial && request.since === null ? new Set(request.tables.map(({ name }) => name)) : hidden,
      counted: opening.mayCount,
      lacking: opening.lacking,
      ...opening.visit,
      ...clock,
      className: opening.className,
      locked: opening.locked,
      secret: opening.secret,
      resolutions: opening.resolutions,
    };
  } catch (error) {
    if (session.transaction !== 'none') await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function open(context: RemoteContext, request: ObserveRequest, expected: RemoteFacts | null): Promise<Opening> {
  const { session, catalog, askSystem } = context;
  const { scope, since, device, witnesses = [], signal } = request;
  const [
    ,
    print,
    name,
    snapshot,
    identity,
    triggers,
    counting,
    lacking,
    collected,
    secret,
    log,
    removed,
    visit,
    witness,
    locked,
    counts,
  ] = await session.pipeline(
    [
      { sql: since === null ? `${begin}; ${wholeTables}` : begin },
      expected === null ? nothing : schemaPrintStatement(catalog),
      { sql: `SELECT name FROM ${inSchema(catalog, 'class')} WHERE id = ${quoteLiteral(scope)}` },
      { sql: 'SELECT txid_snapshot_xmin(txid_current_snapshot())' },
      identityStatement(catalog, askSystem),
      journalTriggersStatement(catalog, request.tables),
      mayCountStatement(catalog),
      lackingStatement(catalog),
      { sql: `SELECT horizon FROM ${inSchema(catalog, 'gc_horizon')} WHERE class_id = ${quoteLiteral(scope)}` },
      ...readLogStatements(catalog, scope, since),
      device === undefined ? nothing : removedStatement(catalog, scope, device),
      device === undefined ? nothing : visitStatement(catalog, scope, device),
      witnesses.length === 0 ? nothing : witnessStatement(catalog, scope, witnesses),
      { sql: heldElsewhere(scope) },
      ...(since === null ? [] : [{ sql: changedCountsSql(catalog, scope, since, request.settled) }]),
    ],
    expected === null ? { signal } : { signal, silenceMs: firstAnswerMs },
  );
  const found = readIdentity(catalog, identity?.rows[0]);
  // Somebody altered the schema, or the server became another one way or the other, since the session was used first.
  if (expected !== null && !sameFacts(expected, readSchemaPrint(print?.rows[0]), found))
    throw new AppError('connection-dropped', { reason: 'outdated' });
  if (removed?.rows[0]?.[0] === 't') throw new AppError('device-removed');
  if (Number(triggers?.rows[0]?.[0]) !== journalTriggerCount(request.tables))
    throw new AppError('schema-damaged', { kind: 'trigger-off' });
  return {
    horizon: snapshot?.rows[0]?.[0] ?? '0',
    identity: found,
    collected: collected?.rows[0]?.[0] ?? '0',
    className: name?.rows[0]?.[0] ?? null,
    secret: secret?.rows[0]?.[0] ?? null,
    mayCount: counting?.rows[0]?.[0] === 't',
    narrowed: counting?.rows[0]?.[1] === 't',
    lacking: readLacking(catalog, lacking?.rows[0]),
    resolutions: (log?.rows ?? []).map(decodeResolution),
    changed: new Map((counts?.rows ?? []).map(([table, count]) => [table ?? '', Number(count)])),
    visit: readVisit(visit?.rows[0]),
    witness: witnesses.length === 0 ? null : readWitnesses(witness?.rows ?? []),
    locked: locked?.rows[0]?.[0] === 't',
  };
}

/** Whoever asks decides from what the snapshot shows, before any row is read. */
async function readAllWhereNeeded(
  context: RemoteContext,
  request: ObserveRequest,
  opening: Opening,
): Promise<ObserveRequest> {
  const { identity, horizon, collected, witness } = opening;
  const all = request.readAll?.({ ...identity, horizon, collected, witness, visit: opening.visit.visit }) ?? false;
  if (!all || request.since === null) return request;
  await context.session.query(wholeTables, [], { signal: request.signal });
  return { ...request, since: null };
}

const nowhere: ReadonlySet<string> = new Set();

/** Whether policies hide entries of the journal of what is to be read: those of a part of the rows, say. Who has no right to the class itself is told nothing. */
async function hidesEntries(
  { session, catalog }: RemoteContext,
  { scope, since, signal }: ObserveRequest,
): Promise<boolean> {
  const of = `${quoteLiteral(scope)}::uuid`;
  // Entries of another cluster stand below zero.
  const from = since === null ? `'-9223372036854775808'::int8` : xidConstant(since);
  const { rows } = await session.query(
    `SELECT pg_catalog.count(*) <> ${inSchema(catalog, 'journal_entries')}(${of}, ${classProof(catalog, of)}, ${from})
FROM ${inSchema(catalog, 'row_state')} s WHERE s.scope = ${of} AND s.xid >= ${from}`,
    [],
    { signal },
  );
  return rows[0]?.[0] === 't';
}

/**
 * Policies of the server may hide rows from this role. A count by the owner, in the same snapshot, says whether what came is all there is; where
 * the owner's count cannot be had, nothing is taken to be all.
 */
async function hiddenTables(
  context: RemoteContext,
  { scope, signal }: ObserveRequest,
  read: ReadResult,
  mayCount: boolean,
): Promise<ReadonlySet<string>> {
  const { session, catalog } = context;
  const of = `${quoteLiteral(scope)}::uuid`;
  const cls = inSchema(catalog, 'class');
  // A class that is not there has no rows; whether it is not there, only a role knows that sees all of them.
  const ask = `SELECT c.tbl, c.n FROM ${inSchema(catalog, 'journal_row_counts')}(${of}, ${classProof(catalog, of)}) c
UNION ALL SELECT NULL, 0 WHERE NOT pg_catalog.row_security_active(${quoteLiteral(cls)}) AND NOT EXISTS (SELECT FROM ${cls} c WHERE c.id = ${of})`;
  const { rows } = mayCount ? await session.query(ask, [], { signal }) : { rows: [] };
  if (rows.some(([table]) => table === null)) return new Set();
  const there = new Map(rows.map(([table, count]) => [table, Number(count)]));
  return new Set(
    syncedTables(catalog)
      .map(({ name }) => name)
      .filter((name) => there.get(name) !== (read.present.get(name) ?? 0)),
  );
}

function restartReason(request: ObserveRequest, opening: Opening): RestartReason | null {
  if (request.since === null) return null;
  const since = BigInt(request.since);
  if (BigInt(opening.horizon) < since) return 'horizon-behind';
  return since < BigInt(opening.collected) ? 'horizon-collected' : null;
}

/** A statement in the place of one that is not needed. */
const nothing = { sql: 'SELECT' };

/** Ends the snapshot and compares the clocks: the shorter the way, the more exactly. */
async function close(
  { session, catalog }: RemoteContext,
  { scope, device, readClock, signal }: ObserveRequest,
  needsWitnesses: boolean,
): Promise<Pick<Observation, 'serverTime' | 'clock' | 'witnesses'>> {
  const ask = needsWitnesses && device !== undefined ? newestRowsStatement(catalog, scope).sql : null;
  const found = ask === null ? [] : (await session.query(ask, [], { signal })).rows;
  const before = readClock();
  const [, answer] = await session.pipeline(
    [{ sql: 'COMMIT' }, { sql: `SELECT ${utcText('pg_catalog.clock_timestamp()')}` }],
    { signal },
  );
  const after = readClock();
  const half = (after.monotonicMs - before.monotonicMs) / 2;
  const serverTime = decodeTime(answer?.rows[0]?.[0] ?? null) ?? '';
  const clock = {
    ...after,
    monotonicMs: after.monotonicMs - half,
    wallMs: after.wallMs - half,
    serverMs: Date.parse(serverTime),
    // The text ends with milliseconds or less.
    uncertaintyMs: half + 1,
  };
  return { witnesses: readNewestRows(found), serverTime, clock };
}
