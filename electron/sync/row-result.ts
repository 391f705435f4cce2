import { tableOf, type Catalog } from '../../shared/catalog/catalog.ts';
import { directionOf } from '../../shared/sync/diff.ts';
import type { Choice, PlanRow, TreeRow } from '../../shared/sync/plan.ts';
import { resolveRow } from '../../shared/sync/resolve.ts';

/** Which parts of a run a row takes part in, once its result is known. */
export interface Sides {
  readonly up: boolean;
  readonly down: boolean;
}

/** The result of a row under a choice; `undefined` while undecided. A choice that does not fit was refused when it was made. */
export function resultOf(catalog: Catalog, row: PlanRow, choice: Choice | undefined): TreeRow | undefined {
  if (choice === undefined || choice.choice === 'skip') return row.result;
  const resolved = resolveRow(tableOf(catalog, row.table), row, choice);
  return resolved.kind === 'decided' ? resolved.result : undefined;
}

/** Where a result differs from what is there. */
export function sidesOf(catalog: Catalog, row: PlanRow, result: TreeRow): Sides {
  const direction = directionOf(tableOf(catalog, row.table), row.trees, result);
  return { up: direction === 'up' || direction === 'both', down: direction === 'down' || direction === 'both' };
}
