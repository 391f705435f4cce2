import { contentColumns, tableOf } from '../../../shared/catalog/catalog.ts';
import type { CatalogColumn, CatalogTable } from '../../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../../shared/catalog/identifier.ts';
import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';
import { completeHistory } from './history-ahead.ts';
import { PLACE_BITS, type Staging } from './outbox-store.ts';
import { writingFor } from './peer-store.ts';
import { noCounts, type RunCounts, type WritableCounts } from './run-store.ts';
import { beginSettling } from './settle-trees.ts';

/*
 * Settling the plain rows of a run (`stageListed` says which) by statements over all of them: the same as settling them one by one, where one goes to the
 * server as it is here, or comes here as a new row. All of it inside the transaction that settles the run.
 */

/**
 * Rows edited here since the plan was made are looked at one by one after all, and so are those that come into a table with unique values of which any row was:
 * that one may hold now what another is to get.
 */
export function dropTouchedPlain(store: ClassStore, { runId, planId, peerId }: Staging): void {
  const sql = `UPDATE outbox_row SET plain = 0 WHERE run_id = ? AND ord IN (
  SELECT p.ordinal << ${PLACE_BITS} FROM dirty AS d JOIN plan_row AS p ON p.plan_id = ? AND p.tbl = d.tbl AND p.pk = d.pk
   WHERE d.peer_id = ? AND d.seq > (SELECT seq FROM plan WHERE id = ?))`;
  statement(store.db, sql).run(runId, planId, peerId, planId);
  const edited = 'SELECT DISTINCT tbl FROM dirty WHERE peer_id = ? AND seq > (SELECT seq FROM plan WHERE id = ?)';
  for (const { tbl } of statement(store.db, edited).all(peerId, planId) as { readonly tbl: string }[])
    if (tableOf(store.catalog, tbl).unique.length > 0)
      statement(
        store.db,
        `UPDATE outbox_row SET plain = 0 WHERE run_id = ? AND part = 'down' AND plain = 1 AND tbl = ?`,
      ).run(runId, tbl);
}

/** Where something a run would write here is left, every other row it writes here has to be asked whether it can do without. */
export function dropPlainDown(store: ClassStore, runId: string): boolean {
  return (
    statement(store.db, `UPDATE outbox_row SET plain = 0 WHERE run_id = ? AND part = 'down' AND plain = 1`).run(runId)
      .changes > 0
  );
}

/** What was settled of one table, and where it lies among the rows of the run. */
interface Counted {
  readonly side: 'up' | 'down';
  readonly tbl: string;
  readonly op: 'add' | 'update' | 'delete';
  readonly n: number;
  /** Of an addition: how many were there before, hidden. */
  readonly restored: number;
  readonly first: number;
  readonly last: number;
}

const isSending = `SELECT 1 FROM outbox_row WHERE run_id = ? AND plain = 1 AND part = 'up' LIMIT 1`;
const sentCounts = `SELECT side, tbl, op, count(*) AS n, sum(op = 'add' AND before IS NOT NULL) AS restored, min(seq) AS first, max(seq) AS last FROM run_row
 WHERE run_id = ? AND side = 'up' GROUP BY tbl, op`;
/** What comes here is new here: the outbox, whose rows are short, says all. */
const receivedCounts = `SELECT 'down' AS side, tbl, 'add' AS op, count(*) AS n, 0 AS restored, min(ord) * 2 + 1 AS first, max(ord) * 2 + 1 AS last FROM outbox_row
 WHERE run_id = ? AND plain = 1 AND part = 'down' GROUP BY tbl`;

/**
 * Settles the plain rows: rows here, questions and history; that Base, Remote and marks follow is noted (`settleTrees`). The history comes first, as far as it is
 * not there yet: from it, which is short and in order, the others are written. Nothing else of the run is in it yet. Answers what was written.
 */
export function settlePlain(store: ClassStore, { runId, planId, peerId }: Staging, now: string): RunCounts {
  completeHistory(store, { runId, planId, peerId });
  const sends = statement(store.db, isSending).get(runId) !== undefined;
  const counted = (sends ? [sentCounts, receivedCounts] : [receivedCounts]).flatMap(
    (sql) => statement(store.db, sql).all(runId) as Counted[],
  );
  if (counted.length === 0) return noCounts;
  writingFor(store, peerId, () => {
    for (const table of store.catalog.tables)
      for (const { side, tbl, first, last, n } of counted)
        if (side === 'down' && tbl === table.name) {
          const { changes } = statement(store.db, insertSql(table)).run(runId, BigInt(first), BigInt(last), tbl);
          if (changes !== n) throw new Error('a row that comes here was never observed');
        }
  });
  const isPlain = `EXISTS (SELECT 1 FROM plan_row AS p JOIN outbox_row AS o ON o.run_id = ? AND o.ord = p.ordinal << ${PLACE_BITS}
  WHERE p.plan_id = ? AND p.tbl = open_question.tbl AND p.pk = open_question.pk AND o.plain = 1)`;
  statement(store.db, `DELETE FROM open_question WHERE peer_id = ? AND ${isPlain}`).run(peerId, runId, planId);
  beginSettling(store, { runId, planId, peerId }, now);
  const counts: WritableCounts = { up: { ...noCounts.up }, down: { ...noCounts.down } };
  for (const { side, op, n, restored } of counted) {
    counts[side][op] += n;
    if (restored > 0) counts[side].restored = (counts[side].restored ?? 0) + restored;
  }
  return counts;
}

/** Inserts the plain rows of a table that come here; a plain INSERT, so one that is there after all fails instead of being overwritten. */
function insertSql(table: CatalogTable): string {
  const columns = contentColumns(table);
  const names = columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  const values = columns.map(valueSql).join(', ');
  return `INSERT INTO ${quoteIdentifier(table.name)} (${names}) SELECT ${values} FROM run_row
 WHERE run_id = ? AND seq BETWEEN ? AND ? AND tbl = ? AND side = 'down' ORDER BY seq`;
}

/** The expression that reads a canonical text of a row of the run as the store holds it. */
function valueSql({ name, type }: CatalogColumn): string {
  const path = `$.${JSON.stringify(name)}`.replaceAll("'", "''");
  const text = `json_extract(after, '${path}')`;
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8':
      return `CAST(${text} AS INTEGER)`;
    case 'bool':
      return `CASE ${text} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END`;
    case 'bytea':
      return `unhex(substr(${text}, 3))`;
    default:
      return text;
  }
}
