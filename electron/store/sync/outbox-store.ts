import { AppError } from '../../../shared/errors.ts';
import type { LoggedField } from '../../../shared/sync/logged-fields.ts';
import type { ClockReading } from '../../../shared/sync/clock.ts';
import type { Effect } from '../../../shared/sync/plan.ts';
import type { ClassStore } from '../class-store.ts';
import { rawStatement, statement } from '../statement.ts';
import { stampFrom, type RawStamp } from './clock-store.ts';
import { packResult, unpackResult, unpackVersions, type PackedResult } from './plan-row-json.ts';
import type { RunMode } from './run-store.ts';
import type { RowKey } from './trees.ts';
import { readStored } from '../read-stored.ts';

/*
 * What a run is about to do, as rows. They name the row of the plan they carry out and hold only what the plan does not say: everything, where something was
 * decided, because a decision may make several rows. The plan stays as long as an entry of the outbox names it. Rows of a run without such an entry mean nothing,
 * and are removed with the next run.
 */

/** What a run does with a row: write it to the server (and here, by Sync), write it here only, or take the server's version as seen. */
export type RunPart = 'up' | 'down' | 'seen';

/** An effect as it is kept until its outcome is known. */
export interface OutboxEffect extends Effect {
  readonly label: string;
  readonly choice: string | null;
  /** Of a decision by column: which side each took. */
  readonly fields?: Readonly<Record<string, LoggedField>>;
  /** Whatever this write replaces goes to the recovery bin: a guard was overruled, or the run takes another back. */
  readonly keepLosers?: true | undefined;
  /** Places in the plan of the rows that speak for what this one goes along with, as a whole: a deletion, a key that is taken over. */
  readonly groups?: readonly number[] | undefined;
}

/** An effect with what the outbox knows of it. */
export interface StagedEffect extends OutboxEffect {
  /** Its place in the run. */
  readonly ord: number;
  readonly part: RunPart;
  /** Version the server gave the row; null until it was written. */
  readonly ver: string | null;
  /** The server held the result already: the run did not write it. */
  readonly there: boolean;
  /** The clocks at its last edit here, for rows that go to the server; null where nobody noted them. */
  readonly edited: ClockReading | null;
  /** Whether it is settled by statements over all such rows. */
  readonly plain: boolean;
}

/** A run sent, or about to be sent, to the server, whose end is not known here yet. */
export interface OutboxEntry {
  readonly runId: string;
  readonly connectionId: string;
  readonly peerId: string;
  readonly planId: string;
  readonly mode: RunMode;
  /** Whether all proofs were done: the server, if it committed, holds the results of the rows. */
  readonly proved: boolean;
  readonly at: string;
}

/** Which run of which plan on which server rows are staged for. */
export interface Staging {
  readonly runId: string;
  readonly planId: string;
  readonly peerId: string;
}

/** All of a decided effect but what its columns say. */
interface Decided extends Omit<OutboxEffect, 'table' | 'pk' | 'up' | 'down' | 'result'> {
  readonly result: PackedResult;
}

/** Rows one row of a plan may come to are at most two to the power of this: a place in a run is that of the plan's row, shifted, and a number. */
export const PLACE_BITS = 20;

/** The place in a run of a row that one row of the plan comes to. */
export function placeOf(ordinal: number, index: number): number {
  if (index >= 2 ** PLACE_BITS) throw new Error('a decision makes too many rows');
  return ordinal * 2 ** PLACE_BITS + index;
}

/** Rows read at once. */
const READ_AT_ONCE = 200;
/** Rows removed at once. */
const REMOVED_AT_ONCE = 1_000;

/** Where each direction of a row goes in a run of each mode. */
const partSql: Readonly<Record<RunMode, string>> = {
  apply: `CASE WHEN p.direction <> 'down' THEN 'up' END`,
  pull: `CASE WHEN p.direction <> 'up' THEN 'down' END`,
  sync: `CASE WHEN p.direction = 'down' THEN 'down' ELSE 'up' END`,
};

/**
 * Stages the rows of a plan from one place to before another as they are listed. Only where no choice concerns any of them. `plain` marks the rows that can be
 * settled by statements over all of them at once: they go one way, nothing is lost by it, and nothing of them can be in another's way. Half a surrogate pair,
 * which JSON writes as an escape, is left to the code that refuses it.
 */
export function stageListed(
  store: ClassStore,
  { runId, planId, peerId }: Staging,
  mode: RunMode,
  from: number,
  before: number,
  settling: { readonly plainTables: readonly string[] },
): void {
  const part = partSql[mode];
  const sql = `INSERT INTO outbox_row (run_id, ord, part, direction, tbl, pk, plain)
SELECT ?, p.ordinal << ${PLACE_BITS}, ${part}, p.direction, p.tbl, p.pk,
  CASE p.direction
    WHEN 'up' THEN NOT EXISTS (SELECT 1 FROM remote AS r WHERE r.peer_id = ? AND r.tbl = p.tbl AND r.pk = p.pk)
    WHEN 'down' THEN p.kind = 'add' AND json_type(p.row, '$.trees.local') = 'null' AND coalesce(json_type(p.row, '$.trees.base'), 'null') = 'null' AND p.tbl IN (SELECT value FROM json_each(?)) AND instr(p.row, '\\ud') = 0
    ELSE 0 END
  FROM plan_row AS p
 WHERE p.plan_id = ? AND p.ordinal >= ? AND p.ordinal < ? AND ${part} IS NOT NULL`;
  const tables = JSON.stringify(settling.plainTables);
  statement(store.db, sql).run(runId, peerId, tables, planId, BigInt(from), BigInt(before));
}

/** Stages one effect of a decision, at its place in the run. */
export function stageDecided(
  store: ClassStore,
  { runId }: Staging,
  part: RunPart,
  ord: number,
  effect: OutboxEffect,
): void {
  const direction = effect.up ? (effect.down ? 'both' : 'up') : 'down';
  const { table, pk, up: _up, down: _down, ...rest } = effect;
  const decided: Decided = { ...rest, result: packResult(effect.trees, effect.result) };
  const sql = `INSERT INTO outbox_row (run_id, ord, part, direction, tbl, pk, decided, plain) VALUES (?, ?, ?, ?, ?, ?, ?, 0)`;
  statement(store.db, sql).run(runId, BigInt(ord), part, direction, table, pk, JSON.stringify(decided));
}

interface RawEffect extends RawStamp {
  readonly ord: number;
  readonly part: RunPart;
  readonly direction: 'up' | 'down' | 'both';
  readonly tbl: string;
  readonly pk: string;
  readonly decided: string | null;
  readonly ver: string | null;
  readonly there: number;
  readonly plain: number;
  readonly label: string;
  readonly row: string;
}

function effectFrom(raw: RawEffect): StagedEffect {
  const place = {
    ord: raw.ord,
    part: raw.part,
    table: raw.tbl,
    pk: raw.pk,
    up: raw.direction !== 'down',
    down: raw.direction !== 'up',
    ver: raw.ver,
    there: raw.there === 1,
    edited: stampFrom(raw),
    plain: raw.plain === 1,
  };
  if (raw.decided !== null) {
    const decided = readStored(raw.decided) as Decided;
    return { ...place, ...decided, result: unpackResult(decided.trees, decided.result) };
  }
  const { trees, result, serverVer, group } = unpackVersions(raw.row);
  if (result === undefined) throw new Error('an undecided row was staged');
  const groups = group === undefined ? [] : [group];
  return { ...place, trees, result, serverVer, label: raw.label, choice: null, groups };
}

/** Which of the staged rows are asked for: `doubtful` ones must be compared with the trees again although nothing wrote to those since the plan was made. */
export type StagedWhich = 'all' | 'up' | 'decided' | 'not-plain' | 'doubtful';

const whichSql: Readonly<Record<StagedWhich, string>> = {
  all: '',
  up: `AND o.part = 'up'`,
  decided: 'AND o.decided IS NOT NULL',
  'not-plain': 'AND o.plain = 0',
  doubtful: `AND (o.decided IS NOT NULL OR p.kind IN ('delete', 'conflict') OR d.seq > (SELECT seq FROM plan WHERE id = p.plan_id))`,
};

/** Whether any staged row may be doubtful: mostly none is, and they need not be gone through. */
function mayBeDoubtful(store: ClassStore, { runId, planId, peerId }: Staging): boolean {
  const sql = `SELECT EXISTS (SELECT 1 FROM outbox_row WHERE run_id = ? AND decided IS NOT NULL) OR EXISTS (SELECT 1 FROM plan_row WHERE plan_id = ? AND kind IN ('delete', 'conflict'))
  OR EXISTS (SELECT 1 FROM dirty WHERE peer_id = ? AND seq > (SELECT seq FROM plan WHERE id = ?)) AS any`;
  return (statement(store.db, sql).get(runId, planId, peerId, planId) as { readonly any: number }).any === 1;
}

/** The staged rows, in the order of the plan, read a page at a time: the caller may let others in between two rows. */
export function* stagedEffects(
  store: ClassStore,
  { runId, planId, peerId }: Staging,
  which: StagedWhich = 'all',
  from = 0,
): Generator<StagedEffect, void> {
  if (which === 'doubtful' && !mayBeDoubtful(store, { runId, planId, peerId })) return;
  const marked = which === 'doubtful' || which === 'up';
  const marks = marked ? 'LEFT JOIN dirty AS d ON d.peer_id = ? AND d.tbl = o.tbl AND d.pk = o.pk' : '';
  const clocks = marked ? 'd.last_at, d.mono_ms, d.boot' : 'NULL AS last_at, NULL AS mono_ms, NULL AS boot';
  const sql = `SELECT o.ord, o.part, o.direction, o.tbl, o.pk, o.decided, o.ver, o.there, o.plain, p.label, p.row, ${clocks}
  FROM outbox_row AS o LEFT JOIN plan_row AS p ON p.plan_id = ? AND p.ordinal = o.ord >> ${PLACE_BITS} ${marks}
 WHERE o.run_id = ? AND o.ord >= ? ${whichSql[which]} ORDER BY o.ord LIMIT ${READ_AT_ONCE}`;
  const before = marked ? [planId, peerId, runId] : [planId, runId];
  for (let next = from; ;) {
    const page = statement(store.db, sql).all(...before, BigInt(next)) as RawEffect[];
    for (const raw of page) yield effectFrom(raw);
    const end = page.at(-1);
    if (end === undefined || page.length < READ_AT_ONCE) return;
    next = end.ord + 1;
  }
}

/** Places in the run of the rows that go to the server, in its order. */
export function stagedPlaces(store: ClassStore, runId: string): Float64Array {
  const places = new Float64Array(stagedCounts(store, runId).up);
  const sql = `SELECT ord FROM outbox_row WHERE run_id = ? AND part = 'up' ORDER BY ord`;
  let index = 0;
  for (const raw of rawStatement(store.db, sql).iterate(runId)) {
    [places[index]] = raw as [number];
    index += 1;
  }
  return places;
}

/** Rows of a run gone through in one step. */
const KEYS_AT_ONCE = 2_000;

/**
 * Keys of rows of a run, of every table: all where they are no more than the limit, else so many of the table, spread evenly over them. Also after it was settled,
 * until the next run begins. A few thousand rows at a time: whoever goes through it decides when to stop for a while.
 */
export function* stagedKeys(store: ClassStore, runId: string, limit: number): Generator<readonly RowKey[], void> {
  const totals = new Map<string, number>();
  const sql = `SELECT tbl, count(*), max(ord) FROM (SELECT tbl, ord FROM outbox_row WHERE run_id = ? AND ord > ? ORDER BY ord LIMIT ${KEYS_AT_ONCE}) GROUP BY tbl`;
  for (let after = -1, counted = KEYS_AT_ONCE; counted === KEYS_AT_ONCE;) {
    counted = 0;
    for (const [table, rows, last] of rawStatement(store.db, sql).all(runId, BigInt(after)) as [
      string,
      number,
      number,
    ][]) {
      totals.set(table, (totals.get(table) ?? 0) + rows);
      counted += rows;
      after = Math.max(after, last);
    }
    yield [];
  }
  const places = new Map<string, number>();
  for (const rows of pagesOf(store, runId))
    yield rows.filter(({ table }) => {
      const place = places.get(table) ?? 0;
      places.set(table, place + 1);
      const total = totals.get(table) ?? 0;
      return total <= limit || Math.floor((place * limit) / total) !== Math.floor(((place - 1) * limit) / total);
    });
}

function* pagesOf(store: ClassStore, runId: string): Generator<readonly RowKey[], void> {
  const sql = 'SELECT ord, tbl, pk FROM outbox_row WHERE run_id = ? AND ord > ? ORDER BY ord LIMIT ?';
  for (let after = -1; ;) {
    const found = rawStatement(store.db, sql).all(runId, BigInt(after), BigInt(KEYS_AT_ONCE)) as [
      number,
      string,
      string,
    ][];
    yield found.map(([, table, pk]) => ({ table, pk }));
    const end = found.at(-1);
    if (end === undefined || found.length < KEYS_AT_ONCE) return;
    after = end[0];
  }
}

/** How many rows of each part are staged. */
export function stagedCounts(store: ClassStore, runId: string): Readonly<Record<RunPart, number>> {
  const sql = 'SELECT part, count(*) AS n FROM outbox_row WHERE run_id = ? GROUP BY part';
  const found = statement(store.db, sql).all(runId) as { readonly part: RunPart; readonly n: number }[];
  const counts = { up: 0, down: 0, seen: 0 };
  for (const { part, n } of found) counts[part] = n;
  return counts;
}

/** The staged row of that address, or null. */
export function stagedRow(
  store: ClassStore,
  staging: Staging,
  key: { readonly table: string; readonly pk: string },
): StagedEffect | null {
  const sql = 'SELECT ord FROM outbox_row WHERE run_id = ? AND tbl = ? AND pk = ?';
  const found = statement(store.db, sql).get(staging.runId, key.table, key.pk) as { readonly ord: number } | undefined;
  if (found === undefined) return null;
  const [effect] = stagedEffects(store, staging, 'all', found.ord);
  return effect ?? null;
}

/** Commits the intention of a run durably before the server hears of it, with all rows staged for it. */
export function putOutbox(store: ClassStore, entry: Omit<OutboxEntry, 'proved'>): void {
  const sql = `INSERT INTO outbox (run_id, connection_id, peer_id, plan_id, mode, at)
SELECT ?, ?, ?, id, ?, ? FROM plan WHERE id = ? AND state <> 'removed'`;
  const { runId, connectionId, peerId, planId, mode, at } = entry;
  store.transaction(() => {
    const { changes } = statement(store.db, sql).run(runId, connectionId, peerId, mode, at, planId);
    if (changes === 0) throw new AppError('plan-unknown', { planId });
  });
}

/** Notes the versions the server gave some rows, by their place in the run; plain rows need none. Not on the disk yet when it returns. */
export function noteVersions(
  store: ClassStore,
  runId: string,
  rows: readonly { readonly ord: number; readonly ver: string | null }[],
): void {
  if (rows.length === 0) return;
  const update = statement(store.db, 'UPDATE outbox_row SET ver = ? WHERE run_id = ? AND ord = ?');
  store.stepTransaction(() => {
    for (const { ord, ver } of rows) update.run(ver, runId, BigInt(ord));
  });
}

/**
 * Notes that all proofs were done and which rows the server held already; on the disk when it returns, with everything noted before. Recovery finishes from it.
 * What an earlier attempt of the run found there says nothing about this one.
 */
export function setProved(store: ClassStore, runId: string, there: readonly number[]): void {
  store.transaction(() => {
    statement(store.db, 'UPDATE outbox_row SET there = 0 WHERE run_id = ? AND there = 1').run(runId);
    const sql = 'UPDATE outbox_row SET there = 1, plain = 0, ver = NULL WHERE run_id = ? AND ord = ?';
    const update = statement(store.db, sql);
    for (const ord of there) update.run(runId, BigInt(ord));
    statement(store.db, 'UPDATE outbox SET proved = 1 WHERE run_id = ?').run(runId);
  });
}

/** Forgets a run whose outcome is settled. Inside the transaction that settles it; its rows go with `clearStaged`. */
export function dropOutbox(store: ClassStore, runId: string): void {
  statement(store.db, 'DELETE FROM outbox WHERE run_id = ?').run(runId);
}

/**
 * Removes the rows of runs nobody works on, and what was written ahead into the history of those that did not end well, a few at a time: whoever goes through it
 * decides when it stops for a while. Rows of a run that is being found out are passed over, not looked at.
 */
export function* clearStaged(store: ClassStore): Generator<void, void> {
  const next = 'SELECT run_id FROM outbox_row WHERE run_id > ? ORDER BY run_id LIMIT 1';
  const isOver = 'run_id NOT IN (SELECT run_id FROM outbox UNION ALL SELECT run_id FROM settling)';
  const sql = `DELETE FROM outbox_row WHERE run_id = ? AND ${isOver}
  AND ord IN (SELECT ord FROM outbox_row WHERE run_id = ? ORDER BY ord LIMIT ${REMOVED_AT_ONCE})`;
  const ahead = `DELETE FROM run_row WHERE run_id = ? AND ${isOver}
  AND run_id NOT IN (SELECT id FROM run WHERE outcome IN ('completed', 'undecided')) AND seq IN (SELECT seq FROM run_row WHERE run_id = ? ORDER BY seq LIMIT ${REMOVED_AT_ONCE})`;
  for (let after = ''; ;) {
    const [runId] = (rawStatement(store.db, next).get(after) ?? []) as readonly string[];
    if (runId === undefined) return;
    // The history first: it is found by these rows.
    for (const part of [ahead, sql])
      while (store.stepTransaction(() => statement(store.db, part).run(runId, runId).changes) > 0) yield;
    after = runId;
  }
}

/** Makes the rows of runs whose outcome is not known independent of their plans, before those are forgotten. Inside a transaction of the caller. */
export function detachOutbox(store: ClassStore): void {
  const sql = `UPDATE outbox_row AS o SET plain = 0, decided = (
  SELECT json_set(p.row, '$.serverVer', p.row ->> '$.serverVer', '$.label', p.label, '$.choice', json('null')) FROM outbox AS x JOIN plan_row AS p ON p.plan_id = x.plan_id AND p.ordinal = o.ord >> ${PLACE_BITS}
   WHERE x.run_id = o.run_id) WHERE decided IS NULL AND run_id IN (SELECT run_id FROM outbox)`;
  statement(store.db, sql).run();
}

/** Runs of a peer whose outcome is not known here. */
export function outboxOf(store: ClassStore, peerId: string): readonly OutboxEntry[] {
  const sql =
    'SELECT run_id AS runId, connection_id AS connectionId, peer_id AS peerId, plan_id AS planId, mode, proved, at FROM outbox WHERE peer_id = ? ORDER BY at';
  const found = statement(store.db, sql).all(peerId) as (Omit<OutboxEntry, 'proved'> & { readonly proved: number })[];
  return found.map((entry) => ({ ...entry, proved: entry.proved === 1 }));
}
