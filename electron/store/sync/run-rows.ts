import type { KnownBefore, TreeRow, Trees } from '../../../shared/sync/plan.ts';
import type { ClassStore } from '../class-store.ts';
import { readStored } from '../read-stored.ts';
import { namedStatement, rawStatement } from '../statement.ts';
import { fromJson } from './row-json.ts';
import type { RunRow } from './run-store.ts';
import { unpackTrees } from './run-trees.ts';

/** What of a filter SQL can tell about the rows of a run. */
export interface RunFilter {
  readonly kinds?: readonly string[] | undefined;
  readonly directions?: readonly string[] | undefined;
  readonly tables?: readonly string[] | undefined;
  /** Whether somebody had decided about the row. */
  readonly decided?: boolean | undefined;
  readonly chosen?: readonly string[] | undefined;
}

/** What a row is found or ordered by. */
export type RunTold = 'nothing' | 'label' | 'change' | 'at';

/** A place in the order of a run, which need not be without gaps, with what was asked of the row there. */
export type RunPlace = readonly [place: number, told: string];

/** A row of a run with what was known of its record before: where both sides were written, the same on both rows. */
export interface RunRowAt extends Omit<RunRow, 'trees' | 'known'> {
  readonly place: number;
  /** The three versions before the run; null where nobody kept them. */
  readonly trees: Trees | null;
  readonly known: KnownBefore | null;
}

/** Rows looked at in one step. */
const LOOKED_AT_ONCE = 1_000;
/** Nothing of a run that has not ended well: what stands of it was written ahead. */
const ENDED = `r.run_id IN (SELECT id FROM run WHERE id = @runId AND outcome IN ('completed', 'undecided'))`;
/** The row before it is about the same record where both sides were written; what was known stands there. */
const SAME_RECORD = 'f.run_id = r.run_id AND f.seq = r.seq - 1 AND f.tbl = r.tbl AND f.pk = r.pk';
const WITH_FIRST = `run_row AS r LEFT JOIN run_row AS f ON r.trees IS NULL AND r.known IS NULL AND ${SAME_RECORD}`;
const changedAt = (row: 'r' | 'f'): string =>
  `coalesce(json_extract(${row}.known, '$.local.at'), json_extract(${row}.known, '$.server.at'))`;
const TOLD: Readonly<Record<RunTold, string>> = {
  nothing: `''`,
  label: 'r.label',
  // The kind as lists name it first, what went to the server before what came here.
  change: `CASE r.op WHEN 'add' THEN '0' WHEN 'update' THEN '1' ELSE '2' END || iif(r.side = 'up', '0', '1')`,
  at: `coalesce(${changedAt('r')}, iif(r.known IS NULL, (SELECT ${changedAt('f')} FROM run_row AS f WHERE ${SAME_RECORD}), NULL), '')`,
};

/**
 * The rows of a run that a filter keeps, in its order, with what was asked of each; read a part at a time, so that the caller can let others in between. A part is so many
 * rows looked at, however few of them are kept.
 */
export function* eachRunPlaces(
  store: ClassStore,
  runId: string,
  filter: RunFilter,
  told: RunTold,
): Generator<readonly RunPlace[]> {
  const sql = `SELECT r.seq AS place, ${TOLD[told]} AS told FROM run_row AS r WHERE ${ENDED} AND r.seq > @last AND (@end IS NULL OR r.seq <= @end)
    AND (@kinds IS NULL OR r.op IN (SELECT value FROM json_each(@kinds)))
    AND (@directions IS NULL OR r.side IN (SELECT value FROM json_each(@directions)))
    AND (@tables IS NULL OR r.tbl IN (SELECT value FROM json_each(@tables)))
    AND (@decided IS NULL OR (r.choice IS NOT NULL) = @decided)
    AND (@chosen IS NULL OR r.choice IN (SELECT value FROM json_each(@chosen)))
    ORDER BY r.seq`;
  const asked = bound(filter);
  for (let last = 0n; ;) {
    const end = endOfPart(store, runId, last);
    const part = namedStatement(store.db, sql).all({ ...asked, runId, last, end }) as {
      readonly place: number | bigint;
      readonly told: string;
    }[];
    yield part.map((row) => [Number(row.place), row.told] as const);
    if (end === null) return;
    last = end;
  }
}

/** The last place of the part behind a place; null where that is the last part. */
function endOfPart(store: ClassStore, runId: string, last: bigint): bigint | null {
  const sql = `SELECT seq FROM run_row WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT 1 OFFSET ${LOOKED_AT_ONCE - 1}`;
  const found = rawStatement(store.db, sql).get(runId, last) as [number | bigint] | undefined;
  return found === undefined ? null : BigInt(found[0]);
}

function bound({ kinds, directions, tables, decided, chosen }: RunFilter) {
  const list = (asked: readonly string[] | undefined): string | null =>
    asked === undefined ? null : JSON.stringify(asked);
  return {
    kinds: list(kinds),
    directions: list(directions),
    tables: list(tables),
    decided: decided === undefined ? null : decided ? 1n : 0n,
    chosen: list(chosen),
  };
}

/** Rows of a run at some places, in the order of the run. */
export function runRowsAt(store: ClassStore, runId: string, places: readonly number[]): readonly RunRowAt[] {
  const sql = `SELECT r.seq AS place, r.tbl AS "table", r.pk, r.label, r.side, r.op, r.before, r.after, r.choice,
    r.trees, r.known, f.before AS firstBefore, f.after AS firstAfter, f.trees AS firstTrees, f.known AS firstKnown
    FROM ${WITH_FIRST} WHERE ${ENDED} AND r.seq IN (SELECT value FROM json_each(@places)) ORDER BY r.seq`;
  const found = namedStatement(store.db, sql).all({ runId, places: JSON.stringify(places) });
  return (found as readonly StoredRow[]).map(fromStored);
}

/** How many rows a run wrote of each table, kind and direction. */
export interface RunCount extends Pick<RunRow, 'table' | 'op'> {
  readonly side: 'up' | 'down';
  readonly count: number;
}

/** What a run wrote, counted a part at a time, so that the caller can let others in between: whoever adds the parts up has the counts. */
export function* countRunRows(store: ClassStore, runId: string): Generator<readonly RunCount[]> {
  const sql = `SELECT r.tbl AS "table", r.side, r.op, count(*) AS count FROM run_row AS r WHERE ${ENDED} AND r.seq > @last AND (@end IS NULL OR r.seq <= @end) AND r.side <> 'none'
    GROUP BY r.tbl, r.side, r.op ORDER BY min(r.seq)`;
  for (let last = 0n; ;) {
    const end = endOfPart(store, runId, last);
    const found = namedStatement(store.db, sql).all({ runId, last, end }) as (Omit<RunCount, 'count'> & {
      readonly count: number | bigint;
    })[];
    yield found.map((row) => ({ ...row, count: Number(row.count) }));
    if (end === null) return;
    last = end;
  }
}

type StoredRow = Pick<RunRow, 'table' | 'pk' | 'label' | 'side' | 'op' | 'choice'> &
  Readonly<
    Record<
      'before' | 'after' | 'trees' | 'known' | 'firstBefore' | 'firstAfter' | 'firstTrees' | 'firstKnown',
      string | null
    >
  > & { readonly place: number | bigint };

function fromStored(raw: StoredRow): RunRowAt {
  const { firstBefore, firstAfter, firstTrees, firstKnown, ...row } = raw;
  const [before, after] = [fromJson(row.before), fromJson(row.after)];
  const known = row.known ?? firstKnown;
  return {
    ...row,
    place: Number(row.place),
    before,
    after,
    trees: treesOf(row.trees, before, after) ?? treesOf(firstTrees, fromJson(firstBefore), fromJson(firstAfter)),
    known: known === null ? null : (readStored(known) as KnownBefore),
  };
}

function treesOf(text: string | null, before: TreeRow, after: TreeRow): Trees | null {
  return text === null ? null : unpackTrees(text, before, after);
}
