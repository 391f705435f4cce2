import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { PgSession } from './pg-session.ts';
import { giveSecretStatement } from './resolution-log.ts';
import { inSchema } from './row-sql.ts';

/** A class to make on a server. */
export interface NewClass {
  readonly id: string;
  readonly name: string;
  readonly sample: boolean;
  /** The secret it had before, where a device still knows it: what was decided then is understood again. Null makes a new one. */
  readonly secret: string | null;
}

/** Makes a class with its bookkeeping, also within a transaction of the caller; no effect on what is there already. */
export async function makeClass(
  session: PgSession,
  catalog: Catalog,
  { id, name, sample, secret }: NewClass,
  signal: AbortSignal | undefined,
): Promise<void> {
  const statements = [
    {
      sql: `WITH made AS (INSERT INTO ${inSchema(catalog, 'class')} (id, name, sample) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING)
INSERT INTO ${inSchema(catalog, 'gc_horizon')} (class_id) VALUES ($1) ON CONFLICT (class_id) DO NOTHING`,
      params: [id, name, sample],
    },
    giveSecretStatement(catalog, id, secret),
  ];
  await session.pipeline(statements, { signal });
}
