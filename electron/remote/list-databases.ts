import { connect } from './connect.ts';
import type { ConnectOptions } from './connect.ts';
import type { Endpoint } from './remote.ts';

/** Databases told of at most. */
const MOST = 200;

/** Databases nearly every server has: in one of them the others can be looked up. */
const usual = ['postgres', 'template1'];

/**
 * The databases of a server an account may open, by name; none where nothing tells. For somebody who mistyped one: it is asked with the same account, over the
 * same kind of connection, and no failure is one of the test.
 */
export async function listDatabases(endpoint: Endpoint, options: ConnectOptions = {}): Promise<string[]> {
  for (const database of [...usual, endpoint.user]) {
    if (options.signal?.aborted === true) return [];
    const session = await connect({ ...endpoint, database }, options).catch(() => null);
    if (session === null) continue;
    try {
      const { rows } = await session.query(
        `SELECT d.datname FROM pg_catalog.pg_database d
         WHERE d.datallowconn AND NOT d.datistemplate AND pg_catalog.has_database_privilege(d.oid, 'CONNECT')
         ORDER BY d.datname LIMIT ${MOST}`,
        [],
        { signal: options.signal, timeoutMs: options.timeouts?.login ?? 10_000, maxRows: MOST, maxBytes: 256 * 1024 },
      );
      return rows.flatMap(([name]) => (typeof name === 'string' ? [name] : []));
    } catch {
      // What this database does not tell, another one may.
    } finally {
      await session.close();
    }
  }
  return [];
}
