import type Database from 'better-sqlite3';
import type { SimServer } from './sim-server.ts';

/** A value as text, the same on both sides; null is NULL. */
export type Value = string | null;
/** The content of one row by column. */
export type RowCells = Readonly<Record<string, Value>>;
/** All rows of a class on one side, by table and key. */
export type Snapshot = ReadonlyMap<string, RowCells>;

/** The tables of a class with their keys, as the simulation knows them: written down here and not taken from the engine's catalog, so that a mistake there shows. */
export const keys: Readonly<Record<string, readonly string[]>> = {
  group: ['id'],
  student: ['id'],
  student_tag: ['student_id', 'tag'],
  reason: ['id'],
  score_event: ['id'],
  score_void: ['id'],
  settlement: ['id'],
  settlement_event: ['settlement_id', 'event_id'],
  settlement_void: ['id'],
  reward: ['id'],
  redemption: ['id'],
  redemption_void: ['id'],
  class_setting: ['key'],
  alias: ['tbl', 'old_id'],
  erasure: ['id'],
};

const truthColumns = new Set(['built_in', 'active']);
const notContent = new Set(['class_id', 'updated_at']);
const time = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(?:Z|\+00(?::00)?)$/;

/** One value of either side in one form: times in microseconds, truth as words, everything else as its text. */
export function valueOf(column: string, value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (truthColumns.has(column))
    return value === true || value === 1 || value === 1n || value === 'true' || value === 't' ? 'true' : 'false';
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean')
    return JSON.stringify(value);
  const text = value.toString();
  const found = time.exec(text);
  return found === null ? text : `${found[1]} ${found[2]}.${(found[3] ?? '.').slice(1).padEnd(6, '0')}`;
}

/** The content of a row. */
export function cellsOf(row: Readonly<Record<string, unknown>>): RowCells {
  return Object.fromEntries(
    Object.entries(row).flatMap(([column, value]) =>
      notContent.has(column) ? [] : [[column, valueOf(column, value)]],
    ),
  );
}

/** Texts of rows that were read before, with what they say: most rows are as they were when both sides were looked at last. */
const readBefore = new Map<string, RowCells>();
/** Texts kept at most. */
const mostKept = 20_000;

/** The content of a row from its JSON text. */
function cellsFrom(text: string): RowCells {
  const known = readBefore.get(text);
  if (known !== undefined) return known;
  if (readBefore.size >= mostKept) readBefore.clear();
  const cells = cellsOf(JSON.parse(text) as Record<string, unknown>);
  readBefore.set(text, cells);
  return cells;
}

/** The address of a row. */
export function addressOf(table: string, cells: Readonly<Record<string, unknown>>): string {
  return `${table} ${JSON.stringify((keys[table] ?? []).map((column) => cells[column]))}`;
}

/** Statements that were prepared for a file: preparing costs more than the few rows of a simulation. */
const prepared = new WeakMap<Database.Database, Map<string, Database.Statement>>();

/** A statement of a file, prepared once. */
export function statement(db: Database.Database, sql: string): Database.Statement {
  const known = prepared.get(db) ?? new Map<string, Database.Statement>();
  prepared.set(db, known);
  const found = known.get(sql) ?? db.prepare(sql);
  known.set(sql, found);
  return found;
}

/** What was read of a file last, and how it stood then: the number that others who write to it change, and what was written through this connection. */
const readLast = new WeakMap<Database.Database, { readonly state: string; readonly rows: Snapshot }>();

/** Everything a device holds of its class. */
export function localSnapshot(db: Database.Database): Snapshot {
  const { others, own } = statement(
    db,
    'SELECT data_version AS others, total_changes() AS own FROM pragma_data_version',
  ).get() as { readonly others: number; readonly own: number };
  const state = `${others} ${own}`;
  const last = readLast.get(db);
  if (last?.state === state) return last.rows;
  const rows = readLocal(db);
  readLast.set(db, { state, rows });
  return rows;
}

function readLocal(db: Database.Database): Snapshot {
  const rows = new Map<string, RowCells>();
  for (const table of Object.keys(keys)) {
    for (const row of statement(db, `SELECT * FROM "${table}"`).all() as Record<string, unknown>[]) {
      const cells = cellsOf(row);
      rows.set(addressOf(table, cells), cells);
    }
  }
  return rows;
}

const everything = Object.keys(keys)
  .map((table) => `SELECT '${table}', to_jsonb(t)::text FROM tallybook."${table}" t WHERE class_id = $1`)
  .join(' UNION ALL ');

/** Everything the server holds of a class, committed by now. */
export async function serverSnapshot(server: Pick<SimServer, 'rows'>, scope: string): Promise<Snapshot> {
  const rows = new Map<string, RowCells>();
  for (const [table, text] of await server.rows(everything, [scope])) {
    const cells = cellsFrom(text ?? '{}');
    rows.set(addressOf(table ?? '', cells), cells);
  }
  return rows;
}

/** What a device believes the server holds: the last observation where it differs from Base, otherwise Base. Null while a reading is half done. */
export function observedSnapshot(db: Database.Database, peerId: string): Snapshot | null {
  const peer = statement(db, 'SELECT observing FROM peer WHERE id = ?').get(peerId) as
    | { observing: number }
    | undefined;
  if (peer === undefined || peer.observing !== 0) return null;
  const rows = new Map<string, RowCells>();
  for (const tree of ['base', 'remote']) {
    for (const { tbl, pk, row } of statement(db, `SELECT tbl, pk, row FROM ${tree} WHERE peer_id = ?`).all(peerId) as {
      tbl: string;
      pk: string;
      row: string | null;
    }[]) {
      if (row === null) rows.delete(`${tbl} ${pk}`);
      else rows.set(`${tbl} ${pk}`, cellsFrom(row));
    }
  }
  return rows;
}

/** Rows marked as changed here, and rows that differ from Base: the second must be among the first. */
export function marksOf(
  db: Database.Database,
  peerId: string,
): { readonly marked: ReadonlySet<string>; readonly base: Snapshot } {
  const marked = new Set(
    (statement(db, 'SELECT tbl, pk FROM dirty WHERE peer_id = ?').all(peerId) as { tbl: string; pk: string }[]).map(
      ({ tbl, pk }) => `${tbl} ${pk}`,
    ),
  );
  const base = new Map<string, RowCells>();
  for (const { tbl, pk, row } of statement(
    db,
    'SELECT tbl, pk, row FROM base WHERE peer_id = ? AND row IS NOT NULL',
  ).all(peerId) as { tbl: string; pk: string; row: string }[])
    base.set(`${tbl} ${pk}`, cellsFrom(row));
  return { marked, base };
}

/** Whether two rows hold the same. */
export function sameCells(a: RowCells | undefined, b: RowCells | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return Object.keys({ ...a, ...b }).every((column) => (a[column] ?? null) === (b[column] ?? null));
}

/** Addresses at which two snapshots differ. */
export function differing(a: Snapshot, b: Snapshot): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((address) => !sameCells(a.get(address), b.get(address)));
}
