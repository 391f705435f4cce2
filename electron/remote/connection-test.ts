import type { Socket } from 'node:net';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { TestStep } from '../../shared/contract/connection.ts';
import { AppError } from '../../shared/errors.ts';
import { isPrivateAddress } from '../../shared/model/postgres-url.ts';
import { checkClock, checkDatabase, checkRights, checkSchema, checkVersion } from './connection-checks.ts';
import type { CheckContext, Finding } from './connection-checks.ts';
import { openSession, secure, usesTls, usualTimeouts, wouldTlsHelp } from './connect.ts';
import type { ConnectTimeouts, ReadySocket } from './connect.ts';
import { listDatabases } from './list-databases.ts';
import { mapConnectError } from './error-mapping.ts';
import { neverAborted } from './limit.ts';
import type { PgSession } from './pg-session.ts';
import type { Endpoint } from './remote.ts';
import type { SchemaReport } from './schema-state.ts';
import { isSocketFolder, openSocket, resolveHost } from './socket.ts';
import type { ServerAddress } from './socket.ts';
import { StepBoard, StepFailed } from './step-board.ts';

/** What a test needs besides the endpoint. */
export interface ConnectionTestOptions {
  readonly catalog: Catalog;
  /** A connection that never writes needs fewer rights, and a server that cannot be written is no fault. */
  readonly readOnly: boolean;
  /** Wall-clock time in milliseconds. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly timeouts?: (ConnectTimeouts & { readonly query: number }) | undefined;
  /** Called for each step whenever it changes. */
  readonly onStep?: ((step: TestStep) => void) | undefined;
}

/** How the test went. `ok`: no step failed (a warning is no failure). `server` null: it was not got that far. */
export interface ConnectionTestResult {
  readonly ok: boolean;
  readonly steps: TestStep[];
  readonly server: SchemaReport['state'] | null;
}

const testTimeouts = { ...usualTimeouts, query: 10_000 };

/**
 * Tries a connection step by step, from the name to the clock. Each step has its own time-out, the first failure skips the rest, and nothing is written or left
 * running. Rejects only with `cancelled`.
 */
export async function testConnection(
  endpoint: Endpoint,
  options: ConnectionTestOptions,
): Promise<ConnectionTestResult> {
  const { signal = neverAborted, timeouts = testTimeouts } = options;
  const board = new StepBoard(options.onStep, signal);
  let session: PgSession | null = null;
  let server: ConnectionTestResult['server'] = null;
  try {
    const { address, ready } = await reach(board, endpoint, timeouts, signal);
    session = await logIn(board, endpoint, { address, ready }, timeouts, signal);
    const context: CheckContext = { ...options, session, endpoint, limits: { signal, timeoutMs: timeouts.query } };
    await board.run('database', endpoint, async () => await checkDatabase(context));
    await board.run('version', endpoint, async () => await checkVersion(context));
    let report: SchemaReport | null = null;
    await board.run('rights', endpoint, async () => {
      const checked = await checkRights(context);
      ({ report } = checked);
      server = checked.report.state;
      return checked.finding;
    });
    await board.run('schema', endpoint, async () => await checkSchema(context, report));
    await board.run('clock', endpoint, async () => await checkClock(context));
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
  } finally {
    await session?.close();
  }
  if (signal.aborted) throw new AppError('cancelled');
  board.skipRest();
  return { ok: board.steps().every(({ state }) => state !== 'failed'), steps: board.steps(), server };
}

/** From the name to a socket on which the login can begin. */
async function reach(board: StepBoard, endpoint: Endpoint, timeouts: ConnectTimeouts, signal: AbortSignal) {
  let address: ServerAddress | null = null;
  let plain: Socket | null = null;
  let ready: ReadySocket | null = null;
  await board.run('name', endpoint, async () => {
    address = await resolveHost(endpoint.host, endpoint.port, { ms: timeouts.name, signal });
    if (address.kind === 'file') return { state: 'skipped' };
    return { state: 'ok', params: { host: endpoint.host, address: address.addresses[0]?.address ?? '' } };
  });
  await board.run('tcp', endpoint, async () => {
    plain = await openSocket(present(address), { ms: timeouts.tcp, signal });
    const { remoteAddress = '' } = plain;
    return {
      state: 'ok',
      params: isSocketFolder(endpoint.host) ? {} : { address: remoteAddress, port: endpoint.port },
    };
  });
  await board.run('tls', endpoint, async () => {
    ready = await secure(present(plain), endpoint, { ms: timeouts.tls, signal });
    return tlsFinding(endpoint, ready);
  });
  return { address: present<ServerAddress>(address), ready: present<ReadySocket>(ready) };
}

async function logIn(
  board: StepBoard,
  endpoint: Endpoint,
  { address, ready }: { readonly address: ServerAddress; readonly ready: ReadySocket },
  timeouts: ConnectTimeouts,
  signal: AbortSignal,
): Promise<PgSession> {
  let session: PgSession | null = null;
  await board.run('login', endpoint, async () => {
    try {
      session = await openSession(ready, address, endpoint, { ms: timeouts.login, signal });
    } catch (error) {
      await blame(board, endpoint, mapConnectError(error, endpoint), { timeouts, signal });
      throw error;
    }
    return { state: 'ok', params: { user: endpoint.user } };
  });
  return present<PgSession>(session);
}

/** A server says three things at the login that a person looks for in another field of the form: there the failure is shown. */
async function blame(
  board: StepBoard,
  endpoint: Endpoint,
  error: AppError,
  options: { readonly timeouts: ConnectTimeouts; readonly signal: AbortSignal },
): Promise<void> {
  if (error.code === 'database-missing') {
    board.set('login', { state: 'ok', params: { user: endpoint.user } });
    board.fail('database', error.code, error.params, { databases: await listDatabases(endpoint, options) });
  }
  if (error.code === 'connect-denied') {
    board.set('login', { state: 'ok', params: { user: endpoint.user } });
    const sql = `GRANT CONNECT ON DATABASE ${quoted(endpoint.database)} TO ${quoted(endpoint.user)};`;
    board.fail('database', error.code, { ...error.params, sql });
  }
  if (error.code !== 'not-allowed-from-here' || usesTls(endpoint) || isSocketFolder(endpoint.host)) return;
  if (!(await wouldTlsHelp(endpoint, options))) return;
  board.set('login', { state: 'skipped' });
  board.fail('tls', 'tls-required', error.params);
}

function tlsFinding(endpoint: Endpoint, { tls }: ReadySocket): Finding {
  if (tls === null) {
    return isPrivateAddress(endpoint.host) ? { state: 'skipped' } : { state: 'warning', code: 'not-encrypted' };
  }
  const { verified, ...facts } = tls;
  return verified ? { state: 'ok', params: facts } : { state: 'warning', code: 'not-verified', params: facts };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error('the step before did not run');
  return value;
}
