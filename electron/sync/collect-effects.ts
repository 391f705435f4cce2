import { tableOf, type Catalog } from '../../shared/catalog/catalog.ts';
import { effectsOf, taskOf } from '../../shared/sync/effects.ts';
import type { Choice, Effect, LeftRow, PlanRow, TreeRow } from '../../shared/sync/plan.ts';
import { loggedFields } from '../../shared/sync/logged-fields.ts';
import { kindOf, sameRow } from '../../shared/sync/row.ts';
import { createSlicer } from '../engine/slices.ts';
import { childrenOf } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { eachPlanRow, ordinalOf } from '../store/sync/plan-store.ts';
import type { OutboxEffect, RunCounts, RunMode } from '../store/sync/run-store.ts';
import type { Trees } from '../store/sync/trees.ts';
import { blockerOf, type Evaluation } from './evaluate-plan.ts';
import type { Guard } from '../../shared/sync/guards.ts';
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
    const out = evaluation.left.get(ordinal);
    if (out !== undefined) {
      const blockedBy = blockerOf(store, planId, row.table, out);
      left.push({ table: row.table, pk: row.pk, label: row.label, reason: out.reason, blockedBy });
      continue;
    }
    const choice = choiceFor(evaluation, ordinal, row);
    for (const effect of effectsOf(evaluation.book, evaluation, ordinal, row)) {
      const { decided: _decided, ...written } = effect;
      const task = taskOf(effect, mode);
      const found: OutboxEffect = {
        ...written,
        label: row.label,
        choice: effect.decided ? (choice?.choice ?? null) : null,
        ...(choice?.fields === undefined ? {} : { fields: loggedFields(choice.fields) }),
        ...(isGuarded(guarded, effect) ? { keepLosers: true } : {}),
      };
      if (task !== null) ({ up, down, seen })[task].push(found);
    }
  }
  return { up, down, seen, left };
}

function isGuarded(guarded: ReadonlySet<string>, { table, up, down }: Effect): boolean {
  return (up && guarded.has(`${table} server`)) || (down && guarded.has(`${table} local`));
}

/** The choice behind a result: its own, or that of the row it goes with. */
function choiceFor({ choices, results }: Evaluation, ordinal: number, row: PlanRow): Choice | undefined {
  const own = choices.get(ordinal);
  if (own !== undefined || !results.has(ordinal)) return own;
  return (row.group === undefined ? undefined : choices.get(row.group)) ?? { choice: 'adopt' };
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

/**
 * Whether a row that is about to be deleted here got a child since the plan was made: an entry, of a row that is hidden; any row that cannot be without it, of one
 * that goes for good.
 */
export function hasNewChild(
  store: ClassStore,
  catalog: Catalog,
  trees: Trees,
  planId: string,
  effect: OutboxEffect,
): boolean {
  const table = tableOf(catalog, effect.table);
  if (effect.trees.local === null || kindOf(table, effect.trees.local, effect.result).kind !== 'delete') return false;
  return catalog.tables
    .filter((child) => effect.result === null || child.kind === 'append-only')
    .some((child) =>
      child.foreignKeys
        .filter((foreign) => foreign.references === table.name && !foreign.soft)
        .some((foreign) =>
          childrenOf(store, child, foreign, table, effect.pk).some(
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
