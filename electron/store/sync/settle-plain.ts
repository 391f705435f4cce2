import { contentColumns } from '../../../shared/catalog/catalog.ts';
import type { CatalogColumn, CatalogTable } from '../../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../../shared/catalog/identifier.ts';
import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';
import { PLACE_BITS, type Staging } from './outbox-store.ts';
import { writingFor } from './peer-store.ts';
import { noCounts, type RunCounts } from './run-store.ts';
import { noteTreeWrite } from './trees.ts';

/*
 * Settling the plain rows of a run (`stageListed` says which) by statements over all of them: the same as settling them one by one, where one goes to the
 * server as it is here, or comes here as a new row. All of it inside the transaction that settles the run.
 */

/** Rows edited here since the plan was made are looked at one by one after all. */
export function dropTouchedPlain(store: ClassStore, { runId, planId, peerId }: Staging): void {
  const sql = `UPDATE outbox_row SET plain = 0 WHERE run_id = ? AND ord IN (
  SELECT p.ordinal << ${PLACE_BITS} FROM dirty AS d JOIN plan_row AS p ON p.plan_id = ? AND p.tbl = d.tbl AND p.pk = d.pk
   WHERE d.peer_id = ? AND d.seq > (SELECT seq FROM plan WHERE id = ?))`;
  statement(store.db, sql).run(runId, planId, peerId, planId);
}

/** Where something a run would write here is left, every other row it writes here has to be asked whether it can do without. */
export function dropPlainDown(store: ClassStore, runId: string): boolean {
  return (
    statement(store.db, `UPDATE outbox_row SET plain = 0 WHERE run_id = ? AND part = 'down' AND plain = 1`).run(runId)
      .changes > 0
  );
}

/** The plain rows of a run beside the rows of its plan. */
const plainRows = `outbox_row AS o JOIN plan_row AS p ON p.plan_id = ? AND p.ordinal = o.ord >> ${PLACE_BITS} WHERE o.run_id = ? AND o.plain = 1`;
/** What such a row was, and what it is from now on, where it was written. */
const before = `CASE o.part WHEN 'up' THEN '$.trees.server' ELSE '$.trees.local' END`;
const after = `CASE o.part WHEN 'up' THEN '$.trees.local' ELSE '$.trees.server' END`;

/** The three versions before the run, as `packTrees` writes them: what was never agreed on, else Base is what was there before. */
const versions = `json_array(CASE WHEN json_type(p.row, '$.trees.base') IS NULL THEN 'none' ELSE 'before' END,
  CASE o.part WHEN 'up' THEN 'after' ELSE 'before' END, CASE o.part WHEN 'up' THEN 'before' ELSE 'after' END)`;

/** Settles the plain rows: rows here, Base, Remote, marks, questions and history. Answers what was written. */
export function settlePlain(store: ClassStore, { runId, planId, peerId }: Staging, now: string): RunCounts {
  const run = (sql: string, ...values: string[]): void => void statement(store.db, sql).run(...values);
  const counted = statement(
    store.db,
    `SELECT o.part, o.tbl, p.kind, count(*) AS n FROM ${plainRows} GROUP BY 1, 2, 3`,
  ).all(planId, runId) as {
    readonly part: 'up' | 'down';
    readonly tbl: string;
    readonly kind: 'add' | 'update' | 'delete';
    readonly n: number;
  }[];
  if (counted.length === 0) return noCounts;
  noteTreeWrite(store, peerId);
  const down = new Set(counted.filter(({ part }) => part === 'down').map(({ tbl }) => tbl));
  writingFor(store, peerId, () => {
    for (const table of store.catalog.tables)
      if (down.has(table.name)) run(insertSql(table), planId, runId, table.name);
  });
  run(
    `INSERT INTO base (peer_id, tbl, pk, row, at) SELECT ?, o.tbl, o.pk, json_extract(p.row, ${after}), ? FROM ${plainRows} ORDER BY o.tbl, o.pk
  ON CONFLICT (peer_id, tbl, pk) DO UPDATE SET row = excluded.row, at = excluded.at`,
    peerId,
    now,
    planId,
    runId,
  );
  run(
    `INSERT INTO run_row (run_id, seq, tbl, pk, label, side, op, before, after, choice, trees)
SELECT o.run_id, o.ord * 2 + 1, o.tbl, o.pk, p.label, o.part, p.kind, json_extract(p.row, ${before}), json_extract(p.row, ${after}), NULL, ${versions} FROM ${plainRows} ORDER BY o.ord`,
    planId,
    runId,
  );
  for (const table of ['dirty', 'remote', 'open_question'])
    run(
      `DELETE FROM ${table} WHERE peer_id = ? AND EXISTS (SELECT 1 FROM plan_row AS p JOIN outbox_row AS o ON o.run_id = ? AND o.ord = p.ordinal << ${PLACE_BITS}
  WHERE p.plan_id = ? AND p.tbl = ${table}.tbl AND p.pk = ${table}.pk AND o.plain = 1)`,
      peerId,
      runId,
      planId,
    );
  const counts = { up: { ...noCounts.up }, down: { ...noCounts.down } };
  for (const { part, kind, n } of counted) counts[part][kind] += n;
  return counts;
}

/** Inserts the plain rows of a table that come here; a plain INSERT, so one that is there after all fails instead of being overwritten. */
function insertSql(table: CatalogTable): string {
  const columns = contentColumns(table);
  const names = columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  const values = columns.map(valueSql).join(', ');
  return `INSERT INTO ${quoteIdentifier(table.name)} (${names}) SELECT ${values} FROM ${plainRows} AND o.part = 'down' AND o.tbl = ? ORDER BY o.ord`;
}

/** The expression that reads a canonical text of a plan's row as the store holds it. */
function valueSql({ name, type }: CatalogColumn): string {
  const path = `$.trees.server.${JSON.stringify(name)}`.replaceAll("'", "''");
  const text = `json_extract(p.row, '${path}')`;
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
