import type { CatalogTable } from '../../shared/catalog/catalog.ts';
import type { Newer } from '../../shared/sync/merge.ts';
import type { TreeRow, Trees as RowTrees } from '../../shared/sync/plan.ts';
import { readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { Peer } from '../store/sync/peer-store.ts';
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

/** Safety around the clock comparison beyond its measured uncertainty, in milliseconds: a second of drift since the measurement. */
const DRIFT_MS = 1_000;

/** Which side was edited later, in server time; null when the intervals touch or a clock cannot tell. */
export function newerOf(peer: Peer, facts: RowFacts, now: string): Newer {
  const editedHere = facts.dirty?.lastAt;
  const editedThere = facts.remote?.editedAt;
  if (editedHere === undefined || editedThere === undefined || editedThere === null || peer.observedAt === null)
    return null;
  if (editedHere > now) return null;
  const here = Date.parse(editedHere) + peer.offsetMs;
  const there = Date.parse(editedThere);
  const margin = peer.uncertaintyMs + DRIFT_MS;
  if (here - there > margin) return 'local';
  return there - here > margin ? 'server' : null;
}
