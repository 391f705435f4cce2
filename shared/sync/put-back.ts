import { contentColumns, type CatalogTable } from '../catalog/catalog.ts';
import { neverGoesMissing } from './diff.ts';
import { fieldDiffs, mergeRows } from './merge.ts';
import type { FieldDiff, RowOutcome, Trees } from './plan.ts';
import { cellOf, isDeleted, sameRow } from './row.ts';

/** The one decision about a server that was put back: its older state gives way to what this PC knows, or it is taken. */
export type RestoredChoice = 'send-newer' | 'take-server';

/**
 * What a row comes to when the server was put back and holds something else there than both sides once agreed on (SYNC section 9): no rule, no clock and no
 * policy settles it, a person does. This PC's side is recommended, because it is what both sides had last; a deletion known here stays one.
 */
export function putBackOutcome(table: CatalogTable, trees: Trees, outcome: RowOutcome): RowOutcome {
  const { local, server } = trees;
  if (outcome.kind === 'agreed' || sameRow(table, local, server)) return outcome;
  // A row the server lost is never a deletion: it goes there again without a question.
  if (server === null) return outcome;
  const reason = { recommended: 'local', reason: 'server-restored' } as const;
  const [gone, there] = [isDeleted(table, local), isDeleted(table, server)];
  const conflict = gone === there ? 'both-added' : gone ? 'deleted-here-updated-there' : 'updated-here-deleted-there';
  if (outcome.kind === 'conflict')
    return { ...outcome, ...reason, conflict: outcome.conflict === 'both-added' ? conflict : outcome.conflict };
  return { kind: 'conflict', conflict, fields: fieldDiffs(table, trees, undefined, null), ...reason };
}

/**
 * What a change of this PC comes to that lay unsent in the file when it was copied or put back to an older copy (SYNC section 9): its twin, or it itself before, may have
 * sent it, and somebody may have undone it since. Where the server looks as it did before the change nobody can tell, so that a person says whether it counts. Records that
 * were never shared are new, and go: where a server had one and it was removed there, both sides hold that (`base` is null).
 */
export function copiedOutcome(table: CatalogTable, trees: Trees, outcome: RowOutcome): RowOutcome {
  const { base, local, server } = trees;
  if (outcome.kind === 'agreed' || base === undefined || sameRow(table, local, base)) return outcome;
  // What is never removed by itself went with a parent, which asks for it, or got lost there and comes again.
  if (neverGoesMissing(table) && (local === null || server === null)) return outcome;
  if (outcome.kind === 'conflict')
    return outcome.conflict === 'both-updated' ? { ...outcome, fields: copiedFields(table, trees) } : outcome;
  const [gone, there] = [isDeleted(table, local), isDeleted(table, server)];
  return {
    kind: 'conflict',
    conflict: gone === there ? 'both-updated' : gone ? 'deleted-here-updated-there' : 'updated-here-deleted-there',
    fields: copiedFields(table, trees),
    recommended: null,
    reason: 'file-restored',
  };
}

/** The fields of such a row: every one changed here is asked about, also those the server left as they were. */
function copiedFields(table: CatalogTable, trees: Trees): readonly FieldDiff[] {
  const { base, local, server } = trees;
  if (local === null || server === null) return fieldDiffs(table, trees, undefined, null);
  const merge = mergeRows(table, base, local, server, null);
  const changed = contentColumns(table).flatMap(({ name }) => {
    const here = cellOf(local, name);
    return here === cellOf(base, name) || here === cellOf(server, name) ? [] : [name];
  });
  return fieldDiffs(table, trees, undefined, { ...merge, clashes: [...new Set([...merge.clashes, ...changed])] });
}
