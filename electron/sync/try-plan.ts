import { createHash } from 'node:crypto';
import { contentColumns, tableOf, type Catalog } from '../../shared/catalog/catalog.ts';
import type { TreeRow } from '../../shared/sync/plan.ts';
import { cellOf, sameRow } from '../../shared/sync/row.ts';
import type { CallContext } from '../engine/context.ts';
import { createSlicer } from '../engine/slices.ts';
import type { RefusedRow, TimedEffect, Trial } from '../remote/remote.ts';
import { WriteSample } from '../remote/write-sample.ts';
import type { ClassStore } from '../store/class-store.ts';
import { addPlanRefusals, planRefusals } from '../store/sync/plan-links.ts';
import { eachPlanRow } from '../store/sync/plan-store.ts';
import { keepRefused, refusedRows, type RefusedBefore } from '../store/sync/refused-rows.ts';
import type { OpenRemote } from './open-remote.ts';

/** Longest time the thread is held while rows are gone through, in milliseconds. */
const SLICE_MS = 8;
/** So many rows are tried at most; of a longer list the first ones, and some of every kind. */
const MOST_TRIED = 2_000;
/** What one row brings or takes away may be all another one needs: where not all rows are tried, these say nothing. */
const needsOthers: ReadonlySet<string> = new Set(['23503', '23505', '23P01']);

/** What the server made of the rows of a plan when they were tried. */
export interface TriedPlan {
  /** Rows that were written and rolled back, and how many there are to send to tables with rules or triggers of others. */
  readonly tried: number;
  readonly of: number;
  /** Whether the trial came to its end. */
  readonly finished: boolean;
  readonly broken: Trial['broken'];
  /** How many rows the server would refuse, and what refuses them. */
  readonly refused: { readonly rows: number; readonly rules: readonly string[] };
}

const nothingTried: TriedPlan = { tried: 0, of: 0, finished: true, broken: [], refused: { rows: 0, rules: [] } };

/**
 * Tries what a plan would send on a server that has rules or triggers of others on its tables, or that refused a run because of a row of it, in a transaction that is
 * rolled back. The rows it would refuse take part in no run of this plan. Undecided rows send nothing yet and are not tried.
 */
export async function tryPlan(
  store: ClassStore,
  { remote, connection, peer }: OpenRemote,
  planId: string,
  { signal }: Pick<CallContext, 'signal'>,
): Promise<TriedPlan> {
  const before = refusedRows(store, peer.id);
  const tables = new Set([...remote.foreignRules, ...remote.foreignTriggers].map(({ table }) => table));
  if (connection.mode === 'pull-only' || (tables.size === 0 && before.length === 0)) return nothingTried;
  const chosen = await chooseRows(store, planId, { tables, before, signal });
  const known = (table: string, pk: string): boolean => chosen.before.has(addressOf({ table, pk }));
  const trial = await remote.tryRows({ scope: peer.scope, effects: chosen.effects, known, signal });
  const told = trial.refused.filter(
    ({ table, pk, sqlstate }) => !chosen.partial || !needsOthers.has(sqlstate) || known(table, pk),
  );
  const still = stillRefused(chosen.before.values(), trial, remote.schemaPrint);
  keepRefused(store, peer.id, still);
  const rules = new Map(still.map((row) => [addressOf(row), row.rule]));
  for (const row of told) rules.set(addressOf(row), row.rule);
  const refusals = [...rules].flatMap(([address, column]) => {
    const ordinal = chosen.ordinals.get(address);
    return ordinal === undefined ? [] : [{ ordinal, column, reason: 'server-rule' as const }];
  });
  store.stepTransaction(() => addPlanRefusals(store, planId, refusals));
  return {
    tried: trial.tried ? chosen.effects.length : 0,
    of: chosen.of,
    finished: trial.tried,
    broken: trial.broken,
    refused: { rows: refusals.length, rules: [...new Set(refusals.map(({ column }) => column))].toSorted() },
  };
}

/** Of the rows a run was refused for those of which nothing says that they are taken now. */
function stillRefused(before: Iterable<RefusedBefore>, trial: Trial, print: string): readonly RefusedBefore[] {
  const failed = new Map(trial.refused.map((row: RefusedRow) => [addressOf(row), row.rule]));
  return [...before].flatMap((row) => {
    const rule = failed.get(addressOf(row));
    if (rule !== undefined) return [{ ...row, rule, print }];
    return row.print === print && !(row.canBeTried && trial.tried) ? [row] : [];
  });
}

interface Chosen {
  readonly effects: readonly TimedEffect[];
  /** Whether rows to be sent were passed over. */
  readonly partial: boolean;
  /** Rows to be sent to the tables in question. */
  readonly of: number;
  readonly ordinals: ReadonlyMap<string, number>;
  /** What was remembered of rows that are to be sent just as they were. */
  readonly before: ReadonlyMap<string, RefusedBefore>;
}

async function chooseRows(
  store: ClassStore,
  planId: string,
  asked: {
    readonly tables: ReadonlySet<string>;
    readonly before: readonly RefusedBefore[];
    readonly signal: AbortSignal;
  },
): Promise<Chosen> {
  const { tables, signal } = asked;
  const slicer = createSlicer(SLICE_MS);
  const out = new Set(planRefusals(store, planId).map(({ ordinal }) => ordinal));
  const remembered = new Map(asked.before.map((row) => [addressOf(row), row]));
  const before = new Map<string, RefusedBefore>();
  const first: { readonly ordinal: number; readonly effect: TimedEffect }[] = [];
  const needed = new Map<string, { readonly ordinal: number; readonly effect: TimedEffect }>();
  const sample = new WriteSample();
  let all = 0;
  let of = 0;
  for (const { ordinal, row } of eachPlanRow(store, planId)) {
    await slicer.pause(signal);
    const { table, pk, trees, target } = row;
    const result = target === undefined ? row.result : target.server;
    if (out.has(ordinal) || result === undefined || sameRow(tableOf(store.catalog, table), result, trees.server))
      continue;
    all += 1;
    const effect = effectOf({ table, pk, trees, result });
    const was = remembered.get(addressOf(effect));
    if (was?.content === contentHash(store.catalog, effect)) {
      before.set(addressOf(effect), was);
      needed.set(addressOf(effect), { ordinal, effect });
    }
    if (tables.has(table)) {
      of += 1;
      if (sample.offer(effect)) needed.set(addressOf(effect), { ordinal, effect });
    }
    // Rows of other tables are tried with them: a reference may be to one of those. Without a rule there are only those remembered.
    if (tables.size > 0 && (all <= MOST_TRIED || (tables.has(table) && first.length < MOST_TRIED)))
      first.push({ ordinal, effect });
  }
  const partial = all > MOST_TRIED || tables.size === 0;
  const chosen = new Map(first.map((entry) => [addressOf(entry.effect), entry]));
  for (const [address, entry] of needed) chosen.set(address, entry);
  const entries = [...chosen.values()].toSorted((a, b) => a.ordinal - b.ordinal);
  return {
    effects: entries.map(({ effect }) => effect),
    partial,
    of,
    ordinals: new Map(entries.map(({ ordinal, effect }) => [addressOf(effect), ordinal])),
    before,
  };
}

function effectOf(row: Pick<TimedEffect, 'table' | 'pk' | 'trees' | 'result'>): TimedEffect {
  return { ...row, up: true, down: false, serverVer: null, editedFrom: null, editedTo: null };
}

function addressOf({ table, pk }: { readonly table: string; readonly pk: string }): string {
  return `${table} ${pk}`;
}

/** Hash of what is to be written to the server for a row. */
export function contentHash(
  catalog: Catalog,
  { table, result }: { readonly table: string; readonly result: TreeRow },
): string {
  const cells =
    result === null ? null : contentColumns(tableOf(catalog, table)).map(({ name }) => cellOf(result, name));
  return createHash('sha256').update(JSON.stringify(cells)).digest('hex');
}
