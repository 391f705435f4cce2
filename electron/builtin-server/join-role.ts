import { randomBytes } from 'node:crypto';
import { sharedDatabase } from './cluster-rules.ts';
import { scramVerifier } from './scram-verifier.ts';

/**
 * Carries out one statement as the built-in server's superuser in the named database and returns the rows as text.
 * The caller supplies it, because only the remote area speaks PostgreSQL's protocol.
 */
export type AdminSql = (
  database: string,
  sql: string,
  params?: readonly string[],
) => Promise<readonly (readonly string[])[]>;

/** The login of a join code. */
export interface JoinRole {
  readonly role: string;
  /** 192 random bits, as hexadecimal digits. Nowhere but in the join code and the guest's keychain. */
  readonly secret: string;
}

const joinRoleName = /^tallybook_join_[0-9a-f]{12}$/;

/**
 * Makes the role another device logs in with. It may connect to the shared database and make temporary tables there, which a
 * run needs, and has no other right; those on the schema are granted where the schema is made. The server gets the secret's verifier, never the secret.
 */
export async function createJoinRole(sql: AdminSql): Promise<JoinRole> {
  const role = `tallybook_join_${randomBytes(6).toString('hex')}`;
  const secret = randomBytes(24).toString('hex');
  await sql(sharedDatabase, `CREATE ROLE ${role} LOGIN CONNECTION LIMIT 10 PASSWORD '${scramVerifier(secret)}'`);
  await sql(sharedDatabase, `GRANT CONNECT, TEMPORARY ON DATABASE ${sharedDatabase} TO ${role}`);
  return { role, secret };
}

/** Takes a join role away with its rights and ends its connections; what it wrote stays. No effect when it is gone. */
export async function dropJoinRole(sql: AdminSql, role: string): Promise<void> {
  if (!joinRoleName.test(role)) throw new Error('not a join role');
  const found = await sql(sharedDatabase, 'SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname = $1', [role]);
  if (found.length === 0) return;
  await sql(sharedDatabase, `ALTER ROLE ${role} NOLOGIN`);
  await sql(
    sharedDatabase,
    'SELECT pg_catalog.pg_terminate_backend(pid)::text FROM pg_catalog.pg_stat_activity WHERE usename = $1',
    [role],
  );
  await sql(sharedDatabase, `DROP OWNED BY ${role}`);
  await sql(sharedDatabase, `DROP ROLE ${role}`);
}
