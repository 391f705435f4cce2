import { createHash } from 'node:crypto';
import { columnNamed, syncedTables, tableOf, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { keyOf } from '../../shared/catalog/key.ts';
import { sameRow } from '../../shared/sync/row.ts';
import { createSlicer } from '../engine/slices.ts';
import type { VerifiedRow } from '../remote/verify-server.ts';
import { keysAfter, readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { openTrees, serverTree, type RowKey, type Trees } from '../store/sync/trees.ts';

/** A row that is not as it should be, without what it says: its table, its key and the side that is wrong. */
export interface Difference {
  readonly table: string;
  /** Key cells; a text in a key may name a person and is only told as a hash. */
  readonly key: Readonly<Record<string, string>>;
  /** `local`: here without a mark · `server`: there past the journal · `base`: the memory of what both agreed on. */
  readonly side: 'local' | 'server' | 'base';
  readonly what: 'unmarked' | 'differs' | 'unknown' | 'missing';
}

/** Rows found not to be as they should. Only the first ones are listed, all are counted. */
export interface Differences {
  readonly count: number;
  readonly listed: readonly Difference[];
}

/** Most differences that are listed. */
const mostListed = 100;
/** Keys looked through at once. */
const keysAtOnce = 200;

interface Found {
  readonly key: RowKey;
  readonly what: Difference['what'];
}

/**
 * Compares everything here with Base: a row that differs must be marked, because only marked rows are looked at for a plan. In slices; what is recorded
 * meanwhile is marked as it is written. Answers what differs without a mark.
 */
export async function compareLocal(
  store: ClassStore,
  peerId: string,
  onRows: (count: number) => void,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const trees = openTrees(store, peerId);
  const slicer = createSlicer();
  const found: Found[] = [];
  const look = (table: CatalogTable, key: RowKey): void => {
    const local = readRow(store, table, key.pk);
    const base = trees.base(key);
    if (!sameRow(table, local, base?.row ?? null) && trees.dirty(key) === undefined)
      found.push({ key, what: 'unmarked' });
  };
  for (let last: RowKey | null = null; ;) {
    const keys: readonly RowKey[] = trees.baseKeys(last, keysAtOnce);
    for (const key of keys) look(tableOf(store.catalog, key.table), key);
    onRows(keys.length);
    await slicer.pause(signal);
    last = keys.at(-1) ?? null;
    if (last === null) break;
  }
  for (const table of syncedTables(store.catalog))
    for (let last: string | null = null; ;) {
      const keys: readonly string[] = keysAfter(store, table, last, keysAtOnce);
      for (const pk of keys) {
        const key = { table: table.name, pk };
        if ((trees.base(key)?.row ?? null) === null) look(table, key);
      }
      await slicer.pause(signal);
      last = keys.at(-1) ?? null;
      if (last === null || keys.length < keysAtOnce) break;
    }
  return found;
}

/** Compares a full reading of the server with what this file takes it to hold. */
export interface ServerComparison {
  /** Takes rows as they are read. */
  rows(read: readonly VerifiedRow[], signal: AbortSignal): Promise<void>;
  /** What was not as expected, once everything was read. What was written there after the last observation is none of it. */
  end(signal: AbortSignal): Promise<readonly Found[]>;
}

/** Begins a comparison with the server as last observed: `horizon` is how far that went. `drops` names rows that are not taken from it on purpose. */
export function compareServer(
  store: ClassStore,
  { peerId, horizon }: { readonly peerId: string; readonly horizon: string },
  drops: (row: VerifiedRow) => boolean,
): ServerComparison {
  const trees = openTrees(store, peerId);
  const seen = new Set<string>();
  const found: Found[] = [];
  const isNews = (xid: string | null): boolean => xid !== null && BigInt(xid) >= BigInt(horizon);
  const slicer = createSlicer();
  return {
    async rows(read, signal) {
      for (const row of read) {
        const { table, pk, xid } = row;
        if (row.row !== null || isNews(xid)) seen.add(`${table} ${pk}`);
        if (row.row !== null && !drops(row)) {
          const known = serverTree(trees, row).row;
          if (!sameRow(tableOf(store.catalog, table), known, row.row) && !isNews(xid))
            found.push({ key: { table, pk }, what: known === null ? 'unknown' : 'differs' });
        }
        await slicer.pause(signal);
      }
    },
    async end(signal) {
      for (const key of await unseen(trees, seen, signal)) found.push({ key, what: 'missing' });
      return found;
    },
  };
}

/** Rows the server was thought to hold and does not. */
async function unseen(trees: Trees, seen: ReadonlySet<string>, signal: AbortSignal): Promise<readonly RowKey[]> {
  const slicer = createSlicer();
  const gone: RowKey[] = [];
  for (let last: RowKey | null = null; ;) {
    const keys: readonly RowKey[] = trees.baseKeys(last, keysAtOnce);
    for (const key of keys)
      if (!seen.has(`${key.table} ${key.pk}`) && serverTree(trees, key).row !== null) gone.push(key);
    await slicer.pause(signal);
    last = keys.at(-1) ?? null;
    if (last === null) return gone;
  }
}

/** Sorts what both comparisons found by the side that is wrong: where Base fits neither side, it is Base. */
export function differencesOf(
  store: ClassStore,
  local: readonly Found[],
  server: readonly Found[],
): { readonly local: Differences; readonly server: Differences; readonly base: Differences } {
  const here = new Set(local.map(({ key }) => `${key.table} ${key.pk}`));
  const there = new Set(server.map(({ key }) => `${key.table} ${key.pk}`));
  const inBoth = ({ key }: Found): boolean => here.has(`${key.table} ${key.pk}`) && there.has(`${key.table} ${key.pk}`);
  const listed = (side: Difference['side'], found: readonly Found[]): Differences => ({
    count: found.length,
    listed: found
      .slice(0, mostListed)
      .map(({ key, what }) => ({ table: key.table, key: redacted(store, key), side, what })),
  });
  return {
    local: listed(
      'local',
      local.filter((entry) => !inBoth(entry)),
    ),
    server: listed(
      'server',
      server.filter((entry) => !inBoth(entry)),
    ),
    base: listed('base', server.filter(inBoth)),
  };
}

/** A key that may be shown to a stranger: ids and numbers as they are, texts as the beginning of their hash. */
function redacted(store: ClassStore, { table: name, pk }: RowKey): Readonly<Record<string, string>> {
  const table = tableOf(store.catalog, name);
  return Object.fromEntries(
    Object.entries(keyOf(table, pk)).map(([column, cell]) => {
      const { type } = columnNamed(table, column);
      if (type === 'uuid' || type === 'int4' || type === 'int8') return [column, cell];
      return [column, `#${createHash('sha256').update(cell).digest('hex').slice(0, 12)}`];
    }),
  );
}
