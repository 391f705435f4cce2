import type { Cell, Row, TreeRow } from '../../../shared/sync/plan.ts';
import type { ClockReading } from '../../../shared/sync/clock.ts';
import { stampFrom, type RawStamp } from './clock-store.ts';
import { fromJson, toJson } from './row-json.ts';
import type { ClassStore } from '../class-store.ts';
import { rawStatement, statement, type SqlValue } from '../statement.ts';
import { readStored } from '../read-stored.ts';

/** What this class knows of the server at one key, where it differs from Base. */
export interface RemoteEntry {
  readonly row: TreeRow;
  readonly ver: string | null;
  /** Interval of the server's time in which it was edited; null where no clock can tell. */
  readonly editedFrom?: string | null;
  readonly editedAt: string | null;
  readonly by: string | null;
  /** The server was put back, and holds something else here than both sides once agreed on. */
  readonly putBack?: boolean;
  /** Whose it is, and since when, was said by a run that was taken back: the server only knows who put this version there again. */
  readonly restored?: boolean;
  /** Of a row that is not there: what it held when it went, where the server remembers and rows of its table never go missing for good. */
  readonly gone?: TreeRow;
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
  /** The clocks at the last edit; null where nobody noted them. */
  readonly stamp: ClockReading | null;
  /** The file was copied, or put back, with this change unsent: it may have been sent before, and undone since. */
  readonly copied: boolean;
}

/** The address of a row. */
export interface RowKey {
  readonly table: string;
  readonly pk: string;
}

/** Where something may have changed, with all that is known of the row but its local content. */
export interface Candidate {
  readonly pk: string;
  readonly base: BaseEntry | undefined;
  readonly remote: RemoteEntry | undefined;
  readonly dirty: DirtyEntry | undefined;
}

/** Base, Remote and marks of one peer. All calls are synchronous and take part in the caller's transaction. */
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
  /** Says whether a change lay unsent in a copied file and nobody has said whether it counts. */
  setCopied(key: RowKey, copied: boolean): void;
  /** Marks a row that is not marked yet, as changed at that time; by which clock, where that is known. */
  markDirty(key: RowKey, at: string, clock?: Pick<RawStamp, 'mono_ms' | 'boot'>): void;
  /**
   * The next keys of a table, in key order after `after`, where something may have changed: marked here, or known to differ there. Keys first marked by
   * a later change than `seq` are left out, so that reading page by page gives what reading all at once would have given.
   */
  candidates(table: string, after: string, seq: number, limit: number): readonly Candidate[];
  /** Those of some tables that may have candidates. One question instead of one for every table: nearly always nothing changed in nearly all of them. */
  tablesInQuestion(tables: readonly string[]): ReadonlySet<string>;
  /** The next keys of Base that are not deletions, in key order after `after`, for a full observation: those not seen any more are gone there. */
  baseKeys(after: RowKey | null, limit: number): readonly RowKey[];
  /** The next keys of rows the server was seen to have and Base does not, in key order after `after`, for a full observation as well. */
  onlyThereKeys(after: RowKey | null, limit: number): readonly RowKey[];
  /** Whether both sides ever agreed on anything. */
  hasBase(): boolean;
  dirtyCount(): number;
  /** Rows changed here after the change of that number. */
  dirtyCountSince(seq: number): number;
}

interface RawRemote {
  row: string | null;
  ver: string | null;
  edited_from: string | null;
  edited_at: string | null;
  by: string | null;
  put_back: number;
  restored: number;
  gone: string | null;
}

interface RawDirty extends RawStamp {
  copied: number;
  seq: number;
  first_at: string;
  last_at: string;
}

const atKey = 'WHERE peer_id = ? AND tbl = ? AND pk = ?';
const getBase = `SELECT row, at FROM base ${atKey}`;
const setBase =
  'INSERT INTO base (peer_id, tbl, pk, row, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (peer_id, tbl, pk) DO UPDATE SET row = excluded.row, at = excluded.at';
const dropBase = `DELETE FROM base ${atKey}`;
const getRemote = `SELECT row, ver, edited_from, edited_at, by, put_back, restored, gone FROM remote ${atKey}`;
const setRemote = `INSERT INTO remote (peer_id, tbl, pk, row, ver, edited_from, edited_at, by, put_back, restored, gone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (peer_id, tbl, pk) DO UPDATE SET row = excluded.row, ver = excluded.ver, edited_from = excluded.edited_from, edited_at = excluded.edited_at,
    by = excluded.by, put_back = excluded.put_back, restored = excluded.restored, gone = excluded.gone`;
const dropRemote = `DELETE FROM remote ${atKey}`;
const getDirty = `SELECT seq, first_at, last_at, mono_ms, boot, copied FROM dirty ${atKey}`;
const markDirty = `INSERT INTO dirty (peer_id, tbl, pk, first_seq, seq, first_at, last_at, mono_ms, boot) SELECT ?, ?, ?, seq, seq, ?, ?, CAST(? AS REAL), ? FROM change_clock WHERE true
  ON CONFLICT (peer_id, tbl, pk) DO NOTHING`;
const clearDirty = `DELETE FROM dirty ${atKey}`;
const setCopied = `UPDATE dirty SET copied = ? ${atKey}`;

const candidatesSql = `WITH k AS MATERIALIZED (
  SELECT pk FROM dirty WHERE peer_id = ? AND tbl = ? AND pk > ? AND first_seq <= ?
  UNION SELECT pk FROM remote WHERE peer_id = ? AND tbl = ? AND pk > ?
  ORDER BY pk LIMIT ?
)
SELECT k.pk, b.at AS baseAt, b.row AS baseRow, r.pk IS NOT NULL AS differs, r.row, r.ver, r.edited_from, r.edited_at, r.by, coalesce(r.put_back, 0) AS put_back, coalesce(r.restored, 0) AS restored, r.gone, d.seq, d.first_at, d.last_at, d.mono_ms, d.boot, coalesce(d.copied, 0) AS copied
  FROM k
  LEFT JOIN base AS b ON b.peer_id = ? AND b.tbl = ? AND b.pk = k.pk
  LEFT JOIN remote AS r ON r.peer_id = ? AND r.tbl = ? AND r.pk = k.pk
  LEFT JOIN dirty AS d ON d.peer_id = ? AND d.tbl = ? AND d.pk = k.pk
 ORDER BY k.pk`;

/** As `candidatesSql` where nothing of the table is marked from there on, as in a first download: less than half the work. */
const observedSql = `SELECT r.pk, b.at AS baseAt, b.row AS baseRow, 1 AS differs, r.row, r.ver, r.edited_from, r.edited_at, r.by, r.put_back, r.restored, r.gone,
    NULL AS seq, NULL AS first_at, NULL AS last_at, NULL AS mono_ms, NULL AS boot, 0 AS copied
  FROM remote AS r LEFT JOIN base AS b ON b.peer_id = r.peer_id AND b.tbl = r.tbl AND b.pk = r.pk
 WHERE r.peer_id = ? AND r.tbl = ? AND r.pk > ? ORDER BY r.pk LIMIT ?`;
/** The same the other way round, where nothing of the table is known of the server from there on, as in a first upload. */
const markedSql = `SELECT d.pk, b.at AS baseAt, b.row AS baseRow, 0 AS differs, NULL AS row, NULL AS ver, NULL AS edited_from, NULL AS edited_at, NULL AS by, 0 AS put_back, 0 AS restored, NULL AS gone,
    d.seq, d.first_at, d.last_at, d.mono_ms, d.boot, d.copied
  FROM dirty AS d LEFT JOIN base AS b ON b.peer_id = d.peer_id AND b.tbl = d.tbl AND b.pk = d.pk
 WHERE d.peer_id = ? AND d.tbl = ? AND d.pk > ? AND d.first_seq <= ? ORDER BY d.pk LIMIT ?`;
const isObservedAfter = 'SELECT 1 FROM remote WHERE peer_id = ? AND tbl = ? AND pk > ? LIMIT 1';
const isMarkedAfter = 'SELECT 1 FROM dirty WHERE peer_id = ? AND tbl = ? AND pk > ? LIMIT 1';

interface RawCandidate extends RawRemote, RawStamp {
  pk: string;
  baseAt: string | null;
  baseRow: string | null;
  differs: number;
  seq: number | null;
  first_at: string | null;
  last_at: string | null;
  copied: number;
}

function dirtyFrom(raw: RawDirty): DirtyEntry {
  const { seq, first_at: firstAt, last_at: lastAt, copied } = raw;
  return { seq, firstAt, lastAt, stamp: stampFrom(raw), copied: copied === 1 };
}

function candidateFrom(raw: RawCandidate): Candidate {
  const { seq, first_at, last_at } = raw;
  return {
    pk: raw.pk,
    base: raw.baseAt === null ? undefined : { row: fromJson(raw.baseRow), at: raw.baseAt },
    remote: raw.differs === 1 ? remoteFrom(raw) : undefined,
    dirty:
      seq === null || first_at === null || last_at === null ? undefined : dirtyFrom({ ...raw, seq, first_at, last_at }),
  };
}

function remoteFrom(raw: RawRemote): RemoteEntry {
  const { ver, edited_from: editedFrom, edited_at: editedAt, by } = raw;
  const marks = { putBack: raw.put_back === 1, restored: raw.restored === 1 };
  const entry = { row: fromJson(raw.row), ver, editedFrom, editedAt, by, ...marks };
  return raw.gone === null ? entry : { ...entry, gone: fromJson(raw.gone) };
}

/** How often Base and Remote of each peer were written since the file was opened. */
const treeWrites = new WeakMap<ClassStore['db'], Map<string, number>>();
/** The same when a plan was made, by plan, with what SQLite says of writes by others. */
const stateAtPlan = new WeakMap<ClassStore['db'], Map<string, string>>();
/** Plans whose moment is remembered. */
const REMEMBERED_PLANS = 20;

function mapOf<V>(of: WeakMap<ClassStore['db'], Map<string, V>>, store: ClassStore): Map<string, V> {
  let found = of.get(store.db);
  if (found === undefined) of.set(store.db, (found = new Map<string, V>()));
  return found;
}

/** What changes whenever Base or Remote of a peer does: how often this connection wrote them, and a number that changes whenever another one wrote anything in the file (`PRAGMA data_version`). */
export function treeState(store: ClassStore, peerId: string): string {
  // Prepared once: it is asked with every part of a page.
  const { data_version: others } = statement(store.db, 'PRAGMA data_version').get() as {
    readonly data_version: number;
  };
  return `${mapOf(treeWrites, store).get(peerId) ?? 0} ${others}`;
}

/** Notes that Base or Remote of a peer is written; whoever writes them other than through `openTrees` says so here. */
export function noteTreeWrite(store: ClassStore, peerId: string): void {
  const counts = mapOf(treeWrites, store);
  counts.set(peerId, (counts.get(peerId) ?? 0) + 1);
}

/** Remembers that a plan was made from Base and Remote as they are at this moment. */
export function rememberTrees(store: ClassStore, peerId: string, planId: string): void {
  const plans = mapOf(stateAtPlan, store);
  plans.set(planId, treeState(store, peerId));
  for (const oldest of plans.keys()) if (plans.size > REMEMBERED_PLANS) plans.delete(oldest);
}

/** Whether Base and Remote certainly are what they were when a plan was made. False where nobody knows, as after a restart. */
export function treesAreUnchanged(store: ClassStore, peerId: string, planId: string): boolean {
  return mapOf(stateAtPlan, store).get(planId) === treeState(store, peerId);
}

/** Opens the trees of one peer. */
export function openTrees(store: ClassStore, peerId: string): Trees {
  const run = (sql: string, ...values: SqlValue[]): void => void statement(store.db, sql).run(...values);
  const write = (sql: string, ...values: SqlValue[]): void => {
    noteTreeWrite(store, peerId);
    run(sql, ...values);
  };
  const get = (sql: string, ...values: SqlValue[]): unknown => statement(store.db, sql).get(...values);
  const count = (sql: string, ...values: SqlValue[]): number => (get(sql, ...values) as { n: number }).n;
  const place = (key: RowKey) => [peerId, key.table, key.pk] as const;
  const dirtyCount = (): number => count('SELECT count(*) AS n FROM dirty WHERE peer_id = ?', peerId);
  return {
    base(key) {
      const raw = get(getBase, ...place(key)) as { row: string | null; at: string } | undefined;
      return raw === undefined ? undefined : { row: fromJson(raw.row), at: raw.at };
    },
    setBase: (key, row, at) => write(setBase, ...place(key), toJson(row), at),
    dropBase: (key) => write(dropBase, ...place(key)),
    remote(key) {
      const raw = get(getRemote, ...place(key)) as RawRemote | undefined;
      return raw === undefined ? undefined : remoteFrom(raw);
    },
    setRemote(key, { row, ver, editedFrom = null, editedAt, by, putBack = false, restored = false, gone = null }) {
      const marks = [putBack, restored].map((is) => (is ? 1n : 0n));
      write(setRemote, ...place(key), toJson(row), ver, editedFrom, editedAt, by, ...marks, toJson(gone));
    },
    dropRemote: (key) => write(dropRemote, ...place(key)),
    dirty(key) {
      const raw = get(getDirty, ...place(key)) as RawDirty | undefined;
      return raw === undefined ? undefined : dirtyFrom(raw);
    },
    clearDirty: (key) => run(clearDirty, ...place(key)),
    setCopied: (key, copied) => run(setCopied, copied ? 1n : 0n, ...place(key)),
    markDirty: (key, at, { mono_ms: mono, boot } = { mono_ms: null, boot: null }) =>
      run(markDirty, ...place(key), at, at, mono === null ? null : String(mono), boot),
    candidates(table, after, seq, limit) {
      const here = [peerId, table];
      const one = (sql: string, ...values: SqlValue[]): readonly Candidate[] =>
        (statement(store.db, sql).all(...here, after, ...values, BigInt(limit)) as RawCandidate[]).map(candidateFrom);
      if (get(isMarkedAfter, ...here, after) === undefined) return one(observedSql);
      if (get(isObservedAfter, ...here, after) === undefined) return one(markedSql, BigInt(seq));
      const found = statement(store.db, candidatesSql).all(
        ...here,
        after,
        BigInt(seq),
        ...here,
        after,
        BigInt(limit),
        ...here,
        ...here,
        ...here,
      );
      return (found as RawCandidate[]).map(candidateFrom);
    },
    tablesInQuestion(tables) {
      const among = (tree: string): string => `EXISTS (SELECT 1 FROM ${tree} WHERE peer_id = ? AND tbl = j.value)`;
      const sql = `SELECT j.value FROM json_each(?) AS j WHERE ${among('dirty')} OR ${among('remote')}`;
      return new Set(
        (rawStatement(store.db, sql).all(JSON.stringify(tables), peerId, peerId) as [string][]).map(([name]) => name),
      );
    },
    baseKeys: (after, limit) =>
      statement(
        store.db,
        'SELECT tbl AS "table", pk FROM base WHERE peer_id = ? AND (tbl, pk) > (?, ?) AND row IS NOT NULL ORDER BY tbl, pk LIMIT ?',
      ).all(peerId, after?.table ?? '', after?.pk ?? '', BigInt(limit)) as RowKey[],
    onlyThereKeys: (after, limit) =>
      statement(
        store.db,
        `SELECT tbl AS "table", pk FROM remote r WHERE peer_id = ? AND (tbl, pk) > (?, ?) AND row IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM base b WHERE b.peer_id = r.peer_id AND b.tbl = r.tbl AND b.pk = r.pk AND b.row IS NOT NULL) ORDER BY tbl, pk LIMIT ?`,
      ).all(peerId, after?.table ?? '', after?.pk ?? '', BigInt(limit)) as RowKey[],
    hasBase: () => statement(store.db, 'SELECT 1 FROM base WHERE peer_id = ? LIMIT 1').get(peerId) !== undefined,
    dirtyCount,
    dirtyCountSince: (seq) =>
      count('SELECT count(*) AS n FROM dirty WHERE peer_id = ? AND seq > ?', peerId, BigInt(seq)),
  };
}

/** Rows the server is known to hold with these cells in some columns. Looks at every row of the table. */
export function serverRowsWith(
  store: ClassStore,
  peerId: string,
  table: string,
  columns: readonly string[],
  cells: readonly Cell[],
): readonly { readonly pk: string; readonly row: Row }[] {
  const has = columns.map(() => 'row ->> ? IS ?').join(' AND ');
  const sql = `SELECT pk, row FROM remote WHERE peer_id = ? AND tbl = ? AND ${has} UNION ALL SELECT pk, row FROM base AS b WHERE peer_id = ? AND tbl = ? AND ${has}
    AND NOT EXISTS (SELECT 1 FROM remote AS r WHERE r.peer_id = b.peer_id AND r.tbl = b.tbl AND r.pk = b.pk)`;
  const wanted = [peerId, table, ...columns.flatMap((column, index) => [`$."${column}"`, cells[index] ?? null])];
  return (statement(store.db, sql).all(...wanted, ...wanted) as { pk: string; row: string }[]).map(({ pk, row }) => ({
    pk,
    row: readStored(row) as Row,
  }));
}

/** Whether nothing at all is known of a server: neither Base nor Remote holds anything, not even a deletion. */
export function knowsNothing(store: ClassStore, peerId: string): boolean {
  return ['base', 'remote'].every(
    (tree) => statement(store.db, `SELECT 1 FROM ${tree} WHERE peer_id = ? LIMIT 1`).get(peerId) === undefined,
  );
}

/** Whether the server is known to hold any row. */
export function serverHoldsRows(store: ClassStore, peerId: string): boolean {
  return ['base', 'remote'].some((tree) => {
    const sql = `SELECT 1 FROM ${tree} WHERE peer_id = ? AND row IS NOT NULL LIMIT 1`;
    return statement(store.db, sql).get(peerId) !== undefined;
  });
}

/** A row with all cells, or its absence, as the server tree has it: the observation where there is one, else Base. */
export function serverTree(
  trees: Trees,
  key: RowKey,
): { readonly row: Row | null; readonly entry: RemoteEntry | undefined } {
  const entry = trees.remote(key);
  if (entry !== undefined) return { row: entry.row, entry };
  return { row: trees.base(key)?.row ?? null, entry: undefined };
}

/** Rows of a table the server is known to have otherwise than Base says. */
export function remoteRowsOf(
  store: ClassStore,
  peerId: string,
  table: string,
): readonly { readonly pk: string; readonly row: Row }[] {
  const sql = 'SELECT pk, row FROM remote WHERE peer_id = ? AND tbl = ? AND row IS NOT NULL';
  return (statement(store.db, sql).all(peerId, table) as { pk: string; row: string }[]).map(({ pk, row }) => ({
    pk,
    row: readStored(row) as Row,
  }));
}

/** Rows of Base counted in one step. */
const countedAtOnce = 2_000;

/** About how many candidates a peer has, in parts as `countServerRows`: a key that is both marked and known to differ counts twice. */
export function* countCandidates(store: ClassStore, peerId: string): Generator<number, void> {
  for (const tree of ['dirty', 'remote']) {
    const rest = `FROM ${tree} WHERE peer_id = ? AND (tbl, pk) > (?, ?)`;
    const page = `SELECT tbl, pk ${rest} ORDER BY tbl, pk LIMIT 1 OFFSET ${countedAtOnce - 1}`;
    for (let after: readonly [string, string] = ['', '']; ;) {
      const last = rawStatement(store.db, page).get(peerId, ...after) as readonly [string, string] | undefined;
      if (last === undefined) {
        yield countOf(store, rest, peerId, after);
        break;
      }
      yield countedAtOnce;
      after = last;
    }
  }
}

function countOf(store: ClassStore, rows: string, peerId: string, after: readonly [string, string]): number {
  const [count] = rawStatement(store.db, `SELECT count(*) ${rows}`).get(peerId, ...after) as [number];
  return count;
}

/** How many rows of a table the server is known to hold, in parts: whoever adds them up decides when to stop for a while. */
export function* countServerRows(store: ClassStore, peerId: string, table: string): Generator<number, void> {
  const page = `SELECT count(*) AS keys, max(pk) AS last, coalesce(sum(there), 0) AS n FROM
    (SELECT pk, row IS NOT NULL AS there FROM base WHERE peer_id = ? AND tbl = ? AND pk > ? ORDER BY pk LIMIT ${countedAtOnce})`;
  for (let after = ''; ;) {
    const { keys, last, n } = statement(store.db, page).get(peerId, table, after) as {
      readonly keys: number;
      readonly last: string | null;
      readonly n: number;
    };
    yield n;
    if (last === null || keys < countedAtOnce) break;
    after = last;
  }
  const shift = `SELECT coalesce(sum((r.row IS NOT NULL) - (b.row IS NOT NULL)), 0) AS n FROM remote AS r
    LEFT JOIN base AS b ON b.peer_id = r.peer_id AND b.tbl = r.tbl AND b.pk = r.pk WHERE r.peer_id = ? AND r.tbl = ?`;
  yield (statement(store.db, shift).get(peerId, table) as { readonly n: number }).n;
}
