import { contentColumns, tableOf } from '../../../shared/catalog/catalog.ts';
import type { CatalogColumn, CatalogTable } from '../../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../../shared/catalog/identifier.ts';
import type { ClassStore } from '../class-store.ts';
import { statement, type SqlValue } from '../statement.ts';
import { PLACE_BITS, type Staging } from './outbox-store.ts';
import { writingFor } from './peer-store.ts';
import { noCounts, type RunCounts, type WritableCounts } from './run-store.ts';
import { noteTreeWrite } from './trees.ts';

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

const historyOf = 'INSERT INTO run_row (run_id, seq, tbl, pk, label, side, op, before, after, choice, trees, known)';
const plainRows = `FROM outbox_row AS o JOIN plan_row AS p ON p.plan_id = ? AND p.ordinal = o.ord >> ${PLACE_BITS}`;

/**
 * What goes to the server: the versions before the run, as `packTrees` writes them (what was never agreed on, else Base is what was there before), and whose changes
 * they were, as far as their marks say: a plain row was not edited since the plan was made. Nothing was asked about it.
 */
const sentHistory = `${historyOf}
SELECT o.run_id, o.ord * 2 + 1, o.tbl, o.pk, p.label, 'up', p.kind, json_extract(p.row, '$.trees.server'), json_extract(p.row, '$.trees.local'), NULL,
  iif(json_type(p.row, '$.trees.base') IS NULL, '["none","after","before"]', '["before","after","before"]'),
  CASE WHEN d.pk IS NOT NULL THEN json_object('base', json_extract(p.row, '$.origin.baseAt'), 'server', NULL, 'local', json_object('at', d.last_at, 'monotonicMs', NULL, 'bootId', NULL), 'question', NULL) END
 ${plainRows} LEFT JOIN dirty AS d ON d.peer_id = ? AND d.tbl = o.tbl AND d.pk = o.pk WHERE o.run_id = ? AND o.plain = 1 AND o.part = 'up' ORDER BY o.ord`;

/** What comes here: nothing was here before, and what was observed is what the plan says, which was looked at before the run. It lies there ready, so that no plan has to be taken apart. */
const receivedHistory = `${historyOf}
SELECT o.run_id, o.ord * 2 + 1, o.tbl, o.pk, p.label, 'down', p.kind, NULL, r.row, NULL, json_array(iif(b.pk IS NULL, 'none', 'before'), 'before', 'after'),
  json_object('base', b.at, 'server', json_object('by', r.by, 'at', r.edited_at, 'from', r.edited_from), 'local', NULL, 'question', NULL)
 ${plainRows} JOIN remote AS r ON r.peer_id = ? AND r.tbl = o.tbl AND r.pk = o.pk LEFT JOIN base AS b ON b.peer_id = r.peer_id AND b.tbl = o.tbl AND b.pk = o.pk
 WHERE o.run_id = ? AND o.plain = 1 AND o.part = 'down' ORDER BY o.ord`;

/** What was settled of one table, and where it lies among the rows of the run. */
interface Counted {
  readonly side: 'up' | 'down';
  readonly tbl: string;
  readonly op: 'add' | 'update' | 'delete';
  readonly n: number;
  /** How many of them were marked, of those that were sent. */
  readonly marked: number;
  /** Of an addition: how many were there before, hidden. */
  readonly restored: number;
  readonly first: number;
  readonly last: number;
}

const sentCounts = `SELECT side, tbl, op, count(*) AS n, count(known) AS marked, sum(op = 'add' AND before IS NOT NULL) AS restored, min(seq) AS first, max(seq) AS last FROM run_row
 WHERE run_id = ? AND side = 'up' GROUP BY tbl, op`;
/** What comes here is new here: the outbox, whose rows are short, says all. */
const receivedCounts = `SELECT 'down' AS side, tbl, 'add' AS op, count(*) AS n, 0 AS marked, 0 AS restored, min(ord) * 2 + 1 AS first, max(ord) * 2 + 1 AS last FROM outbox_row
 WHERE run_id = ? AND plain = 1 AND part = 'down' GROUP BY tbl`;

/**
 * Settles the plain rows: rows here, Base, Remote, marks, questions and history. The history comes first: from it, which is short and in order, the others are
 * written. Nothing else of the run is in it yet. Answers what was written.
 */
export function settlePlain(store: ClassStore, { runId, planId, peerId }: Staging, now: string): RunCounts {
  const run = (sql: string, ...values: SqlValue[]): void => void statement(store.db, sql).run(...values);
  const sent = statement(store.db, sentHistory).run(planId, peerId, runId).changes;
  const received = statement(store.db, receivedHistory).run(planId, peerId, runId).changes;
  const down = statement(store.db, receivedCounts).all(runId) as Counted[];
  if (received !== sum(down, 'down', ({ n }) => n)) throw new Error('a row that comes here was never observed');
  const counted = sent === 0 ? down : [...(statement(store.db, sentCounts).all(runId) as Counted[]), ...down];
  if (counted.length === 0) return noCounts;
  noteTreeWrite(store, peerId);
  writingFor(store, peerId, () => {
    for (const table of store.catalog.tables)
      for (const { side, tbl, first, last } of counted)
        if (side === 'down' && tbl === table.name) run(insertSql(table), runId, BigInt(first), BigInt(last), tbl);
  });
  run(
    `INSERT INTO base (peer_id, tbl, pk, row, at) SELECT ?, tbl, pk, after, ? FROM run_row WHERE run_id = ? ORDER BY seq
  ON CONFLICT (peer_id, tbl, pk) DO UPDATE SET row = excluded.row, at = excluded.at`,
    peerId,
    now,
    runId,
  );
  const isPlain = (
    of: string,
  ): string => `EXISTS (SELECT 1 FROM plan_row AS p JOIN outbox_row AS o ON o.run_id = ? AND o.ord = p.ordinal << ${PLACE_BITS}
  WHERE p.plan_id = ? AND p.tbl = ${of}.tbl AND p.pk = ${of}.pk AND o.plain = 1)`;
  run(`DELETE FROM open_question WHERE peer_id = ? AND ${isPlain('open_question')}`, peerId, runId, planId);
  for (const [tbl, of] of Map.groupBy(counted, (count) => count.tbl)) {
    // What comes here was observed, every row of it, and what is sent was marked: where a table has as many of these, they are these, and none has to be looked up.
    const ended = { dirty: sum(of, 'up', ({ marked }) => marked), remote: sum(of, 'down', ({ n }) => n) };
    for (const [tree, n] of Object.entries(ended))
      if (countOf(store, tree, peerId, tbl) === n)
        run(`DELETE FROM ${tree} WHERE peer_id = ? AND tbl = ?`, peerId, tbl);
      else run(`DELETE FROM ${tree} WHERE peer_id = ? AND tbl = ? AND ${isPlain(tree)}`, peerId, tbl, runId, planId);
  }
  const counts: WritableCounts = { up: { ...noCounts.up }, down: { ...noCounts.down } };
  for (const { side, op, n, restored } of counted) {
    counts[side][op] += n;
    if (restored > 0) counts[side].restored = (counts[side].restored ?? 0) + restored;
  }
  return counts;
}

function countOf(store: ClassStore, tree: string, peerId: string, table: string): number {
  const sql = `SELECT count(*) AS n FROM ${tree} WHERE peer_id = ? AND tbl = ?`;
  return (statement(store.db, sql).get(peerId, table) as { readonly n: number }).n;
}

function sum(counted: readonly Counted[], side: Counted['side'], of: (count: Counted) => number): number {
  return counted.reduce((total, count) => total + (count.side === side ? of(count) : 0), 0);
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
