import type { Catalog } from '../../shared/catalog/catalog.ts';
import { AppError } from '../../shared/errors.ts';
import type { ErrorCode, ErrorParams } from '../../shared/errors.ts';
import { foreignTriggers, plainEffects, probeTriggers, tablesOf, triggerList } from './foreign-triggers.ts';
import { introspect } from './introspect.ts';
import { neverAborted } from './limit.ts';
import { findMissingRights, missingForSetUp } from './missing-rights.ts';
import type { PgQueryOptions, PgSession } from './pg-session.ts';
import type { Endpoint } from './remote.ts';
import { inspectSchema, schemaError, tooOld } from './schema-state.ts';
import type { SchemaReport } from './schema-state.ts';
import { isSocketFolder } from './socket.ts';

/** What a step found. */
export interface Finding {
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly code?: ErrorCode;
  readonly params?: ErrorParams;
  readonly databases?: string[];
}

/** What the checks after the login work with. */
export interface CheckContext {
  readonly session: PgSession;
  readonly endpoint: Endpoint;
  readonly catalog: Catalog;
  readonly readOnly: boolean;
  readonly now: () => number;
  readonly limits: PgQueryOptions;
}

/** A difference people can see on two clocks; below it nobody needs to act. */
const noticeableMs = 2_000;
const clockSamples = 5;

/** The database is there (the login went through); can it be written, and does it hold every language? */
export async function checkDatabase({ session, readOnly, limits }: CheckContext): Promise<Finding> {
  const { rows } = await session.query(
    `SELECT pg_catalog.current_database(), pg_catalog.current_setting('server_encoding'),
       pg_catalog.pg_is_in_recovery() OR pg_catalog.current_setting('transaction_read_only')::bool`,
    [],
    limits,
  );
  const [database = '', encoding = '', cannotWrite] = rows[0] ?? [];
  const params = { database, encoding };
  if (encoding !== 'UTF8')
    return { state: 'failed', code: 'schema-damaged', params: { ...params, kind: 'encoding', found: encoding } };
  if (cannotWrite === 't' && !readOnly) return { state: 'failed', code: 'server-read-only', params };
  return { state: 'ok', params };
}

/** Whether the server is new enough. */
export async function checkVersion({ session, limits }: CheckContext): Promise<Finding> {
  const { rows } = await session.query(`SELECT pg_catalog.current_setting('server_version')`, [], limits);
  // Distributions add their own name behind the number.
  const version = (rows[0]?.[0] ?? '').split(' ')[0] ?? '';
  const old = tooOld(session);
  return old === null ? { state: 'ok', params: { version } } : { state: 'failed', code: 'server-too-old', params: old };
}

/** What stands in the schema, and whether this role may do what it must: with the tables that are there, or setting up where there are none. */
export async function checkRights(
  context: CheckContext,
): Promise<{ readonly finding: Finding; readonly report: SchemaReport }> {
  const { session, catalog, endpoint, readOnly, limits } = context;
  const report = await inspectOrClosed(context);
  const { found, state } = report;
  const { user: role, database } = endpoint;
  const missing =
    state === 'empty'
      ? missingForSetUp(found, database, role)
      : await findMissingRights(session, catalog, found, { role, readOnly, ...limits });
  if (missing !== null) return { finding: { state: 'failed', code: 'right-missing', params: { ...missing } }, report };
  return {
    finding: powerFinding(context, report),
    report,
  };
}

/** What the role may do beyond what syncing needs. Of an empty database the one who sets it up will be the owner; over the socket file it is the app's own server. */
function powerFinding({ endpoint }: CheckContext, { found, state }: SchemaReport): Finding {
  const params = { user: endpoint.user };
  if (found.superuser) return { state: 'warning', code: 'role-powerful', params };
  const owner = found.owner && state !== 'empty' && !isSocketFolder(endpoint.host);
  return owner ? { state: 'warning', code: 'role-owner', params } : { state: 'ok' };
}

/** Whether the tables are there as they must be, and no trigger of others fails on them. An empty database is no fault: it can be set up. */
export async function checkSchema(context: CheckContext, report: SchemaReport | null): Promise<Finding> {
  const error = report === null ? null : schemaError(report);
  if (report === null || error === null) {
    const params = { version: report?.meta?.schemaVersion ?? null };
    return (report === null ? null : await checkTriggers(context, report)) ?? { state: 'ok', params };
  }
  const canBeMended = report.state === 'empty' || report.state === 'older';
  return { state: canBeMended ? 'warning' : 'failed', code: error.code, params: error.params };
}

/** Triggers of others on our tables: named, and each tried on a row that is rolled back. */
async function checkTriggers(context: CheckContext, report: SchemaReport): Promise<Finding | null> {
  const { session, catalog, readOnly, limits } = context;
  const triggers = foreignTriggers(catalog, report.found);
  if (triggers.length === 0) return null;
  const request = {
    scope: '00000000-0000-7000-8000-000000000000',
    effects: plainEffects(catalog, tablesOf(triggers)),
    signal: limits.signal ?? neverAborted,
  };
  const [broken] = readOnly ? [] : await probeTriggers(session, catalog, request);
  if (broken !== undefined) return { state: 'failed', code: 'trigger-broken', params: { ...broken } };
  return { state: 'warning', code: 'foreign-triggers', params: { triggers: triggerList(triggers) } };
}

/** How far the clocks are apart: the fastest of some questions tells it best. */
export async function checkClock({ session, now, limits }: CheckContext): Promise<Finding> {
  let best = { offsetMs: 0, uncertaintyMs: Number.POSITIVE_INFINITY };
  for (let sample = 0; sample < clockSamples; sample += 1) {
    const asked = now();
    const { rows } = await session.query(
      'SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::float8',
      [],
      limits,
    );
    const answered = now();
    const uncertaintyMs = Math.ceil((answered - asked) / 2);
    const offsetMs = Math.round(Number(rows[0]?.[0]) - (asked + answered) / 2);
    if (uncertaintyMs < best.uncertaintyMs) best = { offsetMs, uncertaintyMs };
  }
  const differs = Math.abs(best.offsetMs) > noticeableMs + best.uncertaintyMs;
  return differs ? { state: 'warning', code: 'clock-differs', params: best } : { state: 'ok', params: best };
}

/** A schema this role may not enter is there all the same; what it lacks is then found among the rights. */
async function inspectOrClosed({ session, catalog, limits }: CheckContext): Promise<SchemaReport> {
  try {
    return await inspectSchema(session, catalog, limits.signal);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'right-missing') throw error;
    const found = await introspect(session, catalog.schema, limits.signal);
    return { state: 'managed', meta: null, problems: [], found };
  }
}
