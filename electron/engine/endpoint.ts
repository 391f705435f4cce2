import type { Endpoint } from '../remote/remote.ts';
import { announceServer } from './announce-server.ts';
import type { EngineContext } from './context.ts';

/** What of a connection says how to reach its server: a stored one, which has an id, or the values of a form, which may have a password. */
export interface Reachable {
  readonly id?: string | undefined;
  readonly builtin?: boolean | undefined;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string | undefined;
  readonly tls: Endpoint['tls'];
  readonly ca?: string | null | undefined;
  readonly fingerprint?: string | null | undefined;
  readonly allowWeakPassword?: boolean | undefined;
}

/**
 * How to reach the server of a connection. The password is the one given, else the keychain's for the connection or for `stored`, which lends its own to
 * a form that leaves it out; null when there is none. The built-in server is started when it does not run; throws what that throws.
 */
export async function endpointOf(
  context: EngineContext,
  connection: Reachable,
  stored: { readonly id: string } | null = null,
): Promise<Endpoint> {
  const applicationName = `Tallybook ${context.version}`;
  if (connection.builtin === true) return { ...(await builtinLogin(context)), applicationName };
  const { host, port, database, user, tls } = connection;
  return {
    host,
    port,
    database,
    user,
    password: await passwordOf(context, connection, stored?.id),
    tls,
    ca: textOrNull(connection.ca),
    fingerprint: textOrNull(connection.fingerprint),
    allowWeakPassword: connection.allowWeakPassword === true,
    applicationName,
  };
}

async function builtinLogin(context: EngineContext): Promise<Omit<Endpoint, 'applicationName'>> {
  const before = await context.builtin.status();
  const { owner } = await context.builtin.start();
  if (before.state !== 'running') await announceServer(context);
  return owner;
}

async function passwordOf(context: EngineContext, connection: Reachable, storedId?: string): Promise<string | null> {
  if (connection.password !== undefined && connection.password !== '') return connection.password;
  const id = connection.id ?? storedId;
  return id === undefined ? null : await context.secrets.get(id);
}

function textOrNull(text: string | null | undefined): string | null {
  return text === undefined || text === null || text.trim() === '' ? null : text;
}
