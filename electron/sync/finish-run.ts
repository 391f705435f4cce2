import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { LeftReason, LeftRow, TreeRow } from '../../shared/sync/plan.ts';
import type { ClassStore } from '../store/class-store.ts';
import { setPlanState } from '../store/sync/plan-store.ts';
import { addRunRows, dropOutbox, type OutboxEffect, type RunMode, type RunRow } from '../store/sync/run-store.ts';
import { addResolutions, classSecretOf, unsentResolutions } from '../store/sync/resolution-store.ts';
import { openTrees } from '../store/sync/trees.ts';
import { hasNewChild } from './collect-effects.ts';
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

/** What the server holds after a run, by row. */
export type ReadBack = readonly {
  readonly table: string;
  readonly pk: string;
  readonly row: TreeRow;
  readonly ver: string | null;
  /** The server held it already: the run did not write it. */
  readonly there?: true;
}[];

/** The rows of a run whose server part is over, and how to settle them here. */
export interface ToFinish {
  readonly runId: string;
  readonly planId: string;
  readonly peerId: string;
  /** Number of the last local change the plan knew of. */
  readonly seq: number;
  readonly rule: RunMode;
  readonly up: readonly OutboxEffect[];
  readonly down: readonly OutboxEffect[];
  readonly seen: readonly OutboxEffect[];
  readonly readBack: ReadBack;
  readonly device: string;
  /** Whether the server wrote the decisions of the run, and those that waited, into its log. */
  readonly logged: boolean;
}

/** What finishing wrote and left. */
export interface Finished {
  readonly rows: readonly RunRow[];
  readonly left: readonly LeftRow[];
}

/**
 * Settles a run here in one SQLite transaction: rows, Base, Remote, marks, recovery bin, history and the outbox move together or not at all.
 * The plan is used afterwards. Rows edited meanwhile are left, the rest is done.
 */
export function finishRun(store: ClassStore, catalog: Catalog, run: ToFinish, now: string): Finished {
  return store.transaction(() => {
    const trees = openTrees(store, run.peerId);
    const settling: Settling = {
      store,
      catalog,
      peerId: run.peerId,
      trees,
      runId: run.runId,
      now,
      serverBy: (key) => trees.remote(key)?.by ?? null,
    };
    const writes = run.rule === 'apply' ? [] : [...run.up.filter((effect) => effect.down), ...run.down];
    const left = new Map<OutboxEffect, LeftReason>();
    for (const effect of [...run.up, ...run.down])
      if (!isUntouched(settling, effect)) left.set(effect, 'edited-meanwhile');
    // A point given to a student this run deletes here, while the run went on: the student stays.
    for (const effect of writes)
      if (!left.has(effect) && hasNewChild(store, catalog, trees, run.planId, effect)) left.set(effect, 'new-child');
    if (writes.length > 0) leaveDependants(store, catalog, { peerId: run.peerId, writes, left, seq: run.seq });
    leaveParents(store, writes, left);
    freeUniqueValues(
      settling,
      writes.filter((effect) => !left.has(effect)),
    );
    const readBack = new Map(run.readBack.map((row) => [`${row.table} ${row.pk}`, row]));
    const rule = run.rule === 'sync' ? 'sync' : 'apply';
    const settled: { readonly effect: OutboxEffect; readonly settled: Settled }[] = [];
    for (const effect of run.up) {
      const there = readBack.get(`${effect.table} ${effect.pk}`) ?? { row: effect.result, ver: null };
      settled.push({ effect, settled: settleUp(settling, effect, !left.has(effect), there, rule) });
    }
    for (const effect of run.down) settled.push({ effect, settled: settleDown(settling, effect, !left.has(effect)) });
    for (const effect of run.seen) settleSeen(settling, effect);
    const rows = settled.flatMap((entry) => entry.settled.rows);
    addRunRows(store, run.runId, rows);
    const carriedOut = settled.filter((entry) => entry.settled.rows.length > 0).map((entry) => entry.effect);
    logChoices(store, run, [...carriedOut, ...run.seen], now);
    dropOutbox(store, run.runId);
    setPlanState(store, run.planId, 'used');
    return {
      rows,
      left: settled.flatMap(({ effect, settled: { stays } }) =>
        stays ? [leftRow(effect, left.get(effect) ?? 'edited-meanwhile')] : [],
      ),
    };
  });
}

/** A row as it is listed among those a run left. */
export function leftRow(effect: OutboxEffect, reason: LeftReason): LeftRow {
  return { table: effect.table, pk: effect.pk, label: effect.label, reason, blockedBy: null };
}

function logChoices(store: ClassStore, run: ToFinish, effects: readonly OutboxEffect[], now: string): void {
  const secret = classSecretOf(store, run.peerId);
  if (secret === null) return;
  const decider = { secret, who: run.device, runId: run.runId, at: now };
  const lines = effects.flatMap((effect) => resolutionsOf(store.catalog, effect, decider));
  addResolutions(store, run.peerId, lines, { sent: run.logged });
  if (run.logged) addResolutions(store, run.peerId, unsentResolutions(store, run.peerId), { sent: true });
}
