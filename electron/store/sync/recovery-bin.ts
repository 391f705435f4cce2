import { AppError } from '../../../shared/errors.ts';
import { foldText } from '../../../shared/model/search-key.ts';
import type { Row } from '../../../shared/sync/plan.ts';
import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';
import { uuidv7 } from '../uuid.ts';
import { readStored } from '../read-stored.ts';

/** A value that was overwritten or deleted by a run, or by putting another value back. */
export interface LostValue {
  readonly id: string;
  readonly table: string;
  readonly pk: string;
  readonly label: string;
  readonly row: Row;
  /** Where it was overwritten. */
  readonly side: 'local' | 'server';
  /** Whose it was, where that is known. */
  readonly by: string | null;
  /** When it was overwritten, ISO 8601 UTC. */
  readonly at: string;
  /** The run that overwrote it; null when putting another value back did. */
  readonly runId: string | null;
}

/** How long a lost value is kept. */
const KEPT_DAYS = 400;
/** Values removed in one step. */
const REMOVED_AT_ONCE = 200;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Keeps a value that is about to be overwritten; `search` is what is looked in when it is searched for. Inside the transaction that overwrites it. */
export function keepLost(store: ClassStore, lost: Omit<LostValue, 'id'> & { readonly search: string }): void {
  statement(
    store.db,
    'INSERT INTO recovery_bin (id, tbl, pk, label, search, row, side, by, at, run_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(
    uuidv7(),
    lost.table,
    lost.pk,
    lost.label,
    lost.search,
    JSON.stringify(lost.row),
    lost.side,
    lost.by,
    lost.at,
    lost.runId,
  );
}

const LOST = `SELECT id, tbl AS "table", pk, label, row, side, by, at, run_id AS runId FROM recovery_bin`;

function lostFrom(raw: unknown): LostValue {
  const lost = raw as Omit<LostValue, 'row'> & { readonly row: string };
  return { ...lost, row: readStored(lost.row) as Row };
}

/** The last lost value of every record that has one. */
export function lostRecords(store: ClassStore): readonly Pick<LostValue, 'table' | 'pk' | 'label' | 'row'>[] {
  const sql = 'SELECT tbl AS "table", pk, label, row, max(id) FROM recovery_bin GROUP BY tbl, pk';
  return statement(store.db, sql).all().map(lostFrom);
}

/** Lost values, latest first: at most `limit` after the one of the id `after`. `search` matches what a line of it says; those of `found` match in any case. */
export function listLost(
  store: ClassStore,
  {
    search,
    after,
    limit,
    found = [],
  }: {
    readonly search?: string | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
    readonly found?: readonly Pick<LostValue, 'table' | 'pk'>[];
  },
): { readonly items: readonly LostValue[]; readonly total: number } {
  const wanted = search === undefined ? '' : foldText(search);
  const fits = `(? = '' OR instr(search, ?) > 0 OR (tbl, pk) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?)))`;
  const also = JSON.stringify(found.map(({ table, pk }) => [table, pk]));
  // Ids grow with the time they were made at, and a value that is gone meanwhile still says where it was.
  const behind = '(? IS NULL OR id < ?)';
  const sql = `${LOST} WHERE ${fits} AND ${behind} ORDER BY id DESC LIMIT ?`;
  const last = after ?? null;
  const items = statement(store.db, sql).all(wanted, wanted, also, last, last, BigInt(limit)).map(lostFrom);
  const { total } = statement(store.db, `SELECT count(*) AS total FROM recovery_bin WHERE ${fits}`).get(
    wanted,
    wanted,
    also,
  ) as { readonly total: number };
  return { items, total };
}

/** One lost value; throws `not-found`. */
export function getLost(store: ClassStore, id: string): LostValue {
  const raw = statement(store.db, `${LOST} WHERE id = ?`).get(id);
  if (raw === undefined) throw new AppError('not-found', { what: 'lost-value' });
  return lostFrom(raw);
}

/** Forgets lost values for good; answers how many there were. */
export function forgetLost(store: ClassStore, ids: readonly string[]): number {
  const sql = 'DELETE FROM recovery_bin WHERE id IN (SELECT value FROM json_each(?))';
  return statement(store.db, sql).run(JSON.stringify(ids)).changes;
}

/**
 * Removes values that were kept long enough, a few at a time: whoever goes through it decides when it stops for a while. Yields after every step.
 */
export function* removeOldLost(store: ClassStore, now: string): Generator<void, void> {
  const before = new Date(Date.parse(now) - KEPT_DAYS * DAY_MS).toISOString();
  const sql = 'DELETE FROM recovery_bin WHERE id IN (SELECT id FROM recovery_bin WHERE at < ? ORDER BY at, id LIMIT ?)';
  for (let removed = REMOVED_AT_ONCE; removed === REMOVED_AT_ONCE;) {
    removed = store.stepTransaction(() => statement(store.db, sql).run(before, BigInt(REMOVED_AT_ONCE)).changes);
    yield;
  }
}
