import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { FoundServer, Visit, WitnessState } from '../../shared/sync/judge-server.ts';
import { classProof } from './device-functions.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgParam, PgQueryOptions, PgSession, PgStatement } from './pg-session.ts';
import type { VisitRequest, Witness } from './remote.ts';
import { deviceColumns } from './rights-sql.ts';
import { giveSecretStatement } from './resolution-log.ts';
import { inSchema } from './row-sql.ts';

/** How long a visit waits for a run of the same device that is still under way elsewhere, in milliseconds. */
const lockTimeoutMs = 3_000;

type Cancellable = Pick<PgQueryOptions, 'signal'>;

/** What the device's row on the server says, and whether this role may write it. */
export interface FoundVisit {
  readonly visit: FoundServer['visit'];
  readonly mayVisit: boolean;
}

/** Reads the last visit of a device, inside whatever snapshot the caller has; also where the class is not there yet. */
export function visitStatement(catalog: Catalog, scope: string, device: string): PgStatement {
  const table = inSchema(catalog, 'device');
  const name = quoteLiteral(table);
  const may = [
    'NOT pg_catalog.pg_is_in_recovery()',
    `pg_catalog.has_table_privilege(${name}, 'INSERT')`,
    ...deviceColumns.map((column) => `pg_catalog.has_column_privilege(${name}, ${quoteLiteral(column)}, 'UPDATE')`),
  ];
  return {
    sql: `SELECT ${may.join(' AND ')}, d.visit_no, d.visit_token, d.epoch FROM (VALUES (1)) one
LEFT JOIN ${table} d ON d.class_id = ${quoteLiteral(scope)}::uuid AND d.device = ${quoteLiteral(device)}::uuid AND d.visit_token IS NOT NULL`,
  };
}

/** The answer to `visitStatement`. */
export function readVisit(row: readonly (string | null)[] | undefined): FoundVisit {
  const [may, no = null, token = null, epoch = null] = row ?? [];
  return { mayVisit: may === 't', visit: no === null || token === null ? null : { no: Number(no), token, epoch } };
}

/** Asks what the journal says of rows that stand for a visit. */
export function witnessStatement(catalog: Catalog, scope: string, witnesses: readonly Witness[]): PgStatement {
  const columns: readonly PgParam[][] = [
    witnesses.map(({ table }) => table),
    witnesses.map(({ pk }) => pk),
    witnesses.map(({ ver }) => ver),
    witnesses.map(({ xid }) => xid),
  ];
  return {
    sql: `SELECT s.ver = w.ver AND s.xid = w.xid, s.ver > w.ver AND s.xid > w.xid
FROM unnest($2::text[], $3::text[], $4::int8[], $5::int8[]) w (tbl, pk, ver, xid)
LEFT JOIN ${inSchema(catalog, 'row_state')} s ON s.scope = $1::uuid AND s.tbl = w.tbl AND s.pk = w.pk`,
    params: [scope, ...columns],
  };
}

/** The answer to `witnessStatement`: one row that went back or away says more than all that stayed. */
export function readWitnesses(rows: readonly (readonly (string | null)[])[]): WitnessState {
  if (rows.some(([same, later]) => same !== 't' && later !== 't')) return 'gone';
  return rows.some(([same]) => same === 't') ? 'found' : 'changed';
}

/** Rows of each sort that stand for a visit. */
const witnessCount = 8;

/** The rows that were written last, and of those that never change again the last ones too, because they stay what they are. */
export function newestRowsStatement(catalog: Catalog, scope: string): PgStatement {
  const lasting = catalog.tables.filter(({ kind }) => kind === 'append-only').map(({ name }) => quoteLiteral(name));
  const first = lasting.length === 0 ? 'false' : `s.tbl IN (${lasting.join(', ')})`;
  const newest = (which: string): string =>
    `(SELECT s.tbl, s.pk, s.ver, s.xid FROM ${inSchema(catalog, 'row_state')} s WHERE s.scope = ${quoteLiteral(scope)}::uuid AND ${which} ORDER BY s.xid DESC LIMIT ${witnessCount})`;
  return { sql: `${newest('NOT s.deleted')} UNION ${newest(`NOT s.deleted AND ${first}`)}` };
}

/** The answer to `newestRowsStatement`. */
export function readNewestRows(rows: readonly (readonly (string | null)[])[]): readonly Witness[] {
  return rows.map(([table, pk, ver, xid]) => ({ table: table ?? '', pk: pk ?? '', ver: ver ?? '', xid: xid ?? '' }));
}

/**
 * Leaves a visit where the one found before still stands (compare and set): no row comes back when somebody else left one meanwhile, or the row went
 * away. The row says whether it was made new. A device without a name keeps the one it had.
 */
export function leaveVisitStatement(catalog: Catalog, request: VisitRequest): PgStatement {
  const { scope, device, from, to } = request;
  const table = inSchema(catalog, 'device');
  return {
    sql: `INSERT INTO ${table} AS d (class_id, device, name, visit_no, visit_token, epoch, app_version)
SELECT $1::uuid, $2::uuid, $3::text, $4::int8, $5::uuid, m.epoch, $6::text FROM ${inSchema(catalog, 'meta')} m
WHERE $7::int8 IS NULL OR EXISTS (SELECT FROM ${table} x WHERE x.class_id = $1::uuid AND x.device = $2::uuid)
ON CONFLICT (class_id, device) DO UPDATE SET name = coalesce(nullif(excluded.name, ''), d.name), visit_no = excluded.visit_no, visit_token = excluded.visit_token,
  epoch = excluded.epoch, app_version = excluded.app_version, last_seen = clock_timestamp()
WHERE d.visit_token IS NOT DISTINCT FROM $8::uuid AND (d.visit_no = $7::int8 OR $7::int8 IS NULL)
RETURNING d.visit_no, d.revoked`,
    params: [
      scope,
      device.id,
      device.name,
      to.no,
      to.token,
      device.version ?? null,
      from?.no ?? null,
      from?.token ?? null,
    ],
  };
}

/** Leaves a visit in a transaction of its own. False when the one it was to follow is not there any more. */
export async function leaveVisit(session: PgSession, catalog: Catalog, request: VisitRequest): Promise<boolean> {
  const newNumbering = request.renumber
    ? [
        giveSecretStatement(catalog, request.scope),
        {
          sql: `SELECT ${inSchema(catalog, 'journal_renumber')}($1::uuid, ${classProof(catalog, '$1::uuid')})`,
          params: [request.scope],
        },
      ]
    : [];
  try {
    const answers = await session.pipeline(
      [
        {
          sql: `BEGIN READ WRITE; SET LOCAL lock_timeout = ${lockTimeoutMs}; SET LOCAL synchronous_commit = on; SET LOCAL search_path = ''`,
        },
        leaveVisitStatement(catalog, request),
        ...newNumbering,
        { sql: 'COMMIT' },
      ],
      { signal: request.signal },
    );
    return (answers[1]?.rows.length ?? 0) === 1;
  } catch (error) {
    if (session.transaction !== 'none') await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** The last visits of some devices of a class, those that left one. */
export async function readVisits(
  session: PgSession,
  catalog: Catalog,
  { scope, devices, signal }: { readonly scope: string; readonly devices: readonly string[] } & Cancellable,
): Promise<ReadonlyMap<string, Visit>> {
  const { rows } = await session.query(
    `SELECT d.device, d.visit_no, d.visit_token FROM ${inSchema(catalog, 'device')} d
WHERE d.class_id = $1::uuid AND d.device = ANY ($2::uuid[]) AND d.visit_token IS NOT NULL`,
    [scope, devices],
    { signal },
  );
  return new Map(rows.map(([device, no, token]) => [device ?? '', { no: Number(no), token: token ?? '' }]));
}

/** Gives the server a new epoch, where it still has the one it was judged by, and answers the one in force. Plans made under another are stale everywhere. */
export async function beginEpoch(
  session: PgSession,
  catalog: Catalog,
  { scope, from, to, signal }: { readonly scope: string; readonly from: string; readonly to: string } & Cancellable,
): Promise<string> {
  const call = `${inSchema(catalog, 'begin_epoch')}($1::uuid, ${classProof(catalog, '$1::uuid')}, $2::uuid, $3::uuid)`;
  try {
    const answers = await session.pipeline(
      [
        { sql: `BEGIN READ WRITE; SET LOCAL lock_timeout = ${lockTimeoutMs}` },
        { sql: `SELECT ${call}`, params: [scope, from, to] },
        { sql: 'COMMIT' },
      ],
      { signal },
    );
    return answers[1]?.rows[0]?.[0] ?? to;
  } catch (error) {
    if (session.transaction !== 'none') await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
