import { tableOf, type Catalog } from '../../shared/catalog/catalog.ts';
import type { LeftRow, TreeRow } from '../../shared/sync/plan.ts';
import { loggedFields } from '../../shared/sync/logged-fields.ts';
import { kindOf, sameRow } from '../../shared/sync/row.ts';
import { createSlicer } from '../engine/slices.ts';
import { findByColumns } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { eachPlanRow, ordinalOf } from '../store/sync/plan-store.ts';
import type { OutboxEffect, RunCounts, RunMode } from '../store/sync/run-store.ts';
import type { Trees } from '../store/sync/trees.ts';
import { keyOf } from '../../shared/catalog/key.ts';
import { blockerOf, type Evaluation } from './evaluate-plan.ts';
import type { Guard } from './guards.ts';
import { resultOf, sidesOf, type Sides } from './row-result.ts';
import { readTrees } from './row-facts.ts';

/** The rows a run works on, and the ones it leaves. */
export interface Collected {
  /** Written to the server by this run. */
  readonly up: readonly OutboxEffect[];
  /** Written here by this run and not to the server. */
  readonly down: readonly OutboxEffect[];
  /** Decided "keep this PC's" while only pulling: nothing is written, but the server's version counts as seen. */
  readonly seen: readonly OutboxEffect[];
  readonly left: readonly LeftRow[];
}

/** Longest time the thread is held while rows are gone through, in milliseconds. */
const SLICE_MS = 8;

/** Sorts the rows of a plan by what a run of this mode does with them, in slices: the caller sees to it that the plan is still there afterwards. */
export async function collectEffects(
  store: ClassStore,
  catalog: Catalog,
  planId: string,
  mode: RunMode,
  evaluation: Evaluation,
  { overruled, signal }: { readonly overruled: readonly Guard[]; readonly signal: AbortSignal },
): Promise<Collected> {
  const guarded = new Set(overruled.map(({ table, side }) => `${table} ${side}`));
  const slicer = createSlicer(SLICE_MS);
  const up: OutboxEffect[] = [];
  const down: OutboxEffect[] = [];
  const seen: OutboxEffect[] = [];
  const left: LeftRow[] = [];
  for (const { ordinal, row } of eachPlanRow(store, planId)) {
    await slicer.pause(signal);
    const out = evaluation.out.get(ordinal);
    const choice = evaluation.choices.get(ordinal);
    const result = out === undefined ? resultOf(catalog, row, choice) : undefined;
    if (result === undefined) {
      left.push({
        table: row.table,
        pk: row.pk,
        label: row.label,
        reason: out?.reason ?? 'undecided',
        blockedBy: blockerOf(store, planId, row.table, out),
      });
      continue;
    }
    const sides = sidesOf(catalog, row, result);
    const effect: OutboxEffect = {
      table: row.table,
      pk: row.pk,
      ...sides,
      trees: row.trees,
      result,
      serverVer: row.serverVer,
      label: row.label,
      choice: choice?.choice ?? null,
      ...(choice?.fields === undefined ? {} : { fields: loggedFields(choice.fields) }),
      ...(isGuarded(guarded, row.table, sides) ? { keepLosers: true } : {}),
    };
    if (sides.up && mode !== 'pull') up.push(effect);
    else if (sides.down && mode !== 'apply') down.push(effect);
    else if (mode === 'pull' && sides.up && row.kind === 'conflict') seen.push(effect);
  }
  return { up, down, seen, left };
}

function isGuarded(guarded: ReadonlySet<string>, table: string, { up, down }: Sides): boolean {
  return (up && guarded.has(`${table} up`)) || (down && guarded.has(`${table} down`));
}

/** Rows whose trees are not what the plan saw, with new children of rows it deletes: the plan is stale. Empty when it still holds. Looked at in slices. */
export async function movedRows(
  store: ClassStore,
  catalog: Catalog,
  trees: Trees,
  planId: string,
  effects: readonly OutboxEffect[],
  signal: AbortSignal,
): Promise<readonly { readonly table: string; readonly pk: string }[]> {
  const slicer = createSlicer(SLICE_MS);
  const moved: OutboxEffect[] = [];
  for (const effect of effects) {
    await slicer.pause(signal);
    const table = tableOf(catalog, effect.table);
    const now = readTrees(store, trees, table, effect);
    const same =
      sameRow(table, now.base, effect.trees.base) &&
      sameRow(table, now.local, effect.trees.local) &&
      sameRow(table, now.server, effect.trees.server);
    if (!same || hasNewChild(store, catalog, trees, planId, effect)) moved.push(effect);
  }
  return moved;
}

/** Whether a row that is about to be deleted here got a child since the plan was made. */
export function hasNewChild(
  store: ClassStore,
  catalog: Catalog,
  trees: Trees,
  planId: string,
  effect: OutboxEffect,
): boolean {
  const table = tableOf(catalog, effect.table);
  if (
    table.softDelete === null ||
    kindOf(table, effect.trees.local, effect.result).kind !== 'delete' ||
    effect.trees.local === null
  )
    return false;
  const key = Object.values(keyOf(table, effect.pk));
  return catalog.tables
    .filter((child) => child.kind === 'append-only')
    .some((child) =>
      child.foreignKeys
        .filter((foreign) => foreign.references === table.name && !foreign.soft)
        .some((foreign) =>
          findByColumns(store, child, foreign.columns, key).some(
            ({ pk }) =>
              trees.dirty({ table: child.name, pk }) !== undefined && ordinalOf(store, planId, child.name, pk) === null,
          ),
        ),
    );
}

/** What a run wrote, counted per direction as people see it. */
export function countEffects(
  catalog: Catalog,
  written: readonly {
    readonly table: string;
    readonly side: 'up' | 'down';
    readonly before: TreeRow;
    readonly after: TreeRow;
  }[],
): RunCounts {
  const counts = { up: { add: 0, update: 0, delete: 0 }, down: { add: 0, update: 0, delete: 0 } };
  for (const row of written) counts[row.side][kindOf(tableOf(catalog, row.table), row.before, row.after).kind] += 1;
  return counts;
}
