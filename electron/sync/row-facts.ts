import type { CatalogTable } from '../../shared/catalog/catalog.ts';
import { AppError } from '../../shared/errors.ts';
import { editSpan, laterEdit, type ClockContact, type Later, type TimeSpan } from '../../shared/sync/clock.ts';
import type { TreeRow, Trees as RowTrees } from '../../shared/sync/plan.ts';
import { sameRow } from '../../shared/sync/row.ts';
import { readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { Candidate, DirtyEntry, RemoteEntry, RowKey, Trees } from '../store/sync/trees.ts';

/** All that is known of one row: its three trees, the mark here and the observation there. */
export interface RowFacts {
  readonly trees: RowTrees;
  readonly baseAt: string | null;
  readonly dirty: DirtyEntry | undefined;
  readonly remote: RemoteEntry | undefined;
}

/** What is known of a candidate, with its row here. */
export function factsOf(candidate: Candidate, local: TreeRow): RowFacts {
  const { base, remote, dirty } = candidate;
  const server = remote === undefined ? (base?.row ?? null) : remote.row;
  return {
    trees: { base: base === undefined ? undefined : base.row, local, server },
    baseAt: base?.at ?? null,
    dirty,
    remote,
  };
}

/**
 * Every edit here marks its row in the same transaction, so a row that differs from Base without a mark was not edited: its file was damaged, or altered by something
 * that is no edit. It must not count as a change somebody made, and nothing of it be sent. Throws `store-damaged`.
 */
export function refuseUnmarked(table: CatalogTable, { trees, dirty }: RowFacts): void {
  if (dirty === undefined && !sameRow(table, trees.local, trees.base ?? null))
    throw new AppError('store-damaged', { reason: 'unmarked' });
}

/** Reads one row of all three trees. */
export function readTrees(store: ClassStore, trees: Trees, table: CatalogTable, key: RowKey): RowTrees {
  const base = trees.base(key);
  const remote = trees.remote(key);
  return {
    base: base === undefined ? undefined : base.row,
    local: readRow(store, table, key.pk),
    server: remote === undefined ? (base?.row ?? null) : remote.row,
  };
}

/** Which side was edited later, in the server's time, or why nobody can tell. */
export function laterOf(contacts: readonly ClockContact[], { dirty, remote }: RowFacts): Later {
  return laterEdit(editSpan(dirty?.stamp ?? null, contacts), remote === undefined ? null : spanOf(remote));
}

function spanOf({ editedFrom, editedAt }: RemoteEntry): TimeSpan | null {
  if (editedFrom === undefined || editedFrom === null || editedAt === null) return null;
  return { fromMs: Date.parse(editedFrom), toMs: Date.parse(editedAt) };
}
