import type { Socket } from 'node:net';
import pg from 'pg';
import { AppError } from '../../shared/errors.ts';
import { hasControlCharacters } from '../../shared/model/postgres-url.ts';
import { guardLogin } from './login-guard.ts';
import type { LoginTrust } from './login-guard.ts';
import { guardData } from './data-guard.ts';
import type { DataGuard } from './data-guard.ts';
import { within } from './limit.ts';
import type { Limit } from './limit.ts';
import type { Endpoint } from './remote.ts';
import type { TlsFacts } from './tls.ts';

/** A client that is logged in, with what a later CancelRequest needs. */
export interface LoggedIn {
  readonly client: TallybookClient;
  readonly guard: DataGuard;
  readonly backendPid: number;
  readonly secretKey: number;
  /** The error that ended the connection between statements, if any: pg only emits it. */
  failure(): Error | null;
}

/** pg's client that says exactly what we decided at start-up: PG* variables and `options` of the environment have no part in it. */
export class TallybookClient extends pg.Client {
  readonly #startup: Readonly<Record<string, string>>;

  constructor(config: pg.ClientConfig, startup: Readonly<Record<string, string>>) {
    super(config);
    this.#startup = startup;
  }

  /** Called by pg for the start-up message (client_encoding UTF8 is added by its serializer). */
  getStartupConf(): Readonly<Record<string, string>> {
    return this.#startup;
  }
}

/** Values arrive as the server writes them. */
const asText = { getTypeParser: () => (value: string) => value };

/**
 * Logs in over an open socket. `password` is asked for only when the server wants one. Throws what pg and the server say, or `password-downgrade`,
 * `server-unproven`, `password-missing`, `not-postgres`, `connection-dropped`, `cancelled`, `timeout`; the socket is destroyed then.
 */
export async function login(
  socket: Socket,
  endpoint: Pick<Endpoint, 'host' | 'port' | 'database' | 'user' | 'applicationName'>,
  password: () => string,
  { tls, trust }: { readonly tls: TlsFacts | null; readonly trust: LoginTrust },
  limit: Limit,
): Promise<LoggedIn> {
  refuseControlCharacters(socket, endpoint);
  // pg connects its stream itself; this one is connected (and encrypted) already.
  const connect = (): Socket => {
    process.nextTick(() => socket.emit('connect'));
    return socket;
  };
  const stream = Object.assign(socket, { connect });
  const { applicationName: application_name, host, port, database, user } = endpoint;
  const config: pg.ClientConfig & { readonly scramMaxIterations: number } = {
    host,
    port,
    database,
    user,
    // A function even for "none": otherwise pg would look into PGPASSWORD and .pgpass.
    password,
    ssl: false,
    sslnegotiation: 'postgres',
    stream: () => stream,
    types: asText,
    // TLS in the wrong hands is noticed by SCRAM when the server supports it, also where the certificate is not verified.
    enableChannelBinding: tls !== null,
    scramMaxIterations: 2_000_000,
  };
  const startup = { user, database, application_name, TimeZone: 'UTC', DateStyle: 'ISO, MDY' };
  const client = new TallybookClient(config, startup);
  let failure: Error | null = null;
  client.on('error', (error) => {
    failure ??= error;
  });
  client.on('end', () => {
    failure ??= new Error('Connection terminated unexpectedly');
  });
  let key = { processID: 0, secretKey: 0 };
  client.connection.once('backendKeyData', (message: typeof key) => {
    key = { processID: message.processID, secretKey: message.secretKey };
  });
  const connected = client.connect();
  const guard = guardData(socket);
  const loginGuard = guardLogin(client.connection, socket, trust);
  try {
    if (socket.destroyed) throw new AppError('connection-dropped', { host });
    await within(limit, connected, () => socket.destroy());
  } catch (error) {
    socket.destroy();
    throw error;
  }
  loginGuard.done();
  Object.assign(client, { password: null });
  guard.rest();
  return { client, guard, backendPid: key.processID, secretKey: key.secretKey, failure: () => failure };
}

/** Start-up parameters end with a NUL: a name that holds one would smuggle in parameters of its own. */
function refuseControlCharacters(socket: Socket, names: Pick<Endpoint, 'user' | 'database' | 'applicationName'>): void {
  for (const field of ['user', 'database', 'applicationName'] as const) {
    if (!hasControlCharacters(names[field])) continue;
    socket.destroy();
    throw new AppError('invalid-params', { field });
  }
}
