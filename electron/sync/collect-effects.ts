import { tableOf, type Catalog } from '../../shared/catalog/catalog.ts';
import { directionOf } from '../../shared/sync/diff.ts';
import { effectsOf, taskOf } from '../../shared/sync/effects.ts';
import type { Guard } from '../../shared/sync/guards.ts';
import { loggedFields } from '../../shared/sync/logged-fields.ts';
import type { Choice, Effect, LeftRow, PlanRow, TreeRow } from '../../shared/sync/plan.ts';
import { kindOf, sameRow } from '../../shared/sync/row.ts';
import { resultIn } from '../../shared/sync/stands.ts';
import { createSlicer } from '../engine/slices.ts';
import { childrenOf } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import {
  clearStaged,
  placeOf,
  stageDecided,
  stagedCounts,
  stagedEffects,
  stageListed,
  type OutboxEffect,
  type RunPart,
  type Staging,
} from '../store/sync/outbox-store.ts';
import { eachPlanRow, getPlan, ordinalOf, planEnd } from '../store/sync/plan-store.ts';
import { noCounts, type RunCounts, type RunMode, type RunRow, type WritableCounts } from '../store/sync/run-store.ts';
import { treesAreUnchanged, type RowKey, type Trees } from '../store/sync/trees.ts';
import type { CountedPlan } from './count-plan.ts';
import { spokenOf } from './count-rows.ts';
import { blockerOf, type Evaluation } from './evaluate-plan.ts';
import { readTrees } from './row-facts.ts';

/** How many rows a run works on, which are staged in the outbox, and the rows it leaves. */
export interface Collected {
  readonly staging: Staging;
  /** Rows of each part: written to the server, written here only, and, decided "keep this PC's" while only pulling, taken as seen. */
  readonly counts: Readonly<Record<RunPart, number>>;
  readonly left: readonly LeftRow[];
}

/** Longest time the thread is held while rows are gone through, in milliseconds. */
const SLICE_MS = 8;
/** Places of a plan looked at in one step. */
const PLACES_AT_ONCE = 250;

/** What collecting works with. */
interface Collecting {
  readonly store: ClassStore;
  readonly staging: Staging;
  readonly mode: RunMode;
  readonly evaluation: Evaluation;
  /** Tables and sides of guards that were overruled. */
  readonly guarded: ReadonlySet<string>;
  readonly left: LeftRow[];
}

/**
 * Stages the rows of a plan by what a run of this mode does with them, in slices: the caller sees to it that the plan is still there afterwards. Rows nobody
 * decided anything about are staged as they are listed, many at a time and without being read.
 */
export async function collectEffects(
  store: ClassStore,
  staging: Staging,
  mode: RunMode,
  evaluation: Evaluation,
  {
    counts,
    overruled,
    signal,
  }: { readonly counts: CountedPlan; readonly overruled: readonly Guard[]; readonly signal: AbortSignal },
): Promise<Collected> {
  const guarded = new Set(overruled.map(({ table, side }) => `${table} ${side}`));
  const slicer = createSlicer(SLICE_MS);
  const clearing = clearStaged(store);
  while (clearing.next().done !== true) await slicer.pause(signal);
  const left: LeftRow[] = [];
  const collecting: Collecting = { store, staging, mode, evaluation, guarded, left };
  // Of a run that takes another back everything is looked at.
  const plain = getPlan(store, staging.planId).purpose === 'sync';
  const plainTables = plain ? plainTablesOf(store, counts, evaluation) : [];
  const special = new Set([...spokenOf(evaluation), ...evaluation.syncOnly]);
  const end = planEnd(store, staging.planId);
  for (let from = 0; from < end; from += PLACES_AT_ONCE) {
    await slicer.pause(signal);
    const before = from + PLACES_AT_ONCE;
    const asListed = plain && guarded.size === 0 && !hasBetween(special, from, before);
    store.stepTransaction(() => {
      if (asListed) stageListed(store, staging, mode, from, before, { plainTables });
      else for (const place of placesBetween(store, staging.planId, from, before)) stagePlace(collecting, place);
    });
  }
  return { staging, counts: stagedCounts(store, staging.runId), left };
}

/**
 * Tables whose new rows can be written here without a look at each. Rows with a unique value may be in each other's way; not so where nothing but new rows comes
 * into the table, because the plan saw to it that none of them takes what a row here holds, and nothing was decided that makes one hold something else.
 */
function plainTablesOf(store: ClassStore, { summary }: CountedPlan, { book, choices }: Evaluation): readonly string[] {
  const others = summary.filter(
    ({ kind, direction }) => kind === 'conflict' || (direction !== 'up' && !(kind === 'add' && direction === 'down')),
  );
  const decided = [...choices.keys()].flatMap((ordinal) => book.sortAt(ordinal)?.table ?? []);
  const mixed = new Set([...others.map(({ table }) => table), ...decided]);
  return store.catalog.tables
    .filter(({ name, unique }) => unique.length === 0 || !mixed.has(name))
    .map(({ name }) => name);
}

function hasBetween(places: ReadonlySet<number>, from: number, before: number): boolean {
  if (places.size === 0) return false;
  for (let place = from; place < before; place += 1) if (places.has(place)) return true;
  return false;
}

type Place = { readonly ordinal: number; readonly row: PlanRow };

function* placesBetween(store: ClassStore, planId: string, from: number, before: number): Generator<Place, void> {
  for (const place of eachPlanRow(store, planId, from)) {
    if (place.ordinal >= before) return;
    yield place;
  }
}

/** Stages what one row, and what its decision makes, come to, or lists it among those left. */
function stagePlace({ store, staging, mode, evaluation, guarded, left }: Collecting, { ordinal, row }: Place): void {
  const out = evaluation.left.get(ordinal);
  if (out !== undefined) {
    if (!isOfRun(mode, evaluation, ordinal, row)) return;
    const blockedBy = blockerOf(store, staging.planId, row.table, out);
    const isBack = out.reason === 'unticked' && evaluation.takenBack?.has(ordinal) === true;
    const reason = isBack ? 'taken-back' : out.reason;
    left.push({ table: row.table, pk: row.pk, label: row.label, reason, blockedBy });
    return;
  }
  const choice = choiceFor(evaluation, ordinal, row);
  const groups = [row.group, evaluation.adoptions.get(ordinal)].filter((group) => group !== undefined);
  for (const [index, effect] of effectsOf(evaluation.book, evaluation, ordinal, row).entries()) {
    const { decided, ...written } = effect;
    const part = taskOf(effect, mode);
    if (part === null) continue;
    stageDecided(store, staging, part, placeOf(ordinal, index), {
      ...written,
      label: row.label,
      choice: decided ? (choice?.choice ?? null) : null,
      ...(choice?.fields === undefined ? {} : { fields: loggedFields(choice.fields) }),
      ...(groups.length === 0 ? {} : { groups }),
      ...(isGuarded(guarded, effect) ? { keepLosers: true } : {}),
    });
  }
}

/** Whether a run of this mode would write a row that stays out: what only goes the other way is none of its business, and waits for a run that does. */
function isOfRun(mode: RunMode, evaluation: Evaluation, ordinal: number, row: PlanRow): boolean {
  const result = resultIn(evaluation, evaluation.book, ordinal, row);
  if (mode === 'sync' || result === undefined || evaluation.made.has(ordinal)) return true;
  const direction = directionOf(tableOf(evaluation.book.catalog, row.table), row.trees, result);
  return direction === null || direction === 'both' || direction === (mode === 'apply' ? 'up' : 'down');
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

/**
 * Rows whose trees are not what the plan saw, with new children of rows it deletes: the plan is stale. Empty when it still holds. Looked at in slices. Where
 * Base and the observations were certainly not written since the plan was made, only rows edited here since, decided ones and deletions are looked at.
 */
export async function movedRows(
  store: ClassStore,
  catalog: Catalog,
  trees: Trees,
  staging: Staging,
  signal: AbortSignal,
): Promise<readonly RowKey[]> {
  const slicer = createSlicer(SLICE_MS);
  const moved: RowKey[] = [];
  const unchanged = treesAreUnchanged(store, staging.peerId, staging.planId);
  for (const effect of stagedEffects(store, staging, unchanged ? 'doubtful' : 'all')) {
    await slicer.pause(signal);
    const table = tableOf(catalog, effect.table);
    const now = readTrees(store, trees, table, effect);
    const same =
      sameRow(table, now.base, effect.trees.base) &&
      sameRow(table, now.local, effect.trees.local) &&
      sameRow(table, now.server, effect.trees.server);
    if (!same || hasNewChild(store, catalog, trees, staging.planId, effect))
      moved.push({ table: effect.table, pk: effect.pk });
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
  effect: Pick<OutboxEffect, 'table' | 'pk' | 'trees' | 'result' | 'target'>,
): boolean {
  const table = tableOf(catalog, effect.table);
  const after = effect.target === undefined ? effect.result : effect.target.local;
  if (effect.trees.local === null || kindOf(table, effect.trees.local, after).kind !== 'delete') return false;
  return catalog.tables
    .filter((child) => after === null || child.kind === 'append-only')
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
    readonly side: RunRow['side'];
    readonly before: TreeRow;
    readonly after: TreeRow;
  }[],
  others: RunCounts = noCounts,
): RunCounts {
  const counts: WritableCounts = { up: { ...others.up }, down: { ...others.down } };
  for (const { table, side, before, after } of written) {
    if (side === 'none') continue;
    const { kind, restored } = kindOf(tableOf(catalog, table), before, after);
    counts[side][kind] += 1;
    if (restored) counts[side].restored = (counts[side].restored ?? 0) + 1;
  }
  return counts;
}
