import type { Catalog } from '../../shared/catalog/catalog.ts';
import { AppError } from '../../shared/errors.ts';
import { decodeTime, utcText } from './decode-row.ts';
import { classProof } from './device-functions.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgQueryOptions, PgSession, PgStatement } from './pg-session.ts';
import { inSchema } from './row-sql.ts';

/** One installation that has synced a class with a server. */
export interface RemoteDevice {
  readonly id: string;
  readonly name: string;
  readonly appVersion: string | null;
  readonly lastSeen: string;
  /** Shut out: its next run is refused. Its row stays, so that it cannot come back as if nothing had been. */
  readonly removed: boolean;
}

/** The devices of a class, last seen first. */
export async function readDevices(
  session: PgSession,
  catalog: Catalog,
  scope: string,
  signal?: AbortSignal,
): Promise<readonly RemoteDevice[]> {
  const { rows } = await session.query(
    `SELECT device, name, app_version, ${utcText('last_seen')}, revoked FROM ${inSchema(catalog, 'device')} WHERE class_id = $1 ORDER BY last_seen DESC, device`,
    [scope],
    { signal },
  );
  return rows.map(([id, name, appVersion, lastSeen, revoked]) => ({
    id: id ?? '',
    name: name ?? '',
    appVersion: appVersion ?? null,
    lastSeen: decodeTime(lastSeen ?? null) ?? '',
    removed: revoked === 't',
  }));
}

/** Shuts a device out of a class; nothing happens to one that is out already. Throws `not-found`. */
export async function removeDevice(
  session: PgSession,
  catalog: Catalog,
  { scope, device, signal }: { readonly scope: string; readonly device: string } & Pick<PgQueryOptions, 'signal'>,
): Promise<void> {
  const { rows } = await session.query(
    `SELECT ${inSchema(catalog, 'shut_out')}($1::uuid, ${classProof(catalog, '$1::uuid')}, $2::uuid)`,
    [scope, device],
    { signal },
  );
  if (rows[0]?.[0] !== 't') throw new AppError('not-found', { what: 'device' });
}

/** Asks whether a device was shut out of a class. */
export function removedStatement(catalog: Catalog, scope: string, device: string): PgStatement {
  return {
    sql: `SELECT revoked FROM ${inSchema(catalog, 'device')} WHERE class_id = ${quoteLiteral(scope)}::uuid AND device = ${quoteLiteral(device)}::uuid`,
  };
}
