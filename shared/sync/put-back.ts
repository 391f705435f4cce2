import type { CatalogTable } from '../catalog/catalog.ts';
import { fieldDiffs } from './merge.ts';
import type { RowOutcome, Trees } from './plan.ts';
import { isDeleted, sameRow } from './row.ts';

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
