import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { LeftReason, LeftRow } from '../../shared/sync/plan.ts';
import type { ClassStore } from '../store/class-store.ts';
import {
  dropOutbox,
  stagedEffects,
  type OutboxEffect,
  type RunPart,
  type StagedEffect,
  type Staging,
} from '../store/sync/outbox-store.ts';
import { ordinalsOfTable, setPlanState } from '../store/sync/plan-store.ts';
import { addRunRows, type RunCounts, type RunMode } from '../store/sync/run-store.ts';
import { dropPlainDown, dropTouchedPlain, settlePlain } from '../store/sync/settle-plain.ts';
import { addResolutions, classSecretOf, unsentResolutions } from '../store/sync/resolution-store.ts';
import { openTrees } from '../store/sync/trees.ts';
import { countEffects, hasNewChild } from './collect-effects.ts';
import { leaveDependants } from './leave-dependants.ts';
import { leaveParents } from './leave-parents.ts';
import { resolutionsOf } from './resolution-log.ts';
import {
  freeUniqueValues,
  isUntouched,
  settleDown,
  settleSeen,
  settleUp,
  type Settled,
  type Settling,
} from './settle-rows.ts';

/** The staged rows of a run whose server part is over, and how to settle them here. */
export interface ToFinish {
  readonly staging: Staging;
  /** Number of the last local change the plan knew of. */
  readonly seq: number;
  readonly rule: RunMode;
  /** Which parts of it: after a run whose end had to be found out only what went to the server. */
  readonly parts: 'all' | 'up';
  readonly device: string;
  /** Whether the server wrote the decisions of the run, and those that waited, into its log. */
  readonly logged: boolean;
}

/** What finishing wrote and left. */
export interface Finished {
  readonly counts: RunCounts;
  readonly left: readonly LeftRow[];
  /** Whether Base holds every row as the server got it: none of them has to be read again. */
  readonly agreed: boolean;
}

/**
 * Settles a run here in one SQLite transaction: rows, Base, Remote, marks, recovery bin, history and the outbox move together or not at all.
 * The plan is used afterwards. Rows edited meanwhile are left, the rest is done.
 */
export function finishRun(store: ClassStore, catalog: Catalog, run: ToFinish, now: string): Finished {
  const { runId, planId, peerId } = run.staging;
  return store.transaction(() => {
    const trees = openTrees(store, peerId);
    const settling: Settling = {
      store,
      catalog,
      peerId,
      trees,
      runId,
      now,
      serverBy: (key) => trees.remote(key)?.by ?? null,
    };
    dropTouchedPlain(store, run.staging);
    if (run.parts === 'up') dropPlainDown(store, runId);
    let single = singleRows(store, run);
    let left = findLeft(settling, run, single);
    if (left.size > 0 && run.parts === 'all' && dropPlainDown(store, runId)) {
      single = singleRows(store, run);
      left = findLeft(settling, run, single);
    }
    freeUniqueValues(
      settling,
      writesOf(run, single).filter((effect) => !left.has(effect)),
    );
    const plain = settlePlain(store, run.staging, now);
    const settled = settleSingle(settling, run, single, left);
    // One row of a run writes at most two: the server's and the one here.
    const placed = settled.flatMap(({ effect, settled: { rows } }) =>
      rows.map((row, index) => ({ seq: effect.ord * 2 + 1 + index, row })),
    );
    addRunRows(store, runId, placed);
    const rows = placed.map(({ row }) => row);
    const carriedOut = settled.filter((entry) => entry.settled.rows.length > 0).map((entry) => entry.effect);
    logChoices(store, run, carriedOut, now);
    dropOutbox(store, runId);
    setPlanState(store, planId, 'used');
    return {
      counts: countEffects(catalog, rows, plain),
      left: settled.flatMap(({ effect, settled: { stays } }) =>
        stays ? [leftRow(effect, left.get(effect) ?? 'edited-meanwhile')] : [],
      ),
      agreed:
        !erases(store, planId) && settled.every(({ effect, settled: { agreed } }) => effect.part !== 'up' || agreed),
    };
  });
}

/** Whether a plan brings an erasure: what that takes along on the server is more than the rows of the run. */
function erases(store: ClassStore, planId: string): boolean {
  const { erasure } = store.catalog.roles;
  return erasure !== null && ordinalsOfTable(store, planId, erasure).next().done !== true;
}

/** The rows that have to be looked at one by one. */
function singleRows(store: ClassStore, { staging, parts }: ToFinish): readonly StagedEffect[] {
  return [...stagedEffects(store, staging, 'not-plain')].filter(({ part }) => parts === 'all' || part === 'up');
}

/** The rows of those that are written here. */
function writesOf({ rule }: ToFinish, rows: readonly StagedEffect[]): readonly StagedEffect[] {
  return rule === 'apply' ? [] : rows.filter(({ part, down }) => part === 'down' || (part === 'up' && down));
}

/** The rows that stay as they are here, because of what was done here while the run went on. */
function findLeft(settling: Settling, run: ToFinish, rows: readonly StagedEffect[]): Map<OutboxEffect, LeftReason> {
  const { store, catalog, peerId, trees } = settling;
  const writes = writesOf(run, rows);
  const left = new Map<OutboxEffect, LeftReason>();
  for (const effect of rows.filter(({ part }) => part !== 'seen'))
    if (!isUntouched(settling, effect)) left.set(effect, 'edited-meanwhile');
  // A point given to a student this run deletes here, while the run went on: the student stays.
  for (const effect of writes)
    if (!left.has(effect) && hasNewChild(store, catalog, trees, run.staging.planId, effect))
      left.set(effect, 'new-child');
  // Each may leave more that the other has to look at.
  for (let before = -1; before !== left.size;) {
    before = left.size;
    if (writes.length > 0) leaveDependants(store, catalog, { peerId, writes, left, seq: run.seq });
    leaveParents(store, writes, left);
    leaveGroups(writes, left);
  }
  return left;
}

/** What goes as a whole is left as a whole: half of a pupil's points under another key is neither the one nor the other. */
function leaveGroups(writes: readonly OutboxEffect[], left: Map<OutboxEffect, LeftReason>): void {
  const kept = new Set([...left.keys()].flatMap(({ groups }) => groups ?? []));
  if (kept.size === 0) return;
  for (const effect of writes)
    if (!left.has(effect) && effect.groups?.some((group) => kept.has(group)) === true) left.set(effect, 'blocked');
}

interface SettledEffect {
  readonly effect: StagedEffect;
  readonly settled: Settled;
}

/** Settles rows one by one: first what the server got, then what only comes here, then what was only taken as seen. */
function settleSingle(
  settling: Settling,
  run: ToFinish,
  rows: readonly StagedEffect[],
  left: ReadonlyMap<OutboxEffect, LeftReason>,
): readonly SettledEffect[] {
  const rule = run.rule === 'sync' ? 'sync' : 'apply';
  const settled: SettledEffect[] = [];
  const of = (part: RunPart): readonly StagedEffect[] => rows.filter((effect) => effect.part === part);
  for (const effect of of('up')) {
    const server = { row: effect.result, ver: effect.ver, there: effect.there };
    settled.push({ effect, settled: settleUp(settling, effect, !left.has(effect), server, rule) });
  }
  for (const effect of of('down')) settled.push({ effect, settled: settleDown(settling, effect, !left.has(effect)) });
  for (const effect of of('seen')) settled.push({ effect, settled: settleSeen(settling, effect) });
  return settled;
}

/** A row as it is listed among those a run left. */
export function leftRow(effect: OutboxEffect, reason: LeftReason): LeftRow {
  return { table: effect.table, pk: effect.pk, label: effect.label, reason, blockedBy: null };
}

function logChoices(store: ClassStore, run: ToFinish, effects: readonly OutboxEffect[], now: string): void {
  const secret = classSecretOf(store, run.staging.peerId);
  if (secret === null) return;
  const decider = { secret, who: run.device, runId: run.staging.runId, at: now };
  const lines = effects.flatMap((effect) => resolutionsOf(store.catalog, effect, decider));
  addResolutions(store, run.staging.peerId, lines, { sent: run.logged });
  if (run.logged)
    addResolutions(store, run.staging.peerId, unsentResolutions(store, run.staging.peerId), { sent: true });
}
