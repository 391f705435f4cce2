import { columnNamed, type CatalogTable, type ColumnType } from '../../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../../shared/catalog/identifier.ts';
import { pkFromCells } from '../../../shared/catalog/key.ts';
import { erasureRules, type ErasureRules } from '../../../shared/sync/erasure-rules.ts';
import { eachRow, readRow, writeRow } from '../catalog-rows.ts';
import type { ClassStore } from '../class-store.ts';
import { rawStatement, statement } from '../statement.ts';
import { noteErasedKeys } from './erased-keys.ts';
import { cutFromHistory, hidePlans } from './erase-history.ts';
import { writingForNobody } from './peer-store.ts';
import { readStored } from '../read-stored.ts';

/** What erasing took away here, per table. `unsent` rows were on no server yet. */
export interface ErasedRows {
  readonly table: string;
  readonly rows: number;
  readonly unsent: number;
}

/** Keys by table. */
export type KeysByTable = ReadonlyMap<string, ReadonlySet<string>>;

/** Tables of the sync state that keep whole rows, with the column they stand in. */
const keepers = [
  ['base', 'row'],
  ['remote', 'row'],
  ['recovery_bin', 'row'],
  ['run_row', 'before'],
  ['run_row', 'after'],
] as const;

/** Of these, where rows stand that a list could be about: what the server is known to have otherwise, and what was changed here, which is gone over first. */
const openKeepers = [
  ['remote', 'row'],
  ['dirty CROSS JOIN base USING (peer_id, tbl, pk)', 'row'],
] as const;

/** Types whose values stand in the file as their canonical text. */
const asText: ReadonlySet<ColumnType> = new Set(['uuid', 'text']);

/** Tables of the sync state that name rows by table and key. */
const naming = [
  'base',
  'remote',
  'dirty',
  'doubted',
  'run_row',
  'recovery_bin',
  'resolution',
  'open_question',
  'factory_row',
] as const;

/** The keys of the records erased in this class so far, as the erasure table says. Empty where the catalog erases nothing. */
export function erasedKeys(store: ClassStore): ReadonlySet<string> {
  const rules = erasureRules(store.catalog);
  if (rules === null) return new Set();
  return new Set([...eachRow(store, rules.table)].map(({ row }) => pkFromCells([row[rules.column] ?? ''])));
}

/**
 * Takes every trace of records out of this file: their rows, what the trees, the history, the recovery bin, the plans and the log keep of them, and attachments
 * nobody else points at. Nobody hears of the deletions: the erasure itself travels. Old pages stay until `forgetPages`. Inside a transaction of the caller.
 */
export function eraseRecords(store: ClassStore, recordKeys: readonly string[]): readonly ErasedRows[] {
  const rules = erasureRules(store.catalog);
  if (rules === null || recordKeys.length === 0) return [];
  const covered = coveredKeys(store, rules, recordKeys);
  const attached = attachedKeys(store, rules, covered);
  const erased = writingForNobody(store, () => deleteRows(store, rules, covered));
  for (const [table, keys] of covered) {
    cutKeys(store, table, keys);
    noteErasedKeys(store, rules, table, keys);
  }
  settleAttachments(store, rules, attached);
  cutFromHistory(store, covered);
  hidePlans(store);
  statement(store.db, 'INSERT OR IGNORE INTO erasing (only) VALUES (1)').run();
  return erased;
}

/** All keys a record may have had: those it was merged from are its own. What is a record itself, here or on a server, is somebody else, whatever an alias says. */
export function withOldKeys(store: ClassStore, recordKeys: readonly string[]): readonly string[] {
  const rules = erasureRules(store.catalog);
  const found = new Set(recordKeys);
  if (rules?.alias === null || rules === null) return recordKeys;
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { row } of eachRow(store, rules.alias))
      if (row['tbl'] === rules.of.name && found.has(pkFromCells([row['new_id'] ?? '']))) {
        const old = pkFromCells([row['old_id'] ?? '']);
        if (!isLiving(store, rules.of, old)) found.add(old);
      }
  }
  return [...found];
}

function isLiving(store: ClassStore, table: CatalogTable, pk: string): boolean {
  const remote = 'SELECT 1 FROM remote WHERE tbl = ? AND pk = ? AND row IS NOT NULL LIMIT 1';
  return readRow(store, table, pk) !== null || statement(store.db, remote).get(table.name, pk) !== undefined;
}

/**
 * Every key that goes with the records: of rows here, and of rows only known from a server or from the past (`all`, which reads all that is kept), or only as far as a
 * list could be about them (`open`).
 */
export function coveredKeys(
  store: ClassStore,
  rules: ErasureRules,
  recordKeys: readonly string[],
  kept: 'all' | 'open' = 'all',
): Map<string, Set<string>> {
  const covered = new Map<string, Set<string>>();
  for (const { table, through } of rules.covered) {
    const keys = new Set(table === rules.of ? recordKeys : []);
    for (const { columns, references } of through) {
      const parents = JSON.stringify([...(covered.get(references) ?? [])]);
      for (const key of keysPointing(store, table, columns[0] ?? '', parents, kept)) keys.add(key);
    }
    covered.set(table.name, keys);
  }
  if (rules.alias !== null) covered.set(rules.alias.name, aliasKeys(store, rules, recordKeys));
  return covered;
}

function aliasKeys(store: ClassStore, { alias, of }: ErasureRules, recordKeys: readonly string[]): Set<string> {
  const keys = new Set<string>();
  if (alias === null) return keys;
  for (const { pk, row } of eachRow(store, alias))
    if (
      row['tbl'] === of.name &&
      ['old_id', 'new_id'].some((name) => recordKeys.includes(pkFromCells([row[name] ?? ''])))
    )
      keys.add(pk);
  return keys;
}

/** Keys of the rows of a table, wherever they are kept, whose column names one of the parents. */
function keysPointing(
  store: ClassStore,
  table: CatalogTable,
  column: string,
  parents: string,
  kept: 'all' | 'open',
): readonly string[] {
  if (parents === '[]') return [];
  const key = table.key.map((name) => `CAST(${quoteIdentifier(name)} AS TEXT)`).join(', ');
  const among = 'IN (SELECT value FROM json_each(?))';
  // A text is compared as it stands, which an index helps with; any other value by its canonical text.
  const cell = quoteIdentifier(column);
  const points = asText.has(columnNamed(table, column).type)
    ? `${cell} IN (SELECT value ->> 0 FROM json_each(?))`
    : `json_array(CAST(${cell} AS TEXT)) ${among}`;
  const found = rawStatement(
    store.db,
    `SELECT json_array(${key}) FROM ${quoteIdentifier(table.name)} WHERE ${points}`,
  ).all(parents) as string[][];
  for (const [keeper, row] of kept === 'all' ? keepers : openKeepers)
    found.push(
      ...(rawStatement(
        store.db,
        `SELECT DISTINCT pk FROM ${keeper} WHERE tbl = ? AND json_array("${row}" ->> ?) ${among}`,
      ).all(table.name, `$."${column}"`, parents) as string[][]),
    );
  return found.flat();
}

/** Keys of attachments the records point at. */
function attachedKeys(store: ClassStore, rules: ErasureRules, covered: KeysByTable): KeysByTable {
  const records = JSON.stringify([...(covered.get(rules.of.name) ?? [])]);
  return new Map(
    rules.attachments.map(({ table, column }) => {
      const path = `$."${column}"`;
      const keys = new Set<string>();
      for (const record of readStored(records) as string[]) {
        const [own] = rawStatement(
          store.db,
          `SELECT json_array(CAST(${quoteIdentifier(column)} AS TEXT)) FROM ${quoteIdentifier(rules.of.name)} WHERE ${quoteIdentifier(rules.of.key[0] ?? '')} = ? AND ${quoteIdentifier(column)} IS NOT NULL`,
        ).all((readStored(record) as string[])[0] ?? '') as string[][];
        if (own?.[0] !== undefined) keys.add(own[0]);
      }
      for (const [keeper, row] of keepers)
        for (const [key] of rawStatement(
          store.db,
          `SELECT DISTINCT json_array("${row}" ->> ?) FROM ${keeper} WHERE tbl = ? AND "${row}" ->> ? IS NOT NULL AND pk IN (SELECT value FROM json_each(?))`,
        ).all(path, rules.of.name, path, records) as string[][])
          if (key !== undefined) keys.add(key);
      return [table.name, keys] as const;
    }),
  );
}

/** Deletes the rows from children to parents; what was on no server is counted apart. */
function deleteRows(store: ClassStore, rules: ErasureRules, covered: KeysByTable): readonly ErasedRows[] {
  const tables = [...rules.covered.map(({ table }) => table), ...(rules.alias === null ? [] : [rules.alias])];
  return tables.toReversed().flatMap((table) => {
    let rows = 0;
    let unsent = 0;
    for (const pk of covered.get(table.name) ?? []) {
      if (!writeRow(store, table, pk, null)) continue;
      rows += 1;
      if (!isShared(store, table.name, pk)) unsent += 1;
    }
    return rows === 0 ? [] : [{ table: table.name, rows, unsent }];
  });
}

function isShared(store: ClassStore, table: string, pk: string): boolean {
  return statement(store.db, 'SELECT 1 FROM base WHERE tbl = ? AND pk = ? LIMIT 1').get(table, pk) !== undefined;
}

function cutKeys(store: ClassStore, table: string, keys: ReadonlySet<string>): void {
  const list = JSON.stringify([...keys]);
  for (const place of naming)
    statement(store.db, `DELETE FROM ${place} WHERE tbl = ? AND pk IN (SELECT value FROM json_each(?))`).run(
      table,
      list,
    );
}

/**
 * An attachment nobody points at any more goes too. One that somebody still points at stays, and counts as not shared: the server may have let go of it, and
 * what is there already is no second one.
 */
function settleAttachments(store: ClassStore, rules: ErasureRules, attached: KeysByTable): void {
  for (const { table, column } of rules.attachments) {
    const gone = new Set<string>();
    for (const pk of attached.get(table.name) ?? []) {
      const cell = (readStored(pk) as string[])[0] ?? '';
      const used = statement(
        store.db,
        `SELECT 1 FROM ${quoteIdentifier(rules.of.name)} WHERE ${quoteIdentifier(column)} = ? LIMIT 1`,
      ).get(cell);
      if (used === undefined) {
        writingForNobody(store, () => writeRow(store, table, pk, null));
        gone.add(pk);
        continue;
      }
      statement(store.db, 'DELETE FROM base WHERE tbl = ? AND pk = ?').run(table.name, pk);
      statement(
        store.db,
        `INSERT INTO dirty (peer_id, tbl, pk, first_seq, seq, first_at, last_at)
         SELECT p.id, ?, ?, c.seq, c.seq, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), strftime('%Y-%m-%dT%H:%M:%fZ', 'now') FROM peer AS p, change_clock AS c
         WHERE true ON CONFLICT (peer_id, tbl, pk) DO NOTHING`,
      ).run(table.name, pk);
    }
    cutKeys(store, table.name, gone);
  }
}
