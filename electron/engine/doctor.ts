import type { Result } from '../../shared/contract/contract.ts';
import { AppError, errorToJson } from '../../shared/errors.ts';
import type { ErrorCode, ErrorParams } from '../../shared/errors.ts';
import type { Holder } from '../remote/verify-server.ts';
import { checkStore } from '../store/check-store.ts';
import { listConnections } from '../store/connection-store.ts';
import { fromSqliteError } from '../store/sqlite-error.ts';
import type { Differences } from '../sync/compare-sides.ts';
import { verifyConnection, type VerifiedConnection } from '../sync/verify-connection.ts';
import type { CallContext, EngineContext } from './context.ts';
import { prepareDataFolder } from './data-folder.ts';
import { freeBytes } from './folder-size.ts';

type Check = Result<'app.doctor'>['checks'][number];

/** Tests a saved connection, as `connection.test` does. */
export type TestSaved = (
  ids: { readonly classId: string; readonly connectionId: string },
  call: CallContext,
) => Promise<Result<'connection.test'>>;

/** Below this the disk is as good as full: SQLite needs room for its write-ahead log and a backup. */
const fullBytes = 20_000_000;
const scarceBytes = 500_000_000;

/**
 * Looks at this installation from the program down to the servers. What it says may be sent to a stranger: versions, codes, ids and
 * figures, no name of a person, no path, no address, no secret.
 */
export async function doctor(
  context: EngineContext,
  classId: string | undefined,
  testSaved: TestSaved,
  call: CallContext,
): Promise<Result<'app.doctor'>> {
  const classes =
    classId === undefined ? context.app.classes().map((entry) => entry.id) : [context.app.classOf(classId).id];
  const checks: Check[] = [
    ok('app', { version: context.version }),
    ok('node', { version: process.versions.node, platform: process.platform, arch: process.arch }),
    await checkKeychain(context),
    checkFolder(context),
    await checkDisk(context),
    await checkBuiltinServer(context),
  ];
  for (const id of classes) {
    call.signal.throwIfAborted();
    const opened = checkClass(context, id);
    checks.push(opened);
    for (const connectionId of connectionsOf(context, id)) {
      const found = await checkConnection({ classId: id, connectionId }, testSaved, call);
      checks.push(...found);
      // What a damaged file says of its rows says nothing.
      if (opened.state !== 'failed')
        checks.push(...(await checkSides(context, { classId: id, connectionId }, found, call)));
    }
  }
  return { ok: checks.every((check) => check.state !== 'failed'), checks };
}

const ok = (id: string, params: ErrorParams = {}): Check => ({ id, state: 'ok', code: null, params });

/** A check that throws what it finds wrong. */
function attempt(id: string, params: ErrorParams, check: () => Check): Check {
  try {
    return check();
  } catch (error) {
    const { code } = errorToJson(fromSqliteError(error));
    return { id, state: 'failed', code, params };
  }
}

async function checkKeychain({ secrets, app }: EngineContext): Promise<Check> {
  // Whether there is a keychain shows with the first question; this one has no answer.
  await secrets.get(app.device().id);
  const { persistent } = secrets;
  return persistent
    ? ok('keychain', { persistent })
    : { id: 'keychain', state: 'warning', code: 'keychain-unavailable', params: { persistent } };
}

function checkFolder({ dataFolder }: EngineContext): Check {
  return attempt('data-folder', {}, () => {
    prepareDataFolder(dataFolder);
    return ok('data-folder', { writable: true });
  });
}

async function checkDisk({ dataFolder }: EngineContext): Promise<Check> {
  try {
    const params = { freeBytes: Number(await freeBytes(dataFolder)) };
    if (params.freeBytes > scarceBytes) return ok('disk', params);
    return { id: 'disk', state: params.freeBytes > fullBytes ? 'warning' : 'failed', code: 'disk-full', params };
  } catch {
    return { id: 'disk', state: 'warning', code: null, params: {} };
  }
}

async function checkBuiltinServer({ builtin }: EngineContext): Promise<Check> {
  const { state, version, code } = await builtin.status();
  const params = { state, version };
  // Sharing from this PC is not for everybody; without it everything else works.
  return code === null ? ok('builtin-server', params) : { id: 'builtin-server', state: 'warning', code, params };
}

function checkClass(context: EngineContext, classId: string): Check {
  return attempt('class', { classId }, () => {
    const { findings, lostReferences, sqlite } = checkStore(context.openClass(classId));
    const params = { classId, findings, lostReferences, sqlite };
    if (findings + lostReferences > 0) return { id: 'class', state: 'failed', code: 'store-damaged', params };
    return ok('class', params);
  });
}

/** The connections of a class; none where its file cannot be opened, which its own check has said. */
function connectionsOf(context: EngineContext, classId: string): readonly string[] {
  try {
    return listConnections(context.openClass(classId)).map((connection) => connection.id);
  } catch {
    return [];
  }
}

async function checkConnection(
  ids: { readonly classId: string; readonly connectionId: string },
  testSaved: TestSaved,
  call: CallContext,
): Promise<readonly Check[]> {
  try {
    const { ok: passed, steps } = await testSaved(ids, call);
    const failed = steps.find((step) => step.state === 'failed');
    const version = steps.find((step) => step.id === 'version');
    const clock = steps.find((step) => step.id === 'clock');
    return [
      passed
        ? ok('connection', ids)
        : {
            id: 'connection',
            state: 'failed',
            code: failed?.code ?? 'unreachable',
            params: { ...ids, step: failed?.id ?? null },
          },
      ...(version?.state === 'ok' ? [ok('postgresql', { ...ids, ...figures(version.params) })] : []),
      ...(clock === undefined || clock.state === 'skipped' || clock.state === 'waiting' || clock.state === 'running'
        ? []
        : [{ id: 'clock', state: clock.state, code: clock.code, params: { ...ids, ...figures(clock.params) } }]),
    ];
  } catch (error) {
    if (error instanceof AppError && error.code === 'cancelled') throw error;
    return [{ id: 'connection', state: 'failed', code: errorToJson(fromSqliteError(error)).code, params: ids }];
  }
}

/** Both sides against Base, and what the server's journal rests on. A server nobody can reach has been named already. */
async function checkSides(
  context: EngineContext,
  ids: { readonly classId: string; readonly connectionId: string },
  found: readonly Check[],
  call: CallContext,
): Promise<readonly Check[]> {
  try {
    return sideChecks(await verifyConnection(context, ids, call), ids);
  } catch (error) {
    if (call.signal.aborted) throw new AppError('cancelled');
    if (found.some(({ state }) => state === 'failed')) return [];
    return [{ id: 'server-rows', state: 'failed', code: errorToJson(fromSqliteError(error)).code, params: ids }];
  }
}

function sideChecks(verified: VerifiedConnection, ids: ErrorParams): readonly Check[] {
  const { state, rows, erased, local, server, base, triggers, holders } = verified;
  if (state !== 'verified') {
    const code = state === 'checking' ? 'checking' : null;
    return [{ id: 'server-rows', state: 'skipped', code, params: { ...ids, reason: state } }];
  }
  const differing = (id: string, code: ErrorCode, found: readonly Differences[]): Check => {
    const count = found.reduce((sum, part) => sum + part.count, 0);
    if (count === 0) return ok(id, { ...ids, rows });
    const listed = found.flatMap((part) => part.listed);
    return {
      id,
      state: 'failed',
      code,
      params: { ...ids, rows, differing: count },
      differences: listed.map((entry) => ({ ...entry, key: { ...entry.key } })),
    };
  };
  return [
    differing('marks', 'marks-differ', [local]),
    differing('server-rows', 'server-differs', [server, base]),
    ...(erased === 0
      ? []
      : [
          { id: 'erasure', state: 'warning' as const, code: 'erased-there' as const, params: { ...ids, rows: erased } },
        ]),
    triggers.length === 0
      ? ok('journal', ids)
      : {
          id: 'journal',
          state: 'failed',
          code: 'schema-damaged',
          params: { ...ids, problems: triggers.length },
          differences: triggers.map(({ table, trigger, kind }) => ({
            table,
            key: { trigger },
            side: 'journal' as const,
            what: kind,
          })),
        },
    horizonCheck(holders, ids),
  ];
}

/** A session that has been writing for so long, and a slot that is so far behind, holds the server back. */
const longSeconds = 300;
const manyTransactions = 1_000_000;

/** What holds the server's horizon back. A prepared transaction is there until somebody ends it, so any is told. */
function horizonCheck(holders: readonly Holder[], ids: ErrorParams): Check {
  const held = holders.find(
    ({ kind, ageSeconds, transactions }) =>
      kind === 'prepared' ||
      (kind === 'session' && (ageSeconds ?? 0) >= longSeconds) ||
      (kind === 'slot' && transactions >= manyTransactions),
  );
  if (held === undefined) return ok('horizon', ids);
  const { kind, id, ageSeconds, transactions } = held;
  return {
    id: 'horizon',
    state: 'warning',
    code: 'horizon-held',
    params: { ...ids, heldBy: kind, process: id, ageSeconds, transactions },
  };
}

/** Numbers, flags and version texts of a step; an address or a name of the server's side is left out. */
function figures(params: ErrorParams): ErrorParams {
  return Object.fromEntries(
    Object.entries(params).filter(([, value]) => typeof value !== 'string' || /^\d+(\.\d+)*$/.test(value)),
  );
}
