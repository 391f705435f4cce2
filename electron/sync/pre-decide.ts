import { tableOf } from '../../shared/catalog/catalog.ts';
import { pkFromCells } from '../../shared/catalog/key.ts';
import type { PlanRow } from '../../shared/sync/plan.ts';
import { canAdopt } from '../../shared/sync/resolve.ts';
import { cellOf } from '../../shared/sync/row.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';
import { addDraftOp, draftOps } from '../store/sync/draft-store.ts';
import { planRow, replacePlanRow } from '../store/sync/plan-store.ts';
import { classSecretOf, spokenOf, wasDecided } from '../store/sync/resolution-store.ts';
import { openTrees } from '../store/sync/trees.ts';
import { lostHere } from './resolution-log.ts';
import { readTrees } from './row-facts.ts';
import { readStored } from '../store/read-stored.ts';

/** A conflict of a plan that was decided before, at its place, and how. */
export interface DecidedBefore {
  readonly ordinal: number;
  readonly choice: 'server' | 'adopt';
}

/**
 * Finds the conflicts of a plan that somebody decided before on another device: over the same base, what is here lost to what the server has, or became the
 * record the server has. Their row says so. `takeDecided` makes the choice.
 */
export async function findDecided(
  store: ClassStore,
  peerId: string,
  planId: string,
  signal: AbortSignal,
): Promise<readonly DecidedBefore[]> {
  const secret = classSecretOf(store, peerId);
  if (secret === null) return [];
  const decided: DecidedBefore[] = [];
  const slicer = createSlicer(8);
  for (const ordinal of spokenOf(store, peerId, planId)) {
    await slicer.pause(signal);
    const row = planRow(store, planId, ordinal);
    const choice = row === null ? null : choiceBefore(store, peerId, secret, row);
    if (row === null || choice === null) continue;
    const recommended = choice === 'server' ? choice : null;
    store.stepTransaction(() =>
      replacePlanRow(store, planId, ordinal, { ...row, recommended, reason: 'decided-before' }, 'both'),
    );
    decided.push({ ordinal, choice });
  }
  return decided;
}

function choiceBefore(store: ClassStore, peerId: string, secret: string, row: PlanRow): DecidedBefore['choice'] | null {
  const table = tableOf(store.catalog, row.table);
  const asks = row.conflict === 'same-identity';
  if (asks && !(canAdopt(row) && isTakenOver(store, peerId, row))) return null;
  const before = wasDecided(store, peerId, lostHere(secret, table, row.pk, row.trees));
  return before ? (asks ? 'adopt' : 'server') : null;
}

/** Whether an alias says that this record became the one it asks about. */
function isTakenOver(store: ClassStore, peerId: string, { table, pk, rival }: PlanRow): boolean {
  const { alias } = store.catalog.roles;
  const [key] = readStored(pk) as string[];
  if (alias === null || key === undefined) return false;
  const aliases = tableOf(store.catalog, alias);
  const { local, server } = readTrees(store, openTrees(store, peerId), aliases, {
    table: alias,
    pk: pkFromCells([table, key]),
  });
  const next = cellOf(local ?? server, 'new_id');
  return next !== null && pkFromCells([next]) === rival;
}

/** Chooses what was decided before, except where a person has said anything about the row here. Inside a transaction of the caller. */
export function takeDecided(store: ClassStore, planId: string, decided: readonly DecidedBefore[]): void {
  const spoken = new Set(draftOps(store, planId).flatMap((op) => op.ordinals));
  for (const choice of ['server', 'adopt'] as const) {
    const ordinals = decided.filter((one) => one.choice === choice && !spoken.has(one.ordinal));
    if (ordinals.length > 0)
      addDraftOp(store, planId, {
        ordinals: ordinals.map(({ ordinal }) => ordinal),
        choice: { choice },
        include: null,
      });
  }
}
