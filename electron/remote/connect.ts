import type { Socket } from 'node:net';
import { AppError } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/model/postgres-url.ts';
import { mapConnectError } from './error-mapping.ts';
import { neverAborted } from './limit.ts';
import type { Limit } from './limit.ts';
import { login } from './login.ts';
import type { LoggedIn } from './login.ts';
import type { LoginTrust } from './login-guard.ts';
import type { PgSession } from './pg-session.ts';
import { sessionSettings } from './reading-settings.ts';
import type { Endpoint } from './remote.ts';
import { ClientSession } from './session.ts';
import { isSocketFolder, openSocket, resolveHost } from './socket.ts';
import type { ServerAddress } from './socket.ts';
import { secureSocket } from './tls.ts';
import type { TlsFacts } from './tls.ts';

/** How long each step of connecting may take, in milliseconds. */
export interface ConnectTimeouts {
  readonly name: number;
  readonly tcp: number;
  readonly tls: number;
  readonly login: number;
}

/** The patience of a person in front of a form; a login may take longer, because a server checks passwords slowly on purpose. */
export const usualTimeouts: ConnectTimeouts = { name: 5_000, tcp: 5_000, tls: 5_000, login: 10_000 };

/** Who may stop an attempt, and how long its steps may take. */
export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeouts?: ConnectTimeouts | undefined;
}

/** A socket on which the login can begin: open, and encrypted where the endpoint says so. */
export interface ReadySocket {
  readonly socket: Socket;
  readonly tls: TlsFacts | null;
}

/**
 * Connects and logs in, as the endpoint says and nothing else: no environment variable, password file or connection string has a part in it.
 * Throws an `AppError` of the catalogue; nothing stays open then.
 */
export async function connect(endpoint: Endpoint, options: ConnectOptions = {}): Promise<PgSession> {
  const { signal = neverAborted, timeouts = usualTimeouts } = options;
  try {
    const address = await resolveHost(endpoint.host, endpoint.port, { ms: timeouts.name, signal });
    const plain = await openSocket(address, { ms: timeouts.tcp, signal });
    const ready = await secure(plain, endpoint, { ms: timeouts.tls, signal });
    return await openSession(ready, address, endpoint, { ms: timeouts.login, signal });
  } catch (error) {
    const mapped = mapConnectError(error, endpoint);
    if (mapped.code !== 'not-allowed-from-here' || usesTls(endpoint) || isSocketFolder(endpoint.host)) throw mapped;
    throw (await wouldTlsHelp(endpoint, options)) ? new AppError('tls-required', mapped.params) : mapped;
  }
}

/** Whether connections to this endpoint are encrypted. A socket file never is: nobody can listen in on it. */
export function usesTls(endpoint: Pick<Endpoint, 'host' | 'tls'>): boolean {
  return endpoint.tls !== 'disable' && !isSocketFolder(endpoint.host);
}

/** Encrypts an open socket when the endpoint wants it. The socket is destroyed when that fails. */
export async function secure(plain: Socket, endpoint: Endpoint, limit: Limit): Promise<ReadySocket> {
  if (!usesTls(endpoint)) return { socket: plain, tls: null };
  try {
    const { socket, facts } = await secureSocket(plain, endpoint, limit);
    return { socket, tls: facts };
  } catch (error) {
    plain.destroy();
    throw error;
  }
}

/** Logs in on a socket that is ready and makes the session. Throws raw errors; the socket is destroyed then. */
export async function openSession(
  ready: ReadySocket,
  address: ServerAddress,
  endpoint: Endpoint,
  limit: Limit,
): Promise<PgSession> {
  const { socket, tls } = ready;
  const reached = reachedAddress(address, socket);
  const loggedIn = await login(
    socket,
    endpoint,
    () => passwordOf(endpoint),
    { tls, trust: trustOf(endpoint, ready) },
    limit,
  );
  const parts = {
    ...loggedIn,
    socket,
    tls,
    address: reached.kind === 'file' ? reached.path : (reached.addresses[0]?.address ?? ''),
    cancel: { ...keyOf(loggedIn), address: reached, tls: tls === null ? null : endpoint },
    where: { host: endpoint.host, port: endpoint.port },
  };
  const starting = new ClientSession({ ...parts, serverVersion: 0 });
  try {
    const { rows } = await starting.query(
      `${sessionSettings}; SELECT pg_catalog.current_setting('server_version_num')`,
      [],
      { silenceMs: limit.ms, timeoutMs: 2 * limit.ms, signal: limit.signal, maxRows: 10, maxBytes: 1024 * 1024 },
    );
    return new ClientSession({ ...parts, serverVersion: Number(rows[0]?.[0]) });
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/**
 * Whether the server, which turned us away unencrypted, would let us in with TLS: it is asked as far as the request for a password, which is not
 * given. False also when it cannot be found out.
 */
export async function wouldTlsHelp(endpoint: Endpoint, options: ConnectOptions = {}): Promise<boolean> {
  const { signal = neverAborted, timeouts = usualTimeouts } = options;
  const wish: Endpoint = { ...endpoint, tls: 'require', ca: null, fingerprint: null };
  let asked = false;
  const refuse = (): string => {
    asked = true;
    throw new AppError('cancelled');
  };
  try {
    const address = await resolveHost(wish.host, wish.port, { ms: timeouts.name, signal });
    const plain = await openSocket(address, { ms: timeouts.tcp, signal });
    const { socket, tls } = await secure(plain, wish, { ms: timeouts.tls, signal });
    const { client } = await login(socket, wish, refuse, { tls, trust: noProofNeeded }, { ms: timeouts.login, signal });
    await client.end();
    return true;
  } catch {
    return asked;
  }
}

/** Nothing is sent and nothing believed: it is only asked whether the server would talk to us. */
const noProofNeeded: LoginTrust = { verified: false, here: true, allowWeak: false };

function trustOf(endpoint: Endpoint, { socket, tls }: ReadySocket): LoginTrust {
  return {
    verified: tls?.verified === true,
    here: isSocketFolder(endpoint.host) || isLoopback(socket.remoteAddress ?? ''),
    allowWeak: endpoint.allowWeakPassword === true,
  };
}

function passwordOf(endpoint: Endpoint): string {
  if (endpoint.password === null || endpoint.password === '') throw new AppError('password-missing');
  return endpoint.password;
}

function keyOf(loggedIn: LoggedIn) {
  return { backendPid: loggedIn.backendPid, secretKey: loggedIn.secretKey };
}

/** Of several addresses the one that answered: a cancel request must reach the same server. */
function reachedAddress(address: ServerAddress, socket: Socket): ServerAddress {
  if (address.kind === 'file' || socket.remoteAddress === undefined) return address;
  const { remoteAddress, remoteFamily } = socket;
  return { ...address, addresses: [{ address: remoteAddress, family: remoteFamily === 'IPv6' ? 6 : 4 }] };
}
