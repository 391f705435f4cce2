import { contentColumns, syncedTables, type Catalog, type CatalogTable } from '../../shared/catalog/catalog.ts';
import type { Cell, TreeRow } from '../../shared/sync/plan.ts';
import { copyRows } from './copy-text.ts';
import { rowDecoder } from './decode-row.ts';
import { quoteLiteral } from './identifiers.ts';
import { wholeTables } from './observe-sql.ts';
import type { PgSession } from './pg-session.ts';
import { readingSettings } from './reading-settings.ts';
import { columnOf, contentAsText, inSchema, pkExpression } from './row-sql.ts';
import { inspectSchema, type SchemaProblem } from './schema-state.ts';

/** A row as the server has it, past everything that is remembered about it here. */
export interface VerifiedRow {
  readonly table: string;
  readonly pk: string;
  readonly row: TreeRow;
  /** Transaction that last wrote it, as the journal says; null where the journal does not know the row. */
  readonly xid: string | null;
}

/** What keeps the horizon of a server where it is: an open writing transaction, a prepared one, or a replication slot. No names: they may be people's. */
export interface Holder {
  readonly kind: 'session' | 'prepared' | 'slot';
  /** Process id of a session or slot, transaction number of a prepared transaction; empty where the server does not say. */
  readonly id: string;
  /** At least so old; null where the server does not say. */
  readonly ageSeconds: number | null;
  /** Transactions since. */
  readonly transactions: number;
}

/** What a full reading for verification found besides rows. */
export interface ServerVerification {
  readonly rows: number;
  /** Journal triggers that are missing or do not fire always. */
  readonly triggers: readonly Extract<SchemaProblem, { kind: 'trigger-missing' | 'trigger-off' }>[];
  readonly holders: readonly Holder[];
}

/** How to read a server for verification. */
export interface VerifyRequest {
  readonly scope: string;
  readonly signal: AbortSignal;
  /** Called with at most 2,000 rows at a time, rows of one table together, deletions the journal remembers after the rows. */
  onRows(rows: readonly VerifiedRow[]): Promise<void>;
}

const begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = '5min'; SET LOCAL row_security = on; ${readingSettings}; ${wholeTables}`;
const chunkRows = 2_000;

/**
 * Reads every row of a class in one snapshot, from the tables themselves and not by what the journal says changed. Writes nothing. Null where the schema cannot be
 * read at all, which other checks say.
 */
export async function verifyServer(
  session: PgSession,
  catalog: Catalog,
  request: VerifyRequest,
): Promise<ServerVerification | null> {
  const { problems, state } = await inspectSchema(session, catalog, request.signal);
  const triggers = problems.filter((problem) => problem.kind === 'trigger-missing' || problem.kind === 'trigger-off');
  if ((state !== 'managed' && state !== 'damaged') || triggers.length < problems.length) return null;
  const holders = await readHolders(session, catalog, request);
  let rows = 0;
  try {
    await session.query(begin, [], { signal: request.signal });
    for (const table of syncedTables(catalog)) {
      rows += await stream(session, table, rowsSql(catalog, table, request.scope), true, request);
      await stream(session, table, deletionsSql(catalog, table, request.scope), false, request);
    }
    await session.query('COMMIT');
  } catch (error) {
    if (session.transaction !== 'none') await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
  return { rows, triggers, holders };
}

async function stream(
  session: PgSession,
  table: CatalogTable,
  sql: string,
  there: boolean,
  request: VerifyRequest,
): Promise<number> {
  const decode = rowDecoder(table);
  let count = 0;
  const copy = session.copyOut(`COPY (${sql}) TO STDOUT`, { signal: request.signal });
  for await (const chunk of copyRows(copy, chunkRows)) {
    const rows = chunk.map((cells: readonly Cell[]): VerifiedRow => {
      const [pk, xid] = cells;
      return { table: table.name, pk: pk ?? '', xid: xid ?? null, row: there ? decode(cells, 2) : null };
    });
    count += rows.length;
    await request.onRows(rows);
  }
  return count;
}

function rowsSql(catalog: Catalog, table: CatalogTable, scope: string): string {
  const pk = pkExpression(table, 't');
  return `SELECT ${pk}, s.xid, ${contentAsText(table, 't')} FROM ${inSchema(catalog, table.name)} t
LEFT JOIN ${inSchema(catalog, 'row_state')} s ON s.scope = ${columnOf('t', catalog.scopeColumn)} AND s.tbl = ${quoteLiteral(table.name)} AND s.pk = ${pk}
WHERE ${columnOf('t', catalog.scopeColumn)} = ${quoteLiteral(scope)}`;
}

/** Entries of the journal about rows that are not there. */
function deletionsSql(catalog: Catalog, table: CatalogTable, scope: string): string {
  const nulls = contentColumns(table).map(() => 'NULL');
  return `SELECT s.pk, s.xid, ${nulls.join(', ')} FROM ${inSchema(catalog, 'row_state')} s
WHERE s.scope = ${quoteLiteral(scope)} AND s.tbl = ${quoteLiteral(table.name)} AND s.deleted`;
}

/**
 * A server says to few since when a session of another role has been writing. It is at least as old as the first run of this class that began after it, which is also
 * what it costs: before anybody has synced since, nothing is read again.
 */
function sessionAge(catalog: Catalog, scope: string): string {
  const later = `r.xid > txid_snapshot_xmax(txid_current_snapshot()) - age(a.backend_xid)`;
  return `coalesce(extract(epoch FROM clock_timestamp() - a.xact_start)::int8, (SELECT extract(epoch FROM clock_timestamp() - min(r.at))::int8
  FROM ${inSchema(catalog, 'run')} r WHERE r.class_id = ${quoteLiteral(scope)}::uuid AND ${later}))`;
}

async function readHolders(
  session: PgSession,
  catalog: Catalog,
  { scope, signal }: Pick<VerifyRequest, 'scope' | 'signal'>,
): Promise<readonly Holder[]> {
  const { rows } = await session.query(
    `SELECT 'session', a.pid::text, ${sessionAge(catalog, scope)}, age(a.backend_xid)::int8 FROM pg_catalog.pg_stat_activity a WHERE a.backend_xid IS NOT NULL AND a.pid <> pg_backend_pid()
UNION ALL SELECT 'prepared', transaction::text, extract(epoch FROM clock_timestamp() - prepared)::int8, age(transaction)::int8 FROM pg_catalog.pg_prepared_xacts
UNION ALL SELECT 'slot', coalesce(active_pid::text, ''), NULL, greatest(age(xmin), age(catalog_xmin))::int8 FROM pg_catalog.pg_replication_slots WHERE xmin IS NOT NULL OR catalog_xmin IS NOT NULL
ORDER BY 4 DESC LIMIT 20`,
    [],
    { signal },
  );
  return rows.flatMap(([kind, id, seconds, transactions]) =>
    kind === 'session' || kind === 'prepared' || kind === 'slot'
      ? [
          {
            kind,
            id: id ?? '',
            ageSeconds: seconds === null || seconds === undefined ? null : Number(seconds),
            transactions: Number(transactions),
          },
        ]
      : [],
  );
}
