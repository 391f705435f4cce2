import { tableOf, type Catalog } from '../../shared/catalog/catalog.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import { effectsOf } from '../../shared/sync/effects.ts';
import { erasureRules } from '../../shared/sync/erasure-rules.ts';
import { guardsOf, lossesOf, ownLoss, type Guard, type Losses } from '../../shared/sync/guards.ts';
import { sides, type Side } from '../../shared/sync/lookup.ts';
import type { PlanRow, TreeRow } from '../../shared/sync/plan.ts';
import { isDeleted } from '../../shared/sync/row.ts';
import type { Part } from '../../shared/sync/settle.ts';
import { createSlicer } from '../engine/slices.ts';
import { countLive } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { placesOnBoth } from '../store/sync/places-on-both.ts';
import {
  getPlan,
  ordinalsOfTable,
  ownEdits,
  planCounts,
  planRow,
  planRowKeysAt,
  type OwnEdits,
  type PlanCount,
  type PlanRowKeys,
} from '../store/sync/plan-store.ts';
import { spokenOf } from './count-rows.ts';
import type { Evaluation } from './evaluate-plan.ts';

type Cell = Omit<PlanRowKeys, 'ordinal'>;

/**
 * What of a plan is counted once, because its rows do not change any more: the matrix, in the order of the catalog, what was only edited here, and what rows come to
 * that are written on both sides.
 */
export interface CountedPlan {
  readonly summary: PlanSummary['summary'];
  readonly own: readonly OwnEdits[];
  readonly both: readonly (OnBoth & { readonly count: number })[];
}

/**
 * What a row that is written on both sides takes from each, and how many live rows more the server has because of it. Its kind does not say: a deletion that was lost on
 * the server deletes here and adds a deleted row there.
 */
interface OnBoth {
  readonly table: string;
  readonly losses: ReturnType<typeof lossesOf>;
  readonly more: number;
}

/** Longest time the thread is held while rows are counted, in milliseconds. */
const SLICE_MS = 4;

/** Counts the rows of a plan in slices. */
export async function countPlan(store: ClassStore, planId: string, signal: AbortSignal): Promise<CountedPlan> {
  const slicer = createSlicer(SLICE_MS);
  const gathered: PlanCount[][] = [];
  for (const part of planCounts(store, planId)) {
    gathered.push([...part]);
    await slicer.pause(signal);
  }
  const own: OwnEdits[] = [];
  for (const part of ownEdits(store, planId)) {
    own.push(...part);
    await slicer.pause(signal);
  }
  return { summary: summaryOf(store.catalog, gathered.flat()), own, both: await countOnBoth(store, planId, signal) };
}

/** What the rows come to that are written on both sides; alike ones are counted together. */
async function countOnBoth(store: ClassStore, planId: string, signal: AbortSignal): Promise<CountedPlan['both']> {
  const slicer = createSlicer(SLICE_MS);
  const found = new Map<string, OnBoth & { readonly count: number }>();
  for (const places of placesOnBoth(store, planId))
    for (const ordinal of places) {
      const row = planRow(store, planId, ordinal);
      if (row === null) continue;
      const one = onBoth(store.catalog, row);
      const key = JSON.stringify(one);
      found.set(key, { ...one, count: (found.get(key)?.count ?? 0) + 1 });
      await slicer.pause(signal);
    }
  return [...found.values()];
}

function onBoth(catalog: Catalog, { table: name, trees, result }: PlanRow): OnBoth {
  const table = tableOf(catalog, name);
  const live = (row: TreeRow): number => (isDeleted(table, row) ? 0 : 1);
  return {
    table: name,
    losses: lossesOf(table, { up: true, down: true, trees, result: result ?? null }),
    more: live(trees.server) - live(trees.local),
  };
}

/** Counts of the matrix from their parts, in the order of the catalog. */
function summaryOf(catalog: Catalog, parts: readonly PlanCount[]): PlanSummary['summary'] {
  const place = new Map(catalog.tables.map((table, index) => [table.name, index]));
  const cells = new Map<string, PlanCount>();
  for (const part of parts) {
    const key = `${part.table} ${part.kind} ${part.direction}`;
    cells.set(key, { ...part, count: part.count + (cells.get(key)?.count ?? 0) });
  }
  return [...cells.values()].toSorted((a, b) => (place.get(a.table) ?? 0) - (place.get(b.table) ?? 0));
}

/** What a plan takes away and replaces with the decisions made: by table and side, and how many live rows more the server has. */
export interface CountedLosses {
  readonly bySide: ReadonlyMap<string, Losses>;
  readonly more: ReadonlyMap<string, number>;
}

/** Counts what a plan takes away with the decisions made. Rows the draft says nothing about are counted as they are listed. */
export async function countLosses(
  store: ClassStore,
  planId: string,
  counted: CountedPlan,
  evaluation: Evaluation,
  signal: AbortSignal,
): Promise<CountedLosses> {
  const { catalog } = store;
  const losses = new Map<string, { deletes: number; overwrites: number; confirmed: number }>();
  const more = new Map<string, number>();
  const add = (table: string, side: Side, loss: keyof Losses, count: number): void => {
    const key = `${table} ${side}`;
    const entry = losses.get(key) ?? { deletes: 0, overwrites: 0, confirmed: 0 };
    entry[loss] += count;
    losses.set(key, entry);
  };
  const addListed = ({ table, kind, direction }: Cell, count: number): void => {
    const loss = kind === 'delete' ? 'deletes' : kind === 'update' ? 'overwrites' : null;
    if (loss !== null && direction !== 'both') add(table, direction === 'up' ? 'server' : 'local', loss, count);
  };
  const addOnBoth = ({ table, losses: of }: OnBoth, count: number): void => {
    for (const side of sides) if (of[side] !== null) add(table, side, of[side], count);
  };
  const confirm = (table: string, kind: 'update' | 'delete', count: number): void => {
    const loss = kind === 'delete' ? 'deletes' : 'overwrites';
    const own = ownLoss(tableOf(catalog, table), loss);
    add(table, 'server', loss, -count);
    if (own !== null) add(table, 'server', own, count);
  };
  for (const { table, kind, count } of counted.own) confirm(table, kind, count);
  for (const { count, ...cell } of counted.summary) {
    more.set(cell.table, (more.get(cell.table) ?? 0) + count * sizeShift(cell));
    addListed(cell, count);
  }
  for (const one of counted.both) {
    more.set(one.table, (more.get(one.table) ?? 0) + one.count * one.more);
    addOnBoth(one, one.count);
  }
  const slicer = createSlicer(SLICE_MS);
  const recount = (keys: PlanRowKeys & { readonly own: boolean }): void => {
    const row = evaluation.book.row(keys.ordinal);
    addListed(keys, -1);
    if (keys.direction === 'both' && keys.kind !== 'conflict') addOnBoth(onBoth(catalog, row), -1);
    if (keys.own && (keys.kind === 'update' || keys.kind === 'delete')) confirm(keys.table, keys.kind, -1);
    for (const effect of effectsOf(evaluation.book, evaluation, keys.ordinal, row)) {
      const table = tableOf(catalog, effect.table);
      const loss = lossesOf(table, effect);
      const there = loss.server !== null && keys.own ? ownLoss(table, loss.server) : loss.server;
      if (there !== null) add(effect.table, 'server', there, 1);
      if (loss.local !== null) add(effect.table, 'local', loss.local, 1);
    }
  };
  for (const some of planRowKeysAt(store, planId, spokenOf(evaluation)))
    for (const keys of some) {
      recount(keys);
      if (await slicer.pause(signal)) getPlan(store, planId);
    }
  return { bySide: losses, more };
}

/** Sides a part of a plan writes to. */
function sidesOf(part: Part): readonly Side[] {
  return sides.filter((side) => part !== (side === 'server' ? 'pull' : 'apply'));
}

/** How many records a part of a plan deletes, whoever wished it. A tag that is taken off and a setting are no records. */
export function countDeletions({ catalog }: ClassStore, { bySide }: CountedLosses, part: Part): number {
  const records = catalog.tables.filter(({ kind }) => kind === 'entity' || kind === 'append-only');
  return records
    .flatMap(({ name }) => sidesOf(part).map((side) => bySide.get(`${name} ${side}`)))
    .reduce((sum, found) => sum + (found === undefined ? 0 : found.deletes + found.confirmed), 0);
}

/** The guards a part of a plan trips with the decisions made. The server's size is taken as the local one with the plan's own differences undone. */
export function guardsTripped(
  store: ClassStore,
  planId: string,
  evaluation: Evaluation,
  { bySide, more }: CountedLosses,
  part: Part,
): readonly Guard[] {
  const { catalog } = store;
  const erased = part === 'apply' ? [] : erasureGuards(store, planId, evaluation);
  const tripped = catalog.tables.flatMap((table) =>
    sidesOf(part).flatMap((side) => {
      const found = bySide.get(`${table.name} ${side}`);
      if (found === undefined) return [];
      const here = countLive(store, table);
      return guardsOf(table, side, found, side === 'local' ? here : here + (more.get(table.name) ?? 0));
    }),
  );
  return [...erased, ...tripped];
}

/** Erasures that are listed are others' and came several at once: each is asked about. */
function erasureGuards(store: ClassStore, planId: string, { left }: Evaluation): readonly Guard[] {
  const rules = erasureRules(store.catalog);
  if (rules === null) return [];
  const listed = [...planRowKeysAt(store, planId, ordinalsOfTable(store, planId, rules.table.name))].flat();
  const count = listed.filter(({ ordinal, direction }) => direction !== 'up' && !left.has(ordinal)).length;
  return count === 0 ? [] : [{ id: 'mass-erase', table: rules.of.name, count, side: 'local' }];
}

/** How many more live rows the server has than this PC because of one listed row; those of both sides are counted one by one. */
function sizeShift({ kind, direction }: Cell): number {
  if (direction === 'both') return 0;
  if (kind === 'add') return direction === 'up' ? -1 : 1;
  if (kind === 'delete') return direction === 'up' ? 1 : -1;
  return 0;
}
