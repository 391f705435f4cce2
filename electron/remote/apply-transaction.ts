import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import { fitsParameter, payloadJson, payloadLines } from './apply-payload.ts';
import type { PayloadLine, PayloadShape } from './apply-payload.ts';
import {
  analyzeEffects,
  copyEffects,
  createEffects,
  foreignWritesStatement,
  indexEffects,
  insertEffects,
  isBulk,
  lockStatements,
  notedEffects,
} from './apply-sql.ts';
import type { RunSql } from './apply-sql.ts';
import { parkingStatements, type WriteStatement } from './write-statements.ts';
import { advisoryNamespace } from './class-lock.ts';

import { compareStatements } from './compare-statements.ts';
import { classProof } from './device-functions.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgResult, PgSession, PgStatement } from './pg-session.ts';
import type { ApplyRequest, EffectList } from './remote.ts';
import { wholeTables } from './observe-sql.ts';
import { contradictedBy, newChildStatements } from './new-children.ts';
import { inSchema } from './row-sql.ts';
import { giveSecretStatement } from './resolution-log.ts';
import { leaveVisitStatement } from './visit.ts';

/** How long a run waits for one lock, in milliseconds. */
export const defaultLockTimeoutMs = 3_000;

/** How long a server may work on a run of so many rows without a word: a statement over many rows says nothing until it is done. */
export function silenceMs(rows: number): number {
  return 60_000 + rows * 4;
}

/** What the statements that open a run's transaction found. */
export interface Opened {
  /** False when the ledger already has this run. */
  readonly fresh: boolean;
  readonly epoch: string;
  readonly minWrite: number;
  readonly classExists: boolean;
  /** False when another visit stands on the server than the one this run was to follow: somebody else goes by this device's id. */
  readonly visited: boolean;
  /** Whether this device was shut out. */
  readonly removed: boolean;
  /** Writes outside our tables that the connection counted before this run. */
  readonly foreignBefore: ReadonlyMap<string, string>;
}

/** A row a run must not write: already as wanted, or not as the plan says. */
export interface Noted {
  readonly ord: number;
  readonly table: string;
  readonly pk: string;
  readonly state: 'there' | 'stale';
}

/** Settings of the transaction. All of them end with it, so that a pooler hands nothing on. */
function settings(lockTimeoutMs: number): string {
  return `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = ${lockTimeoutMs}; SET LOCAL statement_timeout = '15min';
SET LOCAL idle_in_transaction_session_timeout = '2min'; SET LOCAL synchronous_commit = on; SET LOCAL row_security = on; SET LOCAL search_path = '';
SET LOCAL client_min_messages = warning; SET LOCAL TimeZone TO DEFAULT; SET LOCAL DateStyle TO DEFAULT`;
}

/** Begins the transaction, takes the class's lock and puts the run into the ledger, in one round trip. A payload of moderate size comes along. */
export async function openRun(
  session: PgSession,
  catalog: Catalog,
  request: ApplyRequest,
  shape: PayloadShape,
  lockTimeoutMs: number,
): Promise<Opened> {
  const { scope, runId, device, planHash, visit, effects, signal } = request;
  const [, foreign, , meta, run, seen] = await session.pipeline(
    [
      { sql: settings(lockTimeoutMs) },
      // Before anything is written: what the first lines of a run bring about is proven like all the rest.
      foreignWritesStatement(catalog),
      { sql: `SELECT pg_advisory_xact_lock(${advisoryNamespace}, hashtext(${quoteLiteral(scope)}))` },
      {
        sql: `SELECT epoch, min_write, EXISTS (SELECT FROM ${inSchema(catalog, 'class')} WHERE id = ${quoteLiteral(scope)}::uuid) FROM ${inSchema(catalog, 'meta')}`,
      },
      {
        sql: `INSERT INTO ${inSchema(catalog, 'run')} (class_id, run_id, device, plan_hash, counts) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (class_id, run_id) DO NOTHING`,
        params: [scope, runId, device.id, planHash, JSON.stringify({ rows: effects.length })],
      },
      visit === undefined
        ? seenStatement(catalog, request)
        : leaveVisitStatement(catalog, { ...request, ...visit, renumber: false }),
      giveSecretStatement(catalog, scope),
      { sql: createEffects(catalog) },
      ...(fitsParameter(effects) ? [{ sql: insertEffects(catalog), params: [payloadJson(shape, effects)] }] : []),
    ],
    { signal },
  );
  const [epoch, minWrite, classExists] = meta?.rows[0] ?? [];
  return {
    fresh: run?.rowCount === 1,
    epoch: epoch ?? '',
    minWrite: Number(minWrite),
    classExists: classExists === 't',
    visited: (seen?.rowCount ?? 0) === 1,
    removed: seen?.rows[0]?.[1] === 't',
    foreignBefore: countsOf(foreign),
  };
}

/**
 * Lets the server forget old deletions. Only after the plan was compared with the journal: a row that comes back is expected to be remembered as deleted, and a run
 * that is refused takes the forgetting back, so that it would be refused for ever.
 */
export function collectStatement(catalog: Catalog, scope: string): PgStatement {
  const of = `${quoteLiteral(scope)}::uuid`;
  return { sql: `SELECT ${inSchema(catalog, 'journal_collect')}(${of}, ${classProof(catalog, of)})` };
}

/** Notes that a device was here, where it leaves no visit. */
function seenStatement(catalog: Catalog, { scope, device }: ApplyRequest): PgStatement {
  return {
    sql: `INSERT INTO ${inSchema(catalog, 'device')} AS d (class_id, device, name) VALUES ($1, $2, $3)
ON CONFLICT (class_id, device) DO UPDATE SET name = excluded.name, last_seen = clock_timestamp() RETURNING d.visit_no, d.revoked`,
    params: [scope, device.id, device.name],
  };
}

/** Begins a transaction with the payload alone, for finding out which row a server refuses. It must be rolled back. */
export async function openTrial(
  session: PgSession,
  { effects, signal }: Pick<ApplyRequest, 'effects' | 'signal'>,
  shape: PayloadShape,
): Promise<void> {
  const { catalog } = shape;
  await session.pipeline([{ sql: settings(defaultLockTimeoutMs) }, { sql: createEffects(catalog) }], { signal });
  if (fitsParameter(effects)) await session.query(insertEffects(catalog), [payloadJson(shape, effects)], { signal });
  else await loadPayload(session, effects, shape, { signal, onSent: () => {} });
}

/** Sends a payload that was too large to come along. */
export async function loadPayload(
  session: PgSession,
  effects: EffectList,
  shape: PayloadShape,
  { signal, onSent }: { readonly signal: AbortSignal; readonly onSent: OnSent },
): Promise<void> {
  if (fitsParameter(effects)) return;
  await pipeline(
    Readable.from(batched(payloadLines(shape, effects), onSent)),
    session.copyIn(copyEffects(shape.catalog), { signal, silenceMs: silenceMs(effects.length) }),
  );
}

/** Told how many rows of a run have been sent, the last of them of this table. */
type OnSent = (done: number, table: string) => void;

/** Lines in pieces of about 64 kB: a write per line costs more than the line. */
function* batched(lines: Iterable<PayloadLine>, onSent: OnSent): Generator<string> {
  let piece = '';
  let done = 0;
  let last = '';
  for (const { line, table } of lines) {
    piece += line;
    done += 1;
    last = table;
    if (piece.length < 65_536) continue;
    yield piece;
    onSent(done, last);
    piece = '';
  }
  if (piece === '') return;
  yield piece;
  onSent(done, last);
}

/** For a large run: tables are joined as wholes, and a hash of one fits into memory. */
const bulkSettings = `${wholeTables}; SET LOCAL work_mem = '32MB'`;

/** Locks the rows, then in later statements compares them with the plan and looks for new children of what it deletes. Returns those that must not be written. */
export async function lockAndCompare(
  session: PgSession,
  run: RunSql,
  { horizon = null, isKnown, signal }: Pick<ApplyRequest, 'horizon' | 'isKnown' | 'signal'>,
): Promise<readonly Noted[]> {
  const children = horizon === null || isKnown === undefined ? [] : newChildStatements(run, horizon);
  const statements: readonly PgStatement[] = [
    { sql: isBulk(run) ? `${indexEffects}; ${analyzeEffects}; ${bulkSettings}` : analyzeEffects },
    ...lockStatements(run),
    { sql: 'SET CONSTRAINTS ALL DEFERRED' },
    ...compareStatements(run),
    ...parkingStatements(run),
    ...children,
    { sql: notedEffects },
  ];
  const answers = await session.pipeline(statements, {
    signal,
    maxRows: run.shape.total + 1_000,
    silenceMs: silenceMs(run.shape.total),
  });
  const contradicted =
    isKnown === undefined ? [] : contradictedBy(answers.slice(answers.length - 1 - children.length, -1), isKnown);
  const noted = (answers.at(-1)?.rows ?? []).map(([ord, table, pk, state]) => ({
    ord: Number(ord),
    table: table ?? '',
    pk: pk ?? '',
    state: state === 'there' ? ('there' as const) : ('stale' as const),
  }));
  return [...noted, ...contradicted.map((row) => ({ ...row, ord: -1, state: 'stale' as const }))];
}

/**
 * The table of the first write that did not hit as many rows as it was meant to, null when all did: a trigger that swallows a row is no success. `wanted` is the
 * answer to `wantedCounts`, `written` are those to the statements.
 */
export function missedTable(
  statements: readonly WriteStatement[],
  wanted: PgResult | undefined,
  written: readonly PgResult[],
): string | null {
  const missed = statements.find((statement, index) => {
    const rows = (wanted?.rows ?? []).filter(([table, op, group, park]) => {
      if (table !== statement.table || op !== statement.op) return false;
      if (statement.park !== null) return park === statement.park;
      return statement.group === null || group === String(statement.group);
    });
    return written[index]?.rowCount !== rows.reduce((sum, row) => sum + Number(row[4]), 0);
  });
  return missed?.table ?? null;
}

/** Tables and how often they were written, as `foreignWritesStatement` says. */
export function countsOf(result: PgResult | undefined): ReadonlyMap<string, string> {
  return new Map((result?.rows ?? []).map(([table, count]) => [table ?? '', count ?? '']));
}
