import { AppError } from '../../shared/errors.ts';
import type { ErrorCode, ErrorParams } from '../../shared/errors.ts';

/** Facts of the attempt that an error message needs. No secret among them. */
export interface ConnectFacts {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/** The fields of a server's error that are safe to keep: names of things in the schema, never a value or a message. */
interface ServerError {
  readonly sqlstate: string;
  readonly routine: string;
  readonly params: ErrorParams;
}

const bySystemCode: Readonly<Record<string, ErrorCode>> = {
  ENOTFOUND: 'host-not-found',
  EAI_AGAIN: 'host-not-found',
  EAI_FAIL: 'host-not-found',
  EAI_NODATA: 'host-not-found',
  EAI_NONAME: 'host-not-found',
  ECONNREFUSED: 'refused',
  // The socket file of a server on this machine that is not running.
  ENOENT: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
};

const droppedCodes = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

/** What pg itself says without a code when a connection is gone. */
const droppedMessages = ['Connection terminated', 'Client has encountered a connection error', 'Client was closed'];

/** What pg itself says of an answer nobody asked for: no PostgreSQL does that. */
const nonsenseMessages = ['Received unexpected ', 'received invalid response'];

/** By exact SQLSTATE. */
const bySqlState: Readonly<Record<string, ErrorCode>> = {
  '3D000': 'database-missing',
  '3F000': 'schema-missing',
  '28P01': 'password-wrong',
  '42501': 'right-missing',
  '42P01': 'schema-missing',
  '42703': 'schema-damaged',
  '42883': 'schema-damaged',
  '55P03': 'lock-held',
  '53100': 'disk-full',
  '53300': 'too-many-connections',
  '57014': 'query-timeout',
  '57P01': 'restarting',
  '57P02': 'restarting',
  '57P03': 'restarting',
  '57P04': 'database-missing',
  '25006': 'server-read-only',
  '25P04': 'query-timeout',
  '40001': 'concurrent-change',
  '40P01': 'concurrent-change',
};

/** By class, the first two characters, where the exact one is not listed. */
const bySqlStateClass: Readonly<Record<string, ErrorCode>> = {
  '08': 'connection-dropped',
  '22': 'value-refused',
  '23': 'constraint-failed',
  '28': 'login-not-allowed',
};

/** An error of an attempt to connect, from any layer below, as an error of the catalogue. */
export function mapConnectError(error: unknown, facts: ConnectFacts): AppError {
  const { host, port, user, database } = facts;
  if (error instanceof AppError)
    return new AppError(error.code, { host, port, ...error.params }, { cause: error.cause });
  const server = serverError(error);
  if (server !== null) {
    const params = { ...server.params, host, port, user, database };
    if (server.sqlstate === '28000') return new AppError(loginCode(server.routine), params);
    if (server.sqlstate === '42501') return new AppError('connect-denied', params);
    return new AppError(codeOf(server.sqlstate), params);
  }
  const sasl = saslCode(error);
  if (sasl !== null) return new AppError(sasl, { host, port, user });
  const system = systemCode(error);
  if (system !== null) return new AppError(system, { host, port });
  if (isNonsense(error)) return new AppError('not-postgres', { host, port });
  return new AppError('unexpected', {}, { cause: error });
}

/** An error of a session that was logged in, as an error of the catalogue. `params.sqlstate` is there when the server said one. */
export function mapSessionError(error: unknown, where: { readonly host: string; readonly port: number }): AppError {
  if (error instanceof AppError) return error;
  const server = serverError(error);
  if (server !== null)
    return new AppError(codeOf(server.sqlstate), server.params, { cause: developerCause(error, server) });
  const system = systemCode(error);
  if (system !== null) return new AppError(system, where);
  if (isNonsense(error)) return new AppError('connection-dropped', where);
  return new AppError('unexpected', {}, { cause: error });
}

/** Whether an error is one that a PostgreSQL server reports, with its SQLSTATE; the server then says that it is ready again. */
export function isServersError(error: unknown): boolean {
  return serverError(error) !== null;
}

/** The SQLSTATE a server's error came with, null for everything else. */
export function sqlStateOf(error: unknown): string | null {
  const sqlstate = error instanceof AppError ? error.params['sqlstate'] : null;
  return typeof sqlstate === 'string' ? sqlstate : null;
}

function codeOf(sqlstate: string): ErrorCode {
  return bySqlState[sqlstate] ?? bySqlStateClass[sqlstate.slice(0, 2)] ?? 'unexpected';
}

/** 28000 says several different things; only the place in the server's source tells them apart. */
function loginCode(routine: string): ErrorCode {
  if (routine === 'ClientAuthentication') return 'not-allowed-from-here';
  // The channel binding did not fit: the certificate we saw is not the server's. Somebody stands between.
  return routine === 'read_client_final_message' ? 'certificate-untrusted' : 'login-not-allowed';
}

function saslCode(error: unknown): ErrorCode | null {
  if (!(error instanceof Error) || !error.message.startsWith('SASL: ')) return null;
  if (/client password must be a (non-empty )?string/.test(error.message)) return 'password-missing';
  // Whatever else goes wrong in the handshake, the server did not prove that it knows the password.
  return 'password-downgrade';
}

function systemCode(error: unknown): ErrorCode | null {
  if (error instanceof AggregateError) {
    const codes = error.errors.map((each: unknown) => systemCode(each)).filter((code) => code !== null);
    // One address that answered "refused" says more than another that has no route.
    return codes.find((code) => code === 'refused') ?? codes[0] ?? null;
  }
  if (!(error instanceof Error)) return null;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') {
    if (droppedCodes.has(code)) return 'connection-dropped';
    // A TLS handshake that breaks off: the other side does not speak what it promised.
    if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return 'tls-failed';
    return bySystemCode[code] ?? null;
  }
  if (error.message === 'timeout expired') return 'timeout';
  if (error.message === 'Query read timeout') return 'query-timeout';
  return droppedMessages.some((message) => error.message.startsWith(message)) ? 'connection-dropped' : null;
}

/** Whether something was answered that no PostgreSQL says; a line that was cut says nothing about who is there. */
function isNonsense(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // pg read an error message without an SQLSTATE.
  if (typeof Reflect.get(error, 'length') === 'number') return true;
  return nonsenseMessages.some((message) => error.message.startsWith(message));
}

function serverError(error: unknown): ServerError | null {
  if (!(error instanceof Error)) return null;
  const sqlstate = field(error, 'code');
  const isServers = /^[0-9A-Z]{5}$/.test(sqlstate) && typeof Reflect.get(error, 'severity') === 'string';
  if (!isServers) return null;
  const named: Record<string, string> = {};
  for (const name of ['table', 'column', 'constraint'] as const) {
    const value = field(error, name);
    // A trigger may put anything here: what would turn the rest of a line around, or hide, is shown to be there.
    if (value !== '') named[name] = value.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\uFFFD').slice(0, 63);
  }
  return { sqlstate, routine: field(error, 'routine'), params: { sqlstate, ...named } };
}

function field(error: Error, name: string): string {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}

/** For errors that only a mistake in our SQL can cause the message is kept: it names things of the schema, no values. */
function developerCause(error: unknown, server: ServerError): unknown {
  return server.sqlstate.startsWith('42') && error instanceof Error ? new Error(error.message) : undefined;
}
