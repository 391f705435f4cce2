import { AppError } from '../../shared/errors.ts';
import { advisoryNamespace } from './class-lock.ts';
import { sqlStateOf } from './error-mapping.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgSession, PgStatement } from './pg-session.ts';
import type { RemoteContext } from './remote-context.ts';
import { inSchema } from './row-sql.ts';

/** What the ledger is asked. */
interface LedgerQuestion {
  readonly scope: string;
  readonly runId: string;
  /** A standby: it may not have heard yet of what was committed. */
  readonly inRecovery: boolean;
  readonly lockTimeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Failures after which the ledger can still be read: no right to write it, a transaction or a server that only reads. */
const readOnlyStates = new Set(['42501', '25006', '0A000']);

/**
 * Asks the ledger whether a run was committed, by inserting its id and rolling back: that waits for a run whose transaction is still open. Whoever may not write
 * waits for the lock such a run holds, and then reads. Throws `checking` when it does not end in time, and where a standby does not know.
 */
export async function wasCommitted(context: RemoteContext, question: LedgerQuestion): Promise<boolean> {
  const { session } = context;
  try {
    return question.inRecovery ? await readLedger(context, question) : await insertAndRollBack(context, question);
  } catch (error) {
    await rollBack(session);
    const state = sqlStateOf(error) ?? '';
    if (state === '55P03') throw new AppError('checking', {}, { cause: error });
    if (!readOnlyStates.has(state) || question.inRecovery) throw error;
  }
  try {
    return await readLedger(context, question);
  } catch (error) {
    await rollBack(session);
    throw sqlStateOf(error) === '55P03' ? new AppError('checking', {}, { cause: error }) : error;
  }
}

async function insertAndRollBack({ session, catalog }: RemoteContext, question: LedgerQuestion): Promise<boolean> {
  const { scope, runId, signal } = question;
  const [, inserted] = await session.pipeline(
    [
      begin('READ WRITE', question),
      {
        sql: `INSERT INTO ${inSchema(catalog, 'run')} (class_id, run_id, device, plan_hash, counts) VALUES ($1, $2, $2, '', '{}') ON CONFLICT (class_id, run_id) DO NOTHING`,
        params: [scope, runId],
      },
      { sql: 'ROLLBACK' },
    ],
    { signal },
  );
  return inserted?.rowCount === 0;
}

/** Every run holds the lock of its class to its end; what is read in a later statement is what it left. A policy that hides the class answers nothing. */
async function readLedger({ session, catalog }: RemoteContext, question: LedgerQuestion): Promise<boolean> {
  const { scope, runId, signal } = question;
  const run = inSchema(catalog, 'run');
  const [, , found] = await session.pipeline(
    [
      begin('READ ONLY', question),
      { sql: `SELECT pg_advisory_xact_lock(${advisoryNamespace}, hashtext(${quoteLiteral(scope)}))` },
      {
        sql: `SELECT EXISTS (SELECT FROM ${run} WHERE class_id = $1 AND run_id = $2),
  pg_catalog.row_security_active(${quoteLiteral(run)}) AND NOT EXISTS (SELECT FROM ${inSchema(catalog, 'class')} WHERE id = $1),
  pg_catalog.pg_is_in_recovery()`,
        params: [scope, runId],
      },
      { sql: 'ROLLBACK' },
    ],
    { signal },
  );
  const [there, hidden, standby] = found?.rows[0] ?? [];
  if (there === 't') return true;
  // Asked of the server that answers now: a session may lead to another one than it did when it began.
  if (standby !== 'f' || hidden === 't') throw new AppError('checking', { runId });
  return false;
}

function begin(access: 'READ WRITE' | 'READ ONLY', { lockTimeoutMs = 10_000 }: LedgerQuestion): PgStatement {
  return { sql: `BEGIN ISOLATION LEVEL READ COMMITTED ${access}; SET LOCAL lock_timeout = ${lockTimeoutMs}` };
}

async function rollBack(session: PgSession): Promise<void> {
  if (session.transaction !== 'none') await session.query('ROLLBACK').catch(() => undefined);
}
