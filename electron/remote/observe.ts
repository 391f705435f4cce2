import type { CatalogTable } from '../../shared/catalog/catalog.ts';
import { AppError } from '../../shared/errors.ts';
import type { Cell } from '../../shared/sync/plan.ts';
import type { Resolution } from '../../shared/sync/logged-fields.ts';
import { copyRows } from './copy-text.ts';
import { decodeTime } from './decode-row.ts';
import { quoteLiteral } from './identifiers.ts';
import {
  changedCountsSql,
  changedRowsSql,
  dataRowsSql,
  serverRowDecoder,
  tombstonesSql,
  wholeTables,
} from './observe-sql.ts';
import type { PgSession } from './pg-session.ts';
import type { RemoteContext } from './remote-context.ts';
import { readingSettings } from './reading-settings.ts';
import type { Observation, ObserveRequest, RestartReason, ServerIdentity, ServerRow } from './remote.ts';
import { decodeResolution, readLogStatements } from './resolution-log.ts';
import { inSchema } from './row-sql.ts';
import { identityStatement, journalTriggerCount, journalTriggersStatement, readIdentity } from './server-identity.ts';

/** Rows handed over at a time. */
const chunkRows = 2_000;
/** Up to this many changed rows are asked for in one message instead of table by table. */
const fewRows = 2_000;

const begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = '5min'; SET LOCAL row_security = on; ${readingSettings}`;

/** What the first statements of the snapshot found out. */
interface Opening {
  readonly horizon: string;
  readonly identity: ServerIdentity;
  readonly collected: string;
  readonly changed: ReadonlyMap<string, number>;
  readonly secret: string | null;
  readonly resolutions: readonly Resolution[];
}

/**
 * Reads one snapshot: everything, or what was written by transactions that were not finished at the given horizon. Whatever committed late is in the next
 * reading, because the horizon is the oldest transaction still running and not a time or a number of rows. Writes nothing.
 */
export async function observe(context: RemoteContext, request: ObserveRequest): Promise<Observation> {
  const { session } = context;
  try {
    const opening = await open(context, request);
    const restart = restartReason(request, opening);
    const read = restart === null ? await readRows(context, request, opening) : { rows: 0, gap: false };
    const clock = await close(session, request.signal);
    const reason: RestartReason | null = restart ?? (read.gap ? 'journal-gap' : null);
    return {
      horizon: reason === null || reason === 'horizon-behind' ? opening.horizon : '0',
      restart: reason,
      identity: opening.identity,
      full: request.since === null,
      rows: read.rows,
      ...clock,
      secret: opening.secret,
      resolutions: opening.resolutions,
    };
  } catch (error) {
    if (session.transaction !== 'none') await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function open(context: RemoteContext, request: ObserveRequest): Promise<Opening> {
  const { session, catalog, askSystem } = context;
  const { scope, since, signal } = request;
  const [, snapshot, identity, triggers, collected, secret, log, counts] = await session.pipeline(
    [
      { sql: since === null ? `${begin}; ${wholeTables}` : begin },
      { sql: 'SELECT txid_snapshot_xmin(txid_current_snapshot())' },
      identityStatement(catalog, askSystem),
      journalTriggersStatement(catalog),
      { sql: `SELECT horizon FROM ${inSchema(catalog, 'gc_horizon')} WHERE class_id = ${quoteLiteral(scope)}` },
      ...readLogStatements(catalog, scope, since),
      ...(since === null ? [] : [{ sql: changedCountsSql(catalog, scope, since) }]),
    ],
    { signal },
  );
  if (Number(triggers?.rows[0]?.[0]) !== journalTriggerCount(catalog))
    throw new AppError('schema-damaged', { kind: 'trigger-off' });
  return {
    horizon: snapshot?.rows[0]?.[0] ?? '0',
    identity: readIdentity(catalog, identity?.rows[0]),
    collected: collected?.rows[0]?.[0] ?? '0',
    secret: secret?.rows[0]?.[0] ?? null,
    resolutions: (log?.rows ?? []).map(decodeResolution),
    changed: new Map((counts?.rows ?? []).map(([table, count]) => [table ?? '', Number(count)])),
  };
}

function restartReason(request: ObserveRequest, opening: Opening): RestartReason | null {
  if (request.since === null) return null;
  const since = BigInt(request.since);
  if (BigInt(opening.horizon) < since) return 'horizon-behind';
  return since < BigInt(opening.collected) ? 'horizon-collected' : null;
}

interface ReadResult {
  readonly rows: number;
  /** The journal calls a row alive that is not there. */
  readonly gap: boolean;
}

async function readRows(context: RemoteContext, request: ObserveRequest, opening: Opening): Promise<ReadResult> {
  const { catalog } = context;
  const { scope, since, tables } = request;
  if (since === null) {
    const read = await inTurn(tables, async (table) => {
      const data = await stream(context, request, table, dataRowsSql(catalog, table, scope));
      const tombstones = await stream(context, request, table, tombstonesSql(catalog, table, scope));
      return { rows: data.rows + tombstones.rows, gap: false };
    });
    return read;
  }
  const changed = tables.filter((table) => (opening.changed.get(table.name) ?? 0) > 0);
  if (changed.length === 0) return { rows: 0, gap: false };
  const total = changed.reduce((sum, table) => sum + (opening.changed.get(table.name) ?? 0), 0);
  // Images make rows large: they are always streamed.
  const small = (table: CatalogTable): boolean =>
    total <= fewRows && !table.columns.some((column) => column.type === 'bytea');
  const answers = await context.session.pipeline(
    changed.filter(small).map((table) => ({ sql: changedRowsSql(catalog, table, scope, since) })),
    { signal: request.signal },
  );
  const answered = new Map(changed.filter(small).map((table, index) => [table, answers[index]?.rows ?? []]));
  return await inTurn(changed, async (table) => {
    const rows = answered.get(table);
    if (rows === undefined) return await stream(context, request, table, changedRowsSql(catalog, table, scope, since));
    return await handOver(request, table, rows);
  });
}

/** One table after the other, parents before children. */
async function inTurn(
  tables: readonly CatalogTable[],
  read: (table: CatalogTable) => Promise<ReadResult>,
): Promise<ReadResult> {
  let rows = 0;
  let gap = false;
  for (const table of tables) {
    const result = await read(table);
    rows += result.rows;
    gap ||= result.gap;
  }
  return { rows, gap };
}

async function stream(
  context: RemoteContext,
  request: ObserveRequest,
  table: CatalogTable,
  sql: string,
): Promise<ReadResult> {
  const copy = context.session.copyOut(`COPY (${sql}) TO STDOUT`, { signal: request.signal });
  let rows = 0;
  let gap = false;
  for await (const chunk of copyRows(copy, chunkRows)) {
    const result = await handOver(request, table, chunk);
    rows += result.rows;
    gap ||= result.gap;
  }
  return { rows, gap };
}

async function handOver(
  request: ObserveRequest,
  table: CatalogTable,
  cells: readonly (readonly Cell[])[],
): Promise<ReadResult> {
  const decode = serverRowDecoder(table);
  const decoded = cells.map(decode);
  const rows: ServerRow[] = decoded.filter((row) => row !== null);
  if (rows.length > 0) await request.onRows(rows);
  return { rows: rows.length, gap: rows.length < decoded.length };
}

/** Ends the snapshot and compares the clocks: the shorter the way, the more exactly. */
async function close(session: PgSession, signal: AbortSignal): Promise<Pick<Observation, 'serverTime' | 'clock'>> {
  const sent = performance.now();
  const [, answer] = await session.pipeline([{ sql: 'COMMIT' }, { sql: `SELECT clock_timestamp()` }], { signal });
  const uncertaintyMs = (performance.now() - sent) / 2;
  const here = Date.now() - uncertaintyMs;
  const serverTime = decodeTime(answer?.rows[0]?.[0] ?? null) ?? '';
  return { serverTime, clock: { offsetMs: Date.parse(serverTime) - here, uncertaintyMs } };
}
