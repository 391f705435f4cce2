import { tableOf } from '../../shared/catalog/catalog.ts';
import type { PlanRow } from '../../shared/sync/plan.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';
import { addDraftOp, draftOps } from '../store/sync/draft-store.ts';
import { planRow, replacePlanRow } from '../store/sync/plan-store.ts';
import { classSecretOf, spokenOf, wasDecided } from '../store/sync/resolution-store.ts';
import { contentHash } from './resolution-log.ts';

/**
 * Finds the conflicts of a plan that somebody decided before on another device: over the same base, what is here lost to what the server has. Their row says
 * so and recommends the server's. Answers their places; `takeDecided` makes the choice.
 */
export async function findDecided(
  store: ClassStore,
  peerId: string,
  planId: string,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const secret = classSecretOf(store, peerId);
  if (secret === null) return [];
  const decided: number[] = [];
  const slicer = createSlicer(8);
  for (const ordinal of spokenOf(store, peerId, planId)) {
    await slicer.pause(signal);
    const row = planRow(store, planId, ordinal);
    if (row === null || !isDecided(store, peerId, secret, row)) continue;
    store.stepTransaction(() =>
      replacePlanRow(store, planId, ordinal, { ...row, recommended: 'server', reason: 'decided-before' }, 'both'),
    );
    decided.push(ordinal);
  }
  return decided;
}

function isDecided(store: ClassStore, peerId: string, secret: string, row: PlanRow): boolean {
  const table = tableOf(store.catalog, row.table);
  const { base, local, server } = row.trees;
  return wasDecided(store, peerId, {
    table: row.table,
    pk: row.pk,
    baseHash: contentHash(secret, table, row.pk, base),
    loserHash: contentHash(secret, table, row.pk, local),
    winnerHash: contentHash(secret, table, row.pk, server),
  });
}

/** Chooses the server's version where it was decided so before, except where a person has said anything about the row here. Inside a transaction of the caller. */
export function takeDecided(store: ClassStore, planId: string, decided: readonly number[]): void {
  const spoken = new Set(draftOps(store, planId).flatMap((op) => op.ordinals));
  const ordinals = decided.filter((ordinal) => !spoken.has(ordinal));
  if (ordinals.length > 0) addDraftOp(store, planId, { ordinals, choice: { choice: 'server' }, include: null });
}
