import type { ConnectionInput } from '../../shared/contract/connection.ts';
import { AppError } from '../../shared/errors.ts';
import type { Endpoint } from '../remote/remote.ts';
import type { ConnectionRow } from '../store/connection-store.ts';
import type { EngineContext } from './context.ts';

/**
 * How to reach the server of a connection: a stored one, whose password comes from the keychain, or the values of a form. `stored` lends its password to
 * a form that leaves it out. The built-in server is started when it does not run; throws what that throws.
 */
export async function endpointOf(
  context: EngineContext,
  connection: ConnectionRow | ConnectionInput,
  stored: ConnectionRow | null = null,
): Promise<Endpoint> {
  const applicationName = `Tallybook ${context.version}`;
  if (connection.builtin === true) return { ...(await builtinLogin(context)), applicationName };
  const { host, port, database, user, tls } = connection;
  return {
    host,
    port,
    database,
    user,
    password: await passwordOf(context, connection, stored),
    tls,
    ca: textOrNull(connection.ca),
    fingerprint: textOrNull(connection.fingerprint),
    applicationName,
  };
}

async function builtinLogin(context: EngineContext): Promise<Omit<Endpoint, 'applicationName'>> {
  const before = await context.builtin.status();
  const { owner } = await context.builtin.start();
  if (before.state !== 'running') {
    const { state, port, version, startedAt, keepRunning, code } = await context.builtin.status();
    context.emit('server.changed', { state, port, version, startedAt, keepRunning, code });
  }
  return owner;
}

async function passwordOf(
  context: EngineContext,
  connection: ConnectionRow | ConnectionInput,
  stored: ConnectionRow | null,
): Promise<string | null> {
  if ('id' in connection) return await context.secrets.get(connection.id);
  if (connection.password !== undefined && connection.password !== '') return connection.password;
  if (stored === null) throw new AppError('password-missing', { user: connection.user });
  return await context.secrets.get(stored.id);
}

function textOrNull(text: string | null | undefined): string | null {
  return text === undefined || text === null || text.trim() === '' ? null : text;
}
