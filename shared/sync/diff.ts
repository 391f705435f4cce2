import type { CatalogTable } from '../catalog/catalog.ts';
import { fieldDiffs, mergeRows, type Merge, type Newer } from './merge.ts';
import type { ConflictKind, Direction, RowOutcome, TreeRow, Trees } from './plan.ts';
import { isDeleted, kindOf, sameApartFromDeletion, sameRow } from './row.ts';

/** What the per-key step needs besides the trees. */
export interface DiffHints {
  /** Which side was edited later, where clocks can tell. */
  readonly newer: Newer;
  /** Whether the row is one the app made by itself, untouched, in a class that existed on the server before: the server's state is taken, absence included. */
  readonly untouchedFactory: boolean;
  /** Whether the row is missing because a row it cannot be without was deleted for real on that side. */
  readonly parentGone: boolean;
  /** What the server's row held when it went, where rows of the table never go missing for good; null where nobody knows. */
  readonly gone: TreeRow;
}

/** Hints that settle nothing. */
export const noHints: DiffHints = { newer: null, untouchedFactory: false, parentGone: false, gone: null };

/** Which sides a result would write: up where it differs from the server, down where it differs from here. `null`: nowhere. */
export function directionOf(table: CatalogTable, trees: Trees, result: TreeRow): Direction | null {
  const up = !sameRow(table, result, trees.server);
  const down = !sameRow(table, result, trees.local);
  if (up && down) return 'both';
  if (up) return 'up';
  return down ? 'down' : null;
}

/** A row that becomes `result` on the sides that differ from it. */
export function change(table: CatalogTable, trees: Trees, result: TreeRow): RowOutcome {
  const direction = directionOf(table, trees, result);
  const { kind, restored } =
    direction === 'both'
      ? kindOnBoth(table, trees, result)
      : kindOf(table, direction === 'down' ? trees.local : trees.server, result);
  return { kind: 'change', change: kind, restored, result, fields: fieldDiffs(table, trees, result, null) };
}

/** What becomes of a row that is written on both sides: deleted, or restored, where that is new to one of them; otherwise changed. */
function kindOnBoth(table: CatalogTable, { local, server }: Trees, result: TreeRow): ReturnType<typeof kindOf> {
  const kinds = [local, server].flatMap((from) => (from === null ? [] : [kindOf(table, from, result)]));
  return (
    kinds.find(({ kind }) => kind === 'delete') ??
    kinds.find(({ restored }) => restored) ?? { kind: 'update', restored: false }
  );
}

function conflict(table: CatalogTable, trees: Trees, kind: ConflictKind, merge: Merge | null): RowOutcome {
  const integrity = kind === 'integrity';
  return {
    kind: 'conflict',
    conflict: kind,
    fields: fieldDiffs(table, trees, undefined, merge),
    recommended: integrity ? 'local' : null,
    reason: integrity ? 'integrity-local' : null,
  };
}

/** Whether a missing row of a table is never a deletion: rows that are only ever inserted, and those that are hidden instead of removed. */
export function neverGoesMissing(table: CatalogTable): boolean {
  return table.kind === 'append-only' || table.softDelete !== null;
}

/**
 * A row the server lost comes back as the server had it last, with the changes of this PC: it is compared as if the server had it still, and where that would ask, it
 * asks. When the server lost it is no answer to which of two values is newer, so that no clock settles anything. After an agreed deletion the row here is a new one.
 */
function comesBack(table: CatalogTable, trees: Trees, gone: TreeRow): RowOutcome {
  const { base, local, server } = trees;
  if (base === null || local === null || server !== null || gone === null) return change(table, trees, local ?? server);
  const outcome = diffRow(table, { base, local, server: gone });
  if (outcome.kind === 'conflict') return { ...outcome, gone };
  const back = change(table, trees, outcome.kind === 'agreed' ? outcome.row : outcome.result);
  // That somebody deleted or restored it there is seen beside what the server held, not beside nothing.
  const isTold = back.kind === 'change' && (back.change === 'delete' || back.restored);
  return isTold ? { ...back, gone, fields: fieldDiffs(table, { ...trees, server: gone }, back.result, null) } : back;
}

/** A row that exists on one side only. Where rows never go missing for good (append-only, soft-delete) it is put back, else base decides who deleted it. */
function oneSided(table: CatalogTable, trees: Trees, { parentGone, gone }: DiffHints): RowOutcome {
  const present = trees.local ?? trees.server;
  if (neverGoesMissing(table) && !parentGone) return comesBack(table, trees, gone);
  if (trees.base === undefined || trees.base === null) return change(table, trees, present);
  if (sameRow(table, present, trees.base)) return change(table, trees, null);
  return conflict(
    table,
    trees,
    trees.local === null ? 'deleted-here-updated-there' : 'updated-here-deleted-there',
    null,
  );
}

/** A deletion on one side that meets other changed content on the other is never joined silently. `null` when that is not the case. */
function editAgainstDelete(table: CatalogTable, trees: Trees): RowOutcome | null {
  const { base, local, server } = trees;
  if (base === undefined || base === null || local === null || server === null || isDeleted(table, base)) return null;
  const here = isDeleted(table, local);
  const there = isDeleted(table, server);
  if (here === there) return null;
  const edited = here ? server : local;
  if (sameApartFromDeletion(table, edited, base)) return null;
  return conflict(table, trees, here ? 'deleted-here-updated-there' : 'updated-here-deleted-there', null);
}

/**
 * The per-key step: what three trees at one key imply before any choice (SYNC section 1).
 * Pure and symmetric: exchanging local and server exchanges up and down and nothing else.
 */
export function diffRow(table: CatalogTable, trees: Trees, hints: DiffHints = noHints): RowOutcome {
  const { base, local, server } = trees;
  if (sameRow(table, local, server)) return { kind: 'agreed', row: server };
  if (hints.untouchedFactory && base === undefined) return change(table, trees, server);
  if (local === null || server === null) return oneSided(table, trees, hints);
  if (table.kind === 'append-only') return conflict(table, trees, 'integrity', null);
  if (isDeleted(table, local) && isDeleted(table, server) && sameApartFromDeletion(table, local, server))
    return { kind: 'agreed', row: server };
  if (base !== undefined && base !== null) {
    if (sameRow(table, server, base)) return change(table, trees, local);
    if (sameRow(table, local, base)) return change(table, trees, server);
  }
  const against = editAgainstDelete(table, trees);
  if (against !== null) return against;
  const merge = mergeRows(table, base, local, server, hints.newer);
  if (merge.clashes.length > 0)
    return conflict(table, trees, base === undefined || base === null ? 'both-added' : 'both-updated', merge);
  return change(table, trees, merge.row);
}
