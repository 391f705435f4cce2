import type { CatalogTable } from '../catalog/catalog.ts';
import { change, directionOf, neverGoesMissing } from './diff.ts';
import type { RowOutcome, Trees } from './plan.ts';

/** Which way a connection carries changes. */
export type SyncMode = 'two-way' | 'push-only' | 'pull-only';

/**
 * What a connection's mode makes of an outcome; null when the row is none of its business.
 * A backup copy (push-only) takes this PC's row for every row that ever was here and leaves rows of others alone; rows that never go missing for good are
 * not deleted there. A pull-only connection lists nothing that would only go up.
 */
export function forMode(
  table: CatalogTable,
  trees: Trees,
  outcome: RowOutcome,
  mode: SyncMode,
  parentGone = false,
): RowOutcome | null {
  switch (mode) {
    case 'two-way':
      return outcome;
    case 'push-only': {
      const removable = !neverGoesMissing(table) || parentGone;
      if (trees.local === null && (trees.base === undefined || trees.base === null || !removable)) return null;
      return change(table, trees, trees.local);
    }
    case 'pull-only':
      return outcome.kind === 'change' && directionOf(table, trees, outcome.result) === 'up' ? null : outcome;
  }
}
