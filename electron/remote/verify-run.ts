import { syncedTables, type Catalog, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { erasedRow } from './erased-row.ts';
import { rowDecoder } from './decode-row.ts';
import { quoteLiteral } from './identifiers.ts';
import { journalSince } from './observe-sql.ts';
import type { PgSession, PgStatement } from './pg-session.ts';
import type { RunVerification, VerifyRunRequest } from './remote.ts';
import { readingSettings } from './reading-settings.ts';
import { columnOf, contentAsText, inSchema, keyMatches } from './row-sql.ts';

/** From so many rows of others on, a table is not counted: what they did cannot be told from what went wrong. */
export const mostNews = 2_000;

const begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = '1min'; SET LOCAL row_security = on; ${readingSettings}`;

/**
 * Reads, in one snapshot and one round trip, the rows a run was about as the tables have them, how many rows the touched tables hold, and which of them others
 * wrote since the horizon the run was planned on.
 */
export async function verifyRun(
  session: PgSession,
  catalog: Catalog,
  request: VerifyRunRequest,
): Promise<RunVerification> {
  const touched = syncedTables(catalog).filter(({ name }) => request.keys.has(name));
  try {
    const [, ...answers] = await session.pipeline(
      [
        { sql: begin },
        ...touched.flatMap((table) => [
          rowsOf(catalog, table, request),
          countOf(catalog, table, request),
          newsOf(catalog, table, request),
        ]),
        { sql: 'COMMIT' },
      ],
      { signal: request.signal },
    );
    const rows: RunVerification['rows'][number][] = [];
    const counts = new Map<string, number>();
    const news = new Map<string, ReadonlyMap<string, boolean>>();
    for (const [index, table] of touched.entries()) {
      const [found, count, others] = answers.slice(index * 3, index * 3 + 3);
      const decode = rowDecoder(table);
      for (const cells of found?.rows ?? [])
        rows.push({ table: table.name, pk: cells[0] ?? '', row: cells[1] === 't' ? decode(cells, 2) : null });
      counts.set(table.name, Number(count?.rows[0]?.[0]));
      news.set(table.name, new Map((others?.rows ?? []).map(([pk, there]) => [pk ?? '', there === 't'])));
    }
    return { rows, counts, news };
  } catch (error) {
    if (session.transaction !== 'none') await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function rowsOf(catalog: Catalog, table: CatalogTable, { scope, keys }: VerifyRunRequest): PgStatement {
  const ofClass = `${columnOf('t', catalog.scopeColumn)} = ${quoteLiteral(scope)}::uuid`;
  return {
    sql: `SELECT k.pk, ${columnOf('t', catalog.scopeColumn)} IS NOT NULL, ${contentAsText(table, 't')} FROM unnest($1::text[]) k (pk)
LEFT JOIN LATERAL (SELECT t.* FROM ${inSchema(catalog, table.name)} t WHERE ${ofClass} AND ${keyMatches(table, 't', 'k.pk')} OFFSET 0) t ON true`,
    params: [[...(keys.get(table.name) ?? [])]],
  };
}

/** Rows of erased records count as gone already: this file holds none of them, and the next run that writes there removes them. */
function countOf(catalog: Catalog, table: CatalogTable, { scope, erased }: VerifyRunRequest): PgStatement {
  const gone = erased.length === 0 ? null : erasedRow(catalog, table, 't', '$1::text[]');
  const sql = `SELECT count(*) FROM ${inSchema(catalog, table.name)} t WHERE ${columnOf('t', catalog.scopeColumn)} = ${quoteLiteral(scope)}::uuid`;
  return gone === null ? { sql } : { sql: `${sql} AND (${gone}) IS NOT TRUE`, params: [erased] };
}

/** Rows others wrote since the horizon; those of the run itself are no news. */
function newsOf(catalog: Catalog, table: CatalogTable, request: VerifyRunRequest): PgStatement {
  const { scope, horizon, runId, erased } = request;
  const without = erased.length === 0 ? null : erasedRow(catalog, table, 't', '$1::text[]');
  const counts = without === null ? '' : ` AND (${without}) IS NOT TRUE`;
  const ofClass = `${columnOf('t', catalog.scopeColumn)} = s.scope`;
  return {
    sql: `SELECT s.pk, EXISTS (SELECT FROM ${inSchema(catalog, table.name)} t WHERE ${ofClass} AND ${keyMatches(table, 't', 's.pk')}${counts})
FROM (${journalSince(catalog, scope, horizon, runId)}) s WHERE s.tbl = ${quoteLiteral(table.name)} LIMIT ${mostNews + 1}`,
    ...(without === null ? {} : { params: [erased] }),
  };
}
