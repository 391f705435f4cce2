import type { Row, TreeRow } from '../../../shared/sync/plan.ts';
import { fromJson, toJson } from './row-json.ts';
import type { ClassStore } from '../class-store.ts';

/** What this class knows of the server at one key, where it differs from Base. */
export interface RemoteEntry {
  readonly row: TreeRow;
  readonly ver: string | null;
  readonly editedAt: string | null;
  readonly by: string | null;
}

/** Base at one key: `undefined` when both sides never agreed on anything there. */
export interface BaseEntry {
  readonly row: TreeRow;
  readonly at: string;
}

/** A mark on a locally changed row. */
export interface DirtyEntry {
  readonly seq: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** The address of a row. */
export interface RowKey {
  readonly table: string;
  readonly pk: string;
}

/** Base, Remote and marks of one peer, with statements prepared once. All calls are synchronous and take part in the caller's transaction. */
export interface Trees {
  base(key: RowKey): BaseEntry | undefined;
  setBase(key: RowKey, row: TreeRow, at: string): void;
  /** Forgets that both sides ever agreed on the row. */
  dropBase(key: RowKey): void;
  remote(key: RowKey): RemoteEntry | undefined;
  setRemote(key: RowKey, entry: RemoteEntry): void;
  dropRemote(key: RowKey): void;
  dirty(key: RowKey): DirtyEntry | undefined;
  clearDirty(key: RowKey): void;
  markDirty(key: RowKey, now: string): void;
  /** Every key where something may have changed: marked here, or known to differ there. */
  candidates(): readonly RowKey[];
  /** Keys of Base that are not deletions, for a full observation: those not seen any more are gone there. */
  baseKeys(): IterableIterator<RowKey>;
  dirtyCount(): number;
  /** Rows changed here after the change of that number. */
  dirtyCountSince(seq: number): number;
}

interface RawRemote {
  row: string | null;
  ver: string | null;
  edited_at: string | null;
  by: string | null;
}

/** Opens the trees of one peer. */
export function openTrees(store: ClassStore, peerId: string): Trees {
  const { db } = store;
  const base = db.prepare('SELECT row, at FROM base WHERE peer_id = ? AND tbl = ? AND pk = ?');
  const setBase = db.prepare(
    'INSERT INTO base (peer_id, tbl, pk, row, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (peer_id, tbl, pk) DO UPDATE SET row = excluded.row, at = excluded.at',
  );
  const dropBase = db.prepare('DELETE FROM base WHERE peer_id = ? AND tbl = ? AND pk = ?');
  const remote = db.prepare('SELECT row, ver, edited_at, by FROM remote WHERE peer_id = ? AND tbl = ? AND pk = ?');
  const setRemote = db.prepare(
    `INSERT INTO remote (peer_id, tbl, pk, row, ver, edited_at, by) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (peer_id, tbl, pk) DO UPDATE SET row = excluded.row, ver = excluded.ver, edited_at = excluded.edited_at, by = excluded.by`,
  );
  const dropRemote = db.prepare('DELETE FROM remote WHERE peer_id = ? AND tbl = ? AND pk = ?');
  const dirty = db.prepare('SELECT seq, first_at, last_at FROM dirty WHERE peer_id = ? AND tbl = ? AND pk = ?');
  const clearDirty = db.prepare('DELETE FROM dirty WHERE peer_id = ? AND tbl = ? AND pk = ?');
  const markDirty = db.prepare(
    `INSERT INTO dirty (peer_id, tbl, pk, seq, first_at, last_at) VALUES (?, ?, ?, (SELECT seq FROM change_clock), ?, ?)
     ON CONFLICT (peer_id, tbl, pk) DO NOTHING`,
  );
  const candidates = db.prepare('SELECT tbl AS "table", pk FROM dirty WHERE peer_id = ? UNION SELECT tbl, pk FROM remote WHERE peer_id = ?');
  const baseKeys = db.prepare('SELECT tbl AS "table", pk FROM base WHERE peer_id = ? AND row IS NOT NULL');
  const dirtyCount = db.prepare('SELECT count(*) AS n FROM dirty WHERE peer_id = ?');
  const dirtySince = db.prepare('SELECT count(*) AS n FROM dirty WHERE peer_id = ? AND seq > ?');
  return {
    base(key) {
      const raw = base.get(peerId, key.table, key.pk) as { row: string | null; at: string } | undefined;
      return raw === undefined ? undefined : { row: fromJson(raw.row), at: raw.at };
    },
    setBase: (key, row, at) => void setBase.run(peerId, key.table, key.pk, toJson(row), at),
    dropBase: (key) => void dropBase.run(peerId, key.table, key.pk),
    remote(key) {
      const raw = remote.get(peerId, key.table, key.pk) as RawRemote | undefined;
      return raw === undefined ? undefined : { row: fromJson(raw.row), ver: raw.ver, editedAt: raw.edited_at, by: raw.by };
    },
    setRemote: (key, entry) => void setRemote.run(peerId, key.table, key.pk, toJson(entry.row), entry.ver, entry.editedAt, entry.by),
    dropRemote: (key) => void dropRemote.run(peerId, key.table, key.pk),
    dirty(key) {
      const raw = dirty.get(peerId, key.table, key.pk) as { seq: bigint; first_at: string; last_at: string } | undefined;
      return raw === undefined ? undefined : { seq: Number(raw.seq), firstAt: raw.first_at, lastAt: raw.last_at };
    },
    clearDirty: (key) => void clearDirty.run(peerId, key.table, key.pk),
    markDirty: (key, now) => void markDirty.run(peerId, key.table, key.pk, now, now),
    candidates: () => candidates.all(peerId, peerId) as RowKey[],
    baseKeys: () => baseKeys.iterate(peerId) as IterableIterator<RowKey>,
    dirtyCount: () => Number((dirtyCount.get(peerId) as { n: bigint }).n),
    dirtyCountSince: (seq) => Number((dirtySince.get(peerId, BigInt(seq)) as { n: bigint }).n),
  };
}

/** A row with all cells, or its absence, as the server tree has it: the observation where there is one, else Base. */
export function serverTree(trees: Trees, key: RowKey): { readonly row: Row | null; readonly entry: RemoteEntry | undefined } {
  const entry = trees.remote(key);
  if (entry !== undefined) return { row: entry.row, entry };
  return { row: trees.base(key)?.row ?? null, entry: undefined };
}
