import type { Catalog } from '../../shared/catalog/catalog.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgSession } from './pg-session.ts';
import type { ApplyRequest } from './remote.ts';
import { inSchema } from './row-sql.ts';

/** First half of the advisory locks' key; the second says what is locked: 0 the schema, otherwise a class. */
export const advisoryNamespace = 1_413_563_459;

/** Whether another session holds the lock of a class just now, for everybody to ask. The lock's key is two numbers, which the server lists as unsigned ones. */
export function heldElsewhere(scope: string): string {
  return `SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid() AND l.objsubid = 2
  AND l.classid::int8 = ${advisoryNamespace} AND l.objid::int8 = (pg_catalog.hashtext(${quoteLiteral(scope)})::int8 & 4294967295)
  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()))`;
}

/** Who holds the class's lock is only told, never decided, by what devices write here. Entries older than this are of no interest. */
const forgottenAfter = '15min';

/** Says for others to see that this device is about to sync. Never fails for being blocked itself. */
export async function showPresence(
  session: PgSession,
  catalog: Catalog,
  request: Pick<ApplyRequest, 'scope' | 'device' | 'signal'>,
): Promise<void> {
  const { scope, device, signal } = request;
  const presence = inSchema(catalog, 'presence');
  await session
    .query(
      `BEGIN; SET LOCAL lock_timeout = '1s';
INSERT INTO ${presence} (class_id, device, name) VALUES (${quoteLiteral(scope)}, ${quoteLiteral(device.id)}, ${quoteLiteral(device.name)})
ON CONFLICT (class_id, device) DO UPDATE SET name = excluded.name, since = clock_timestamp();
COMMIT`,
      [],
      { signal },
    )
    .catch(async (error: unknown) => {
      if (session.transaction === 'none') throw error;
      await session.query('ROLLBACK');
    });
}

/** Takes the entry away; part of a run's transaction, or afterwards when that was rolled back. */
export function hidePresenceSql(catalog: Catalog, request: Pick<ApplyRequest, 'scope' | 'device'>): string {
  return `DELETE FROM ${inSchema(catalog, 'presence')} WHERE class_id = ${quoteLiteral(request.scope)} AND device = ${quoteLiteral(request.device.id)}`;
}

/** The device that most likely holds the class's lock by name, and since when (ISO 8601, UTC); null when nobody said so. */
export async function whoHoldsLock(
  session: PgSession,
  catalog: Catalog,
  request: Pick<ApplyRequest, 'scope' | 'device' | 'signal'>,
): Promise<{ readonly who: string; readonly since: string } | null> {
  const { rows } = await session.query(
    `SELECT name, pg_catalog.to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM ${inSchema(catalog, 'presence')} WHERE class_id = $1 AND device <> $2 AND since > clock_timestamp() - interval '${forgottenAfter}' ORDER BY since LIMIT 1`,
    [request.scope, request.device.id],
    { signal: request.signal },
  );
  const [who, since] = rows[0] ?? [];
  return typeof who === 'string' && typeof since === 'string' ? { who, since } : null;
}
