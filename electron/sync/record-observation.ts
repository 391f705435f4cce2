import type { Catalog, CatalogTable } from '../../shared/catalog/catalog.ts';
import { tableOf } from '../../shared/catalog/catalog.ts';
import { refusedColumn } from '../../shared/catalog/refused-column.ts';
import { neverGoesMissing } from '../../shared/sync/diff.ts';
import { isDeleted, sameApartFromDeletion, sameRow } from '../../shared/sync/row.ts';
import type { TreeRow } from '../../shared/sync/plan.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ServerRow } from '../remote/remote.ts';
import { readRow, readRows, writeRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { doubtOf, doubtUnseen, endDoubt, endDoubts } from '../store/sync/doubts.ts';
import { forgetFactoryRow, noteLost, writingFor } from '../store/sync/peer-store.ts';
import type { RemoteEntry, RowKey, Trees } from '../store/sync/trees.ts';
import type { ErasedFilter } from './erasures.ts';

/** Longest time the thread is held while observed rows are stored, in milliseconds. */
const SLICE_MS = 8;
/** Observed rows stored at once. */
const ROWS_AT_ONCE = 64;
/** Keys of Base looked through at once. */
const KEYS_AT_ONCE = 500;

/** Where both sides hold the same, or both deleted the same content, there is nothing to list. */
export function isAgreed(catalog: Catalog, key: RowKey, local: TreeRow, server: TreeRow): boolean {
  const table = tableOf(catalog, key.table);
  if (sameRow(table, local, server)) return true;
  return (
    local !== null &&
    server !== null &&
    isDeleted(table, local) &&
    isDeleted(table, server) &&
    sameApartFromDeletion(table, local, server) &&
    refusedColumn(table, server) === null
  );
}

/**
 * Moves Base to a row both sides hold: the server's text is taken, the mark cleared. Otherwise a later edit would look like a conflict.
 * Inside a transaction of the caller; never while a run's outcome is unknown.
 */
export function agree(
  store: ClassStore,
  catalog: Catalog,
  peerId: string,
  trees: Trees,
  key: RowKey,
  local: TreeRow,
  server: TreeRow,
  now: string,
): void {
  const table = tableOf(catalog, key.table);
  if (!sameRow(table, local, server)) writingFor(store, peerId, () => writeRow(store, table, key.pk, server));
  const base = trees.base(key);
  if (base === undefined ? server !== null : !sameRow(table, base.row, server)) trees.setBase(key, server, now);
  trees.dropRemote(key);
  trees.clearDirty(key);
}

/** What storing observed rows needs. */
export interface Recording {
  readonly store: ClassStore;
  readonly catalog: Catalog;
  readonly peerId: string;
  readonly trees: Trees;
  readonly now: string;
  /** What was agreed on counts only where the server still holds it: it may hold an older state, or be another server. */
  readonly distrusted: boolean;
  /** Server time up to which a row that differs is taken for one that was put back, as milliseconds; null when nothing was put back. */
  readonly putBackUntil: number | null;
  /** Whether rows were out of sight when this server turned out to have been put back, and have not been seen since. */
  readonly doubts: boolean;
  /** Nothing was known of this server when the reading, which brings each row once, began: what is known of a row need not be looked up. A tenth of what a row costs. */
  readonly blank: boolean;
  /** Rows of records erased here, which a server must not bring back. */
  readonly erased: ErasedFilter;
}

/** Stores observed rows in slices: what equals Base is not kept, what both sides hold is agreed, the rest waits in Remote for a plan. */
export async function recordRows(recording: Recording, rows: readonly ServerRow[], signal: AbortSignal): Promise<void> {
  const slicer = createSlicer(1);
  let index = 0;
  while (index < rows.length) {
    recording.store.stepTransaction(() => {
      const start = performance.now();
      while (index < rows.length && performance.now() - start < SLICE_MS) {
        const some = ofOneTable(rows.slice(index, index + ROWS_AT_ONCE));
        recordSome(recording, some);
        index += some.length;
      }
    });
    await slicer.pause(signal);
  }
}

/** Those of the first one's table that follow it. */
function ofOneTable(rows: readonly ServerRow[]): readonly ServerRow[] {
  const next = rows.findIndex(({ table }) => table !== rows[0]?.table);
  return next === -1 ? rows : rows.slice(0, next);
}

/** Stores rows of one table. What is here of them is read at once: a row is written by nothing but its own agreement. */
function recordSome(recording: Recording, rows: readonly ServerRow[]): void {
  const { store, catalog, erased } = recording;
  const kept = rows.filter((row) => !erased.drops(row));
  const [first] = kept;
  if (first === undefined) return;
  const table = tableOf(catalog, first.table);
  const here = readRows(
    store,
    table,
    kept.map(({ pk }) => pk),
  );
  for (const row of kept) recordRow(recording, table, row, here.get(row.pk) ?? null);
}

function recordRow(recording: Recording, table: CatalogTable, seen: ServerRow, local: TreeRow): void {
  const { store, catalog, peerId, trees, now, blank } = recording;
  const key: RowKey = { table: seen.table, pk: seen.pk };
  const { distrusted, putBackUntil } = beliefIn(recording, key);
  if (isAgreed(catalog, key, local, seen.row)) {
    agree(store, catalog, peerId, trees, key, local, seen.row, now);
    return;
  }
  const base = blank ? undefined : trees.base(key);
  const known = base === undefined ? null : base.row;
  // It was there once: what is here under its key was added again, or before it was removed there.
  if (base === undefined && seen.row === null && !distrusted && !neverGoesMissing(table)) trees.setBase(key, null, now);
  const { row, ver, editedFrom, editedAt, by, content } = seen;
  // Without Base the question may come from an earlier reading, which took Base away.
  const had = blank ? undefined : trees.remote(key);
  // Nobody deletes rows of such a table for good: where one is gone, it comes back as the server had it last.
  const gone = row === null && table.softDelete !== null ? (content ?? lastHeld(had)) : null;
  // What was never agreed on, or is not any more, does not go there as if nothing had been there.
  const heldOther = base === undefined && gone !== null;
  if (sameRow(table, known, row) && !heldOther) trees.dropRemote(key);
  else {
    const older = putBackUntil !== null && (editedAt === null || Date.parse(editedAt) <= putBackUntil);
    const putBack = base === undefined ? had?.putBack === true : older;
    // Of a version that a run taken back restored, the server only knows who put it back. Of any other, what it says is better than what a run noted.
    const made =
      had?.restored === true && ver !== null && had.ver === ver && sameRow(table, had.row, row)
        ? { editedFrom: had.editedFrom ?? null, editedAt: had.editedAt, by: had.by, restored: true }
        : { editedFrom, editedAt, by };
    trees.setRemote(key, { row, ver, ...made, putBack, gone });
    if (distrusted && known !== null) forgetBase(store, trees, key, now);
  }
}

/** What the file knows of a row counts as it does of the server; of one that is seen for the first time since the server was put back, as it did in that moment. */
function beliefIn(
  { store, peerId, doubts, distrusted, putBackUntil }: Recording,
  key: RowKey,
): Pick<Recording, 'distrusted' | 'putBackUntil'> {
  const doubt = doubts ? doubtOf(store, peerId, key) : undefined;
  if (doubt === undefined) return { distrusted, putBackUntil };
  endDoubt(store, peerId, key);
  return { distrusted: true, putBackUntil: doubt.until ?? putBackUntil };
}

/** What the server is known to have held last of a row that is not there any more, where it was not what both sides agreed on. */
function lastHeld(had: RemoteEntry | undefined): TreeRow {
  return had?.row ?? had?.gone ?? null;
}

/** Both sides never agreed on the row, as far as anybody can tell now: nothing of it is settled without a person. */
function forgetBase(store: ClassStore, trees: Trees, key: RowKey, now: string): void {
  trees.dropBase(key);
  forgetFactoryRow(store, key.table, key.pk);
  trees.markDirty(key, now);
}

/** What follows from a row of Base that a full reading did not bring. */
export interface Absence {
  readonly seen: ReadonlySet<string>;
  /** Tables of which every row is there as it is known. */
  readonly whole: ReadonlySet<string>;
  /** Tables of which not every row is visible: nothing follows there. */
  readonly hidden: ReadonlySet<string>;
  /** Tables that were not read at all, which is told elsewhere. */
  readonly unread: ReadonlySet<string>;
  /** Whether the row was deleted: only where the server's memory of deletions was cleared meanwhile. Else it got lost there, which is never a deletion. */
  readonly proves: boolean;
}

/** How many rows of Base a full reading did not bring, by what that means. */
export interface Unseen {
  readonly lost: number;
  readonly unknown: number;
}

/**
 * After a full reading: rows of Base that the server neither has nor remembers as deleted. Where absence proves it they were deleted there; else they were
 * lost (a restored or emptied server): their Base is forgotten, so that they count as present here only and are sent again. Answers how many were lost, and of how
 * many nothing follows, because this role does not see all there is.
 */
export async function settleUnseen(
  recording: Recording,
  { seen, whole, hidden, unread, proves }: Absence,
  signal: AbortSignal,
): Promise<Unseen> {
  const { store, catalog, peerId, trees, now, doubts } = recording;
  const slicer = createSlicer(1);
  const proved = (key: RowKey): boolean => proves && !(doubts && doubtOf(store, peerId, key) !== undefined);
  let lost = 0;
  let unknown = 0;
  let last: RowKey | null = null;
  do {
    const keys: readonly RowKey[] = trees.baseKeys(last, KEYS_AT_ONCE);
    const unseen = keys.filter(({ table, pk }) => !whole.has(table) && !seen.has(`${table} ${pk}`));
    const gone = unseen.filter(({ table }) => !hidden.has(table));
    unknown += unseen.filter(({ table }) => hidden.has(table) && !unread.has(table)).length;
    const lostNow = gone.filter((key) => !proved(key)).length;
    lost += lostNow;
    last = keys.at(-1) ?? null;
    // A key is a JSON list: nothing of its table comes after this.
    if (last !== null && whole.has(last.table)) last = { table: last.table, pk: '~' };
    if (gone.length > 0)
      store.stepTransaction(() => {
        // With the rows that tell of it: whatever cuts this reading short, the next one finds them gone from Base.
        if (lostNow > 0) noteLost(store, peerId, lostNow);
        for (const key of gone) {
          const wasDeleted = proved(key);
          const table = tableOf(catalog, key.table);
          // What others changed and this PC has not taken yet is remembered: its own older version must not come back without a question.
          const held = table.softDelete === null ? null : lastHeld(trees.remote(key));
          const here = readRow(store, table, key.pk) !== null;
          if (!wasDeleted) forgetBase(store, trees, key, now);
          if (!here && wasDeleted) agree(store, catalog, peerId, trees, key, null, null, now);
          else if (here && (wasDeleted || held !== null))
            trees.setRemote(key, { row: null, ver: null, editedAt: null, by: null, gone: held });
          else trees.dropRemote(key);
        }
      });
    await slicer.pause(signal);
  } while (last !== null);
  const inSight = ({ table, pk }: RowKey): boolean => whole.has(table) || seen.has(`${table} ${pk}`);
  await forgetOnlyThere(recording, (key) => hidden.has(key.table) || inSight(key), signal);
  await settleDoubts(recording, hidden, inSight, signal);
  return { lost, unknown };
}

/** What was read is as it was read, and so is what is missing from a table of which all is in sight. On a server that was put back, what is out of sight is doubted until it is seen. */
async function settleDoubts(
  { store, peerId, doubts, distrusted, putBackUntil }: Recording,
  hidden: ReadonlySet<string>,
  inSight: (key: RowKey) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const steps: Iterable<void>[] = [];
  if (doubts) steps.push(endDoubts(store, peerId, (key) => !hidden.has(key.table) || inSight(key)));
  if (distrusted)
    for (const table of hidden) steps.push(doubtUnseen(store, peerId, table, { until: putBackUntil }, inSight));
  const slicer = createSlicer(1);
  for (const each of steps) for (const _ of each) await slicer.pause(signal);
}

/**
 * Rows the server had when it was read before, that both sides did not agree on, and that are not there any more, nor remembered as deleted: there is nothing to take.
 * Where one is here as well, and rows of its table never go missing for good, what the server had is remembered: it was a question, and still is.
 */
async function forgetOnlyThere(
  { store, catalog, trees }: Recording,
  stays: (key: RowKey) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const slicer = createSlicer(1);
  let last: RowKey | null = null;
  do {
    const keys: readonly RowKey[] = trees.onlyThereKeys(last, KEYS_AT_ONCE);
    const gone = keys.filter((key) => !stays(key));
    if (gone.length > 0)
      store.stepTransaction(() => {
        for (const key of gone) {
          const table = tableOf(catalog, key.table);
          const had = trees.remote(key);
          if (had === undefined || table.softDelete === null || readRow(store, table, key.pk) === null)
            trees.dropRemote(key);
          else trees.setRemote(key, { ...had, row: null, ver: null, editedAt: null, by: null, gone: had.row });
        }
      });
    last = keys.at(-1) ?? null;
    await slicer.pause(signal);
  } while (last !== null);
}
