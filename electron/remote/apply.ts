import { AppError, errorToJson } from '../../shared/errors.ts';
import { explainCollision, findRefusedRow } from './apply-diagnose.ts';
import { PayloadShape } from './apply-payload.ts';
import { readBack } from './apply-read-back.ts';
import { editedStatements, foreignWritesStatement, journalProofStatement, wantedCounts } from './apply-sql.ts';
import type { RunSql } from './apply-sql.ts';
import { writeStatements } from './write-statements.ts';
import { sequenceStatements } from './sequence-statements.ts';
import {
  collectStatement,
  missedTable,
  countsOf,
  defaultLockTimeoutMs,
  loadPayload,
  lockAndCompare,
  openRun,
  silenceMs,
} from './apply-transaction.ts';
import type { Opened } from './apply-transaction.ts';
import { hidePresenceSql, showPresence, whoHoldsLock } from './class-lock.ts';
import { makeClass } from './new-class.ts';
import { eraseStatement } from './erasure-sql.ts';
import { sqlStateOf } from './error-mapping.ts';
import { blameTrigger } from './foreign-triggers.ts';
import type { RemoteContext } from './remote-context.ts';
import { readingSettings } from './reading-settings.ts';
import type { ApplyOutcome, ApplyRequest } from './remote.ts';
import { within } from './limit.ts';
import { logStatement } from './resolution-log.ts';
import { schemaVersion } from './schema-state.ts';

/** Failures that say nothing about the rows: another transaction was in the way. The whole is tried again under the same run id. */
const retryStates = new Set(['40001', '40P01', '55P03']);
const maxAttempts = 5;
/** Somebody else's row is in the way: which one decides what to say. */
const collisionStates = new Set(['23505', '23503']);

/** How patient a run is. */
export interface ApplyLimits {
  readonly lockTimeoutMs?: number;
}

/**
 * Carries out the server's part of a run as one transaction: all of it or nothing. Rows are locked, then compared with what the plan was made on, written,
 * read back, and the journal is made to prove that nothing else changed. Throws an `AppError` where nothing was written for a reason that is not about rows.
 */
export async function apply(
  context: RemoteContext,
  request: ApplyRequest,
  limits: ApplyLimits = {},
): Promise<ApplyOutcome> {
  if (request.signal.aborted) throw new AppError('cancelled');
  await showPresence(context.session, context.catalog, request);
  let collided = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptRun(context, request, limits.lockTimeoutMs ?? defaultLockTimeoutMs);
    } catch (error) {
      await rollback(context, request);
      const state = sqlStateOf(error) ?? '';
      if (retryStates.has(state) && attempt < maxAttempts) {
        await pause(attempt, request.signal);
        continue;
      }
      if (state === '55P03') {
        const holder = await whoHoldsLock(context.session, context.catalog, request);
        throw holder === null
          ? new AppError('lock-held', {}, { cause: error })
          : new AppError('lock-held-by', holder, { cause: error });
      }
      if (collisionStates.has(state)) {
        const outcome = await explainCollision(context, request, error);
        if (outcome !== null) return outcome;
        if (!collided) {
          collided = true;
          continue;
        }
      }
      if (!state.startsWith('22') && !state.startsWith('23'))
        throw (await blameTrigger(context.session, context.catalog, request, error)) ?? error;
      return { kind: 'refused', error: errorToJson(error), row: await findRefusedRow(context, request, error) };
    }
  }
}

/** A failed proof: the transaction must be rolled back and the person told which row, where there is one. */
class Refusal extends Error {
  readonly outcome: ApplyOutcome;

  constructor(outcome: ApplyOutcome) {
    super('refused');
    this.outcome = outcome;
  }
}

async function attemptRun(context: RemoteContext, request: ApplyRequest, lockTimeoutMs: number): Promise<ApplyOutcome> {
  const { session, catalog, blocks } = context;
  const { effects, signal, scope } = request;
  const total = effects.length;
  const shape = new PayloadShape(catalog, total);
  const run: RunSql = { catalog, scope, shape, blocks };
  request.onPhase('lock', 0, total);
  const opened = await openRun(session, catalog, request, shape, lockTimeoutMs);
  const early = earlyOutcome(opened, request);
  if (early !== null) return await endWith(context, request, early);
  if (!opened.classExists && request.newClass !== undefined)
    await makeClass(session, catalog, { ...request.newClass, id: scope }, signal);
  request.onPhase('send', 0, total);
  await loadPayload(session, effects, shape, {
    signal,
    onSent: (done, table) => request.onPhase('send', done, total, table),
  });
  request.onPhase('compare', 0, total);
  const noted = await lockAndCompare(session, run, request);
  const stale = noted.filter(({ state }) => state === 'stale').map(({ table, pk }) => ({ table, pk }));
  if (stale.length > 0) return await endWith(context, request, { kind: 'stale', reason: 'rows', rows: stale });
  request.onPhase('write', 0, total);
  try {
    await writeAndProve(context, request, run, opened);
    request.onPhase('commit', total, total);
    if (signal.aborted) throw new AppError('cancelled');
    request.onProved(noted.map(({ ord }) => ord));
    const alreadyThere = noted.map(({ table, pk }) => ({ table, pk }));
    return await commit(context, { kind: 'committed', written: total - noted.length, alreadyThere });
  } catch (error) {
    if (error instanceof Refusal) return await endWith(context, request, error.outcome);
    throw error;
  }
}

function earlyOutcome(opened: Opened, request: ApplyRequest): ApplyOutcome | null {
  if (!opened.fresh) return { kind: 'duplicate' };
  if (opened.minWrite > schemaVersion)
    throw new AppError('schema-newer', { found: opened.minWrite, expected: schemaVersion });
  if (opened.removed) throw new AppError('device-removed');
  if (!opened.classExists && request.newClass === undefined) throw new AppError('not-found', { what: 'class' });
  if (opened.epoch !== request.epoch) return { kind: 'stale', reason: 'epoch', rows: [] };
  return opened.visited ? null : { kind: 'stale', reason: 'visit', rows: [] };
}

/** Writes, then proves that the server holds what was meant and that nothing else was written. Throws a `Refusal` where it is not so. */
async function writeAndProve(
  context: RemoteContext,
  request: ApplyRequest,
  run: RunSql,
  opened: Opened,
): Promise<void> {
  const { session, catalog } = context;
  const silence = silenceMs(run.shape.total);
  const writes = writeStatements(run);
  const lines = request.resolutions ?? [];
  const isErasure = (name: string): boolean => name === catalog.roles.erasure;
  const erasing = run.shape.tablesWith('add').some(({ name }) => isErasure(name));
  const erase = eraseStatement(catalog, request.scope, erasing, request.erases);
  const bookkeeping = [
    ...sequenceStatements(run),
    ...(lines.length === 0 ? [] : [logStatement(catalog, request.scope, lines)]),
    { sql: hidePresenceSql(catalog, request) },
    collectStatement(catalog, request.scope),
  ];
  const proof = [journalProofStatement(run), foreignWritesStatement(catalog)];
  // What is written after the proof is not proven.
  const last = [...bookkeeping, ...proof];
  // What an erased record held, its number for one, is free for the rows written after its erasure; what they leave behind of it goes at the end.
  const at = erase === null || !erasing ? 0 : 1 + writes.findIndex(({ table, op }) => op === 'add' && isErasure(table));
  const early = at === 0 ? null : eraseStatement(catalog, request.scope, false, request.erases);
  const statements = [
    { sql: wantedCounts },
    ...editedStatements,
    ...writes.slice(0, at),
    ...(early === null ? [] : [early]),
    ...writes.slice(at),
    { sql: 'SET CONSTRAINTS ALL IMMEDIATE' },
    ...(erase === null ? [] : [erase]),
    ...last,
    { sql: readingSettings },
  ];
  const answers = await session.pipeline(statements, { signal: request.signal, silenceMs: silence });
  const [wanted] = answers;
  const written = writes.flatMap((statement) => answers[statements.indexOf(statement)] ?? []);
  const [journal, foreign] = proof.map((statement) => answers[statements.indexOf(statement)]);
  const missed = missedTable(writes, wanted, written);
  if (missed !== null) throw journalMismatch(missed);
  const difference = await readBack(session, run, request, silence);
  if (difference !== null) {
    const { table, pk, column } = difference;
    if (column === null) throw journalMismatch(table, { table, pk });
    const error = { code: 'read-back-differs', params: { table, column } } as const;
    throw new Refusal({ kind: 'refused', error, row: { table, pk } });
  }
  const [unexpected] = journal?.rows ?? [];
  if (unexpected !== undefined) throw journalMismatch(unexpected[0] ?? '');
  for (const [table, count] of countsOf(foreign))
    if (opened.foreignBefore.get(table) !== count) throw journalMismatch(table);
}

/** A trigger or cascade of others would also change this table, or kept this one from changing. */
function journalMismatch(table: string, row: { readonly table: string; readonly pk: string } | null = null): Refusal {
  return new Refusal({ kind: 'refused', error: { code: 'journal-mismatch', params: { table } }, row });
}

/** From here on cancelling is "finishing". An answer that does not come, or comes from a server that is going down, leaves open how it went. */
async function commit(context: RemoteContext, outcome: ApplyOutcome): Promise<ApplyOutcome> {
  try {
    const { command } = await context.session.query('COMMIT');
    if (command === 'COMMIT') return outcome;
  } catch (error) {
    const state = sqlStateOf(error);
    const undone = state !== null && !state.startsWith('08') && !state.startsWith('57') && state !== '40003';
    if (undone) throw error;
    return { kind: 'unknown', error: errorToJson(error) };
  }
  throw new AppError('unexpected', { reason: 'rolled-back' });
}

async function endWith(context: RemoteContext, request: ApplyRequest, outcome: ApplyOutcome): Promise<ApplyOutcome> {
  await rollback(context, request);
  return outcome;
}

/** Leaves nothing behind. A lost connection rolls back by itself. */
async function rollback(context: RemoteContext, request: ApplyRequest): Promise<void> {
  const { session, catalog } = context;
  await session
    .query(`${session.transaction === 'none' ? '' : 'ROLLBACK; '}${hidePresenceSql(catalog, request)}`)
    .catch(() => undefined);
}

/** Waits a little longer each time, and never as long as another device that had to give way at the same moment. */
async function pause(attempt: number, signal: AbortSignal): Promise<void> {
  const ms = Math.random() * 50 * 2 ** attempt;
  const waited = Promise.withResolvers<void>();
  const timer = setTimeout(waited.resolve, ms);
  try {
    await within({ ms: ms + 1_000, signal }, waited.promise, () => {});
  } finally {
    clearTimeout(timer);
  }
}
