import { tableOf, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { heldBy, partsOf, type Claim } from '../../shared/sync/claims.ts';
import type { Side } from '../../shared/sync/lookup.ts';
import type { PlanRow, Trees } from '../../shared/sync/plan.ts';
import type { SyncMode } from '../../shared/sync/sync-mode.ts';
import type { ClassStore } from '../store/class-store.ts';
import { addPlanRefusals, planRefusals } from '../store/sync/plan-links.ts';
import type { PlanBook } from './plan-book.ts';

/** The values that records hold which a plan lists nothing of, on the side it writes to. */
export interface UnlistedClaims {
  /** Notes what a record holds that the plan does not list although it is not the same on both sides. */
  note(table: CatalogTable, trees: Trees): void;
  /** Refuses every listed row that would newly take one of these values, a value at a time. To be gone through when the plan is closed: what a row becomes is known then. */
  refuseTakers(store: ClassStore, planId: string, book: PlanBook): Generator<void, void>;
}

/**
 * A connection of one direction leaves records alone that are on the other side only: what others added to a backup copy or what was let go of here, and what was made
 * here and is not received. They are in no plan, so that nobody meets them there, and the database they are in would refuse the whole run for one of their values.
 */
export function openUnlistedClaims(mode: SyncMode): UnlistedClaims {
  const side = ({ 'two-way': null, 'push-only': 'server', 'pull-only': 'local' } as const)[mode];
  const claims = new Set<Claim>();
  return {
    note(table, trees) {
      if (side !== null) for (const claim of heldBy(table, trees[side])) claims.add(claim);
    },
    *refuseTakers(store, planId, book) {
      if (side === null || claims.size === 0) return;
      const refused = new Set(planRefusals(store, planId).map(({ ordinal }) => ordinal));
      for (const claim of claims) {
        for (const ordinal of book.claimants(claim)) {
          const row = book.row(ordinal);
          const table = tableOf(book.catalog, row.table);
          if (refused.has(ordinal) || !mayTake(table, row, claim, side)) continue;
          refused.add(ordinal);
          const [column = null] = partsOf(table, claim).columns;
          addPlanRefusals(store, planId, [{ ordinal, column, reason: 'value-held' }]);
        }
        yield;
      }
    },
  };
}

/** Whether a row may come to hold a value on a side where it does not have it. One that asks may become what either side has. */
function mayTake(table: CatalogTable, { trees, result }: PlanRow, claim: Claim, side: Side): boolean {
  if (heldBy(table, trees[side]).includes(claim)) return false;
  const ends = result === undefined ? [trees.local, trees.server] : [result];
  return ends.some((version) => heldBy(table, version).includes(claim));
}
