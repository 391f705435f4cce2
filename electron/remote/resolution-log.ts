import { randomBytes } from 'node:crypto';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { LoggedField, Resolution } from '../../shared/sync/logged-fields.ts';
import { decodeTime } from './decode-row.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgParam, PgSession, PgStatement } from './pg-session.ts';
import { inSchema } from './row-sql.ts';

/** Lines older than this are of no use: whoever still has the value that lost is asked again. */
const keptFor = '400 days';
/** Most lines one observation takes; beyond it the newest count. */
const mostLines = 50_000;

/** Adds lines to the log of a class. A line that is there stays as it is. */
export function logStatement(catalog: Catalog, scope: string, lines: readonly Resolution[]): PgStatement {
  const records = lines.map((line) => ({
    id: line.id,
    tbl: line.table,
    pk: line.pk,
    base_hash: line.baseHash,
    loser_hash: line.loserHash,
    winner_hash: line.winnerHash,
    choice: line.choice,
    fields: line.fields,
    who: line.who,
    run_id: line.runId,
  }));
  const columns = 'id, tbl, pk, base_hash, loser_hash, winner_hash, choice, fields, who, run_id';
  return {
    sql: `INSERT INTO ${inSchema(catalog, 'resolution_log')} (class_id, ${columns}) SELECT $1::uuid, ${columns}
FROM jsonb_to_recordset($2::jsonb) AS x (id uuid, tbl text, pk text, base_hash text, loser_hash text, winner_hash text, choice text, fields jsonb, who text, run_id uuid)
ON CONFLICT (class_id, id) DO NOTHING`,
    params: [scope, JSON.stringify(records)],
  };
}

/** Reads the lines that became visible since a horizon (null: all that are still of use), oldest first, and with them the secret of the class. */
export function readLogStatements(catalog: Catalog, scope: string, since: string | null): readonly PgStatement[] {
  const ofClass = `class_id = ${quoteLiteral(scope)}::uuid`;
  const from = since === null ? '' : ` AND xid >= ${quoteLiteral(since)}::int8`;
  return [
    { sql: `SELECT secret FROM ${inSchema(catalog, 'class_secret')} WHERE ${ofClass}` },
    {
      sql: `SELECT id, tbl, pk, base_hash, loser_hash, winner_hash, choice, fields::text, who, run_id, at FROM ${inSchema(catalog, 'resolution_log')}
WHERE ${ofClass}${from} AND at > now() - interval '${keptFor}' ORDER BY at DESC LIMIT ${mostLines}`,
    },
  ];
}

/** A line as `readLogStatements` gives it. What an older or a foreign hand left out counts as nothing that could match. */
export function decodeResolution(cells: readonly (string | null)[]): Resolution {
  const [id, table, pk, baseHash, loserHash, winnerHash, choice, fields, who, runId, at] = cells.map(
    (cell) => cell ?? '',
  );
  return {
    id: id ?? '',
    table: table ?? '',
    pk: pk ?? '',
    baseHash: baseHash ?? '',
    loserHash: loserHash ?? '',
    winnerHash: winnerHash ?? '',
    choice: choice ?? '',
    fields: fields === undefined || fields === '' ? null : readFields(fields),
    who: who ?? '',
    runId: runId ?? '',
    at: decodeTime(at ?? null) ?? '',
  };
}

function readFields(text: string): Readonly<Record<string, LoggedField>> | null {
  const found: unknown = JSON.parse(text);
  if (typeof found !== 'object' || found === null) return null;
  const known = (value: unknown): value is LoggedField => value === 'local' || value === 'server' || value === 'typed';
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, LoggedField] => known(entry[1])));
}

/** Gives a class its secret, unless it has one: a new one, or the one it is known to have had. Nothing where there is no such class. */
export function giveSecretStatement(catalog: Catalog, scope: PgParam, known: string | null = null): PgStatement {
  return {
    sql: `INSERT INTO ${inSchema(catalog, 'class_secret')} (class_id, secret)
SELECT c.id, $2 FROM ${inSchema(catalog, 'class')} c WHERE c.id = $1 ON CONFLICT (class_id) DO NOTHING`,
    params: [scope, known ?? randomBytes(32).toString('hex')],
  };
}

/** The secret of a class; one that was made by hand gets it now. Null where there is no such class, or this role may not see it. */
export async function classSecret(
  session: PgSession,
  catalog: Catalog,
  scope: string,
  signal?: AbortSignal,
): Promise<string | null> {
  const [, found] = await session.pipeline(
    [
      giveSecretStatement(catalog, scope),
      { sql: `SELECT secret FROM ${inSchema(catalog, 'class_secret')} WHERE class_id = $1`, params: [scope] },
    ],
    { signal },
  );
  const secret = found?.rows[0]?.[0] ?? '';
  return secret === '' ? null : secret;
}
