import { tableOf } from '../../shared/catalog/catalog.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import { columnsByTime } from '../../shared/sync/by-time.ts';
import { directionOf } from '../../shared/sync/diff.ts';
import type { Direction, PlanRow } from '../../shared/sync/plan.ts';
import { resultIn } from '../../shared/sync/stands.ts';
import type { ClassStore } from '../store/class-store.ts';
import { listConnections } from '../store/connection-store.ts';
import { getPlan } from '../store/sync/plan-store.ts';
import { standingOf } from './count-rows.ts';
import type { Evaluation } from './evaluate-plan.ts';

/** A change somebody let the other value count in: it goes elsewhere than it is listed. */
export interface MovedRow {
  readonly ordinal: number;
  readonly table: string;
  readonly listed: Direction;
  readonly now: Direction;
}

/**
 * The columns of a row in which the newer change counts and another one may be let count instead. Where a connection only sends, this PC's counts, whichever is newer,
 * and the other would never come.
 */
export function overrulable(store: ClassStore, planId: string, row: PlanRow): readonly string[] {
  const columns = columnsByTime(tableOf(store.catalog, row.table), row);
  if (columns.length === 0) return columns;
  const { connectionId } = getPlan(store, planId);
  return listConnections(store).find(({ id }) => id === connectionId)?.mode === 'push-only' ? [] : columns;
}

/** Where a row goes with what is decided about it, and all its decision makes; of one that stays out, where it would go. */
export function directionNow(evaluation: Evaluation, ordinal: number, row: PlanRow): Direction {
  const { up, down } = standingOf(evaluation, { ordinal, kind: row.kind });
  if (up && down) return 'both';
  if (up || down) return up ? 'up' : 'down';
  const result = resultIn(evaluation, evaluation.book, ordinal, row);
  const { catalog } = evaluation.book;
  return result === undefined ? 'both' : (directionOf(tableOf(catalog, row.table), row.trees, result) ?? 'both');
}

/** The changes that go elsewhere than they are listed. A question is listed as one, wherever its answer takes it. */
export function movedRows(evaluation: Evaluation): readonly MovedRow[] {
  const { book, choices } = evaluation;
  return [...choices].flatMap(([ordinal, { choice }]) => {
    const sort = book.sortAt(ordinal);
    if (sort === undefined || sort.kind !== 'update' || choice === 'skip') return [];
    const now = directionNow(evaluation, ordinal, book.row(ordinal));
    return now === sort.direction ? [] : [{ ordinal, table: sort.table, listed: sort.direction, now }];
  });
}

/** The matrix as the draft stands: a change counts where it goes. `summary` counts the rows as they are listed. */
export function summaryNow(summary: PlanSummary['summary'], evaluation: Evaluation): PlanSummary['summary'] {
  const cells = [...summary];
  for (const { table, listed, now } of movedRows(evaluation))
    for (const [direction, shift] of [
      [listed, -1],
      [now, 1],
    ] as const) {
      const place = cells.findIndex(
        (one) => one.table === table && one.kind === 'update' && one.direction === direction,
      );
      const cell = cells[place] ?? { table, kind: 'update' as const, direction, count: 0 };
      const last = cells.findLastIndex((one) => one.table === table) + 1;
      cells.splice(place < 0 ? last : place, place < 0 ? 0 : 1, { ...cell, count: cell.count + shift });
    }
  return cells.filter(({ count }) => count > 0);
}
