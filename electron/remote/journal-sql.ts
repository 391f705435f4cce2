import { contentColumns, syncedTables } from '../../shared/catalog/catalog.ts';
import type { Catalog, CatalogTable } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import { quoteLiteral } from './identifiers.ts';
import { inSchema, keyTypeOf } from './row-sql.ts';
import { comparesAsText } from './server-type.ts';

/** The events the journal listens to, one statement-level trigger each. */
export const journalEvents = ['insert', 'update', 'delete', 'truncate'] as const;
/** One of the events the journal listens to. */
export type JournalEvent = (typeof journalEvents)[number];

/** Name of the trigger for an event. */
export function journalTrigger(event: JournalEvent): string {
  return `tallybook_journal_${event}`;
}

/** Name of the trigger that keeps the timestamp column. */
export const touchTrigger = 'tallybook_touch';

/** All triggers a table of the catalog has. */
export const journalTriggerNames: readonly string[] = [...journalEvents.map(journalTrigger), touchTrigger];

/**
 * The functions of the journal, the same for every table: a trigger hands over the key columns and the content columns.
 * Each call plans its statement anew, because one plan cannot suit one row and a hundred thousand.
 *
 * Whatever somebody does to the columns of a table, a trigger never keeps others from writing to it. Without a key nothing can be noted by row: then every device
 * is made to read everything once. Without some other column every row that was written counts as changed.
 */
export function journalFunctions(catalog: Catalog): readonly string[] {
  const schema = quoteIdentifier(catalog.schema);
  const note = (source: string, gone: string): string =>
    `EXECUTE ${schema}.journal_statement(TG_TABLE_NAME, TG_RELID::regclass::text, keys, content, ${source}, ${gone},
      current_setting('tallybook.edited', true), current_setting('tallybook.edits', true));`;
  const changed = `${schema}.journal_changed(keys, content, as_text, whole)`;
  return [
    statementFunction(catalog),
    changedFunction(catalog),
    triggerFunction(catalog, 'insert', 'EXISTS (SELECT FROM new_rows)', note("'new_rows'", 'false')),
    triggerFunction(catalog, 'update', 'EXISTS (SELECT FROM new_rows)', note(changed, 'false')),
    triggerFunction(catalog, 'delete', 'EXISTS (SELECT FROM old_rows)', note("'old_rows'", 'false')),
    triggerFunction(catalog, 'truncate', 'true', note('TG_RELID::regclass::text', 'true')),
    ...touchedColumns(catalog).map(
      (
        column,
      ) => `CREATE FUNCTION ${touchFunction(catalog, column)}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  BEGIN
    NEW.${quoteIdentifier(column)} := now();
  EXCEPTION WHEN OTHERS THEN NULL; -- The column was dropped or is of another type now.
  END;
  RETURN NEW;
END
$$`,
    ),
  ];
}

/** The timestamp columns the server keeps, each once: mostly one for all tables. */
function touchedColumns(catalog: Catalog): readonly string[] {
  const kept = syncedTables(catalog).filter(({ timestamp }) => timestamp.maintainedBy === 'server');
  return [...new Set(kept.map(({ timestamp }) => timestamp.column))];
}

function touchFunction(catalog: Catalog, column: string): string {
  const place = touchedColumns(catalog).indexOf(column);
  return `${quoteIdentifier(catalog.schema)}.touch${place === 0 ? '' : `_${place + 1}`}`;
}

/**
 * SQL text of a function that makes the statement noting the rows of `source` (r). A row counts as deleted when it is absent from the table
 * (t, `rel`) at this moment: another trigger may have put it back. `all_gone` is for TRUNCATE, whose rows are still there when its trigger runs.
 *
 * A row counts as edited now, unless the transaction has said when: in `edited` (from and to, each may be empty for unknown) and for single rows in `edits`. These
 * are settings, because a function that runs with the owner's rights must read no temporary table: anybody could put something else under its name.
 */
function statementFunction(catalog: Catalog): string {
  const schema = quoteIdentifier(catalog.schema);
  const scope = quoteIdentifier(catalog.scopeColumn);
  return `CREATE FUNCTION ${schema}.journal_statement(tbl text, rel text, keys text[], content text[], source text, all_gone boolean, edited text, edits text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format($statement$
    INSERT INTO ${schema}.row_state AS s (scope, tbl, pk, ver, xid, deleted, content_at_delete, edited_from, edited_to)
    SELECT r.${scope}, %1$L, '[' || %2$s || ']', 1, txid_current(), %3$s,
      CASE WHEN %3$s THEN jsonb_object(%4$L::text[], ARRAY[%5$s]::text[]) END, %8$s, %9$s
    FROM %6$s r LEFT JOIN %11$s t ON t.${scope} = r.${scope} AND %7$s%10$s
    ON CONFLICT (scope, tbl, pk) DO UPDATE SET ver = s.ver + 1, xid = excluded.xid, deleted = excluded.deleted,
      content_at_delete = excluded.content_at_delete, edited_from = excluded.edited_from, edited_to = excluded.edited_to
    $statement$, tbl, p.pk,
    CASE WHEN all_gone THEN 'true' ELSE 't.${scope} IS NULL' END,
    content,
    (SELECT string_agg(format('r.%I::text', c), ', ' ORDER BY i) FROM unnest(content) WITH ORDINALITY u (c, i)),
    source,
    (SELECT string_agg(format('t.%1$I = r.%1$I', k), ' AND ' ORDER BY i) FROM unnest(keys) WITH ORDINALITY u (k, i)),
    CASE WHEN edits > '' THEN format('CASE WHEN x.pk IS NULL THEN %s ELSE x.edited_from END', p.edited_from) ELSE p.edited_from END,
    CASE WHEN edits > '' THEN format('CASE WHEN x.pk IS NULL THEN %s ELSE x.edited_to END', p.edited_to) ELSE p.edited_to END,
    CASE WHEN edits > '' THEN format($join$ LEFT JOIN (
      SELECT e->>1 AS pk, (e->>2)::timestamptz AS edited_from, (e->>3)::timestamptz AS edited_to
      FROM json_array_elements(current_setting('tallybook.edits')::json) e WHERE e->>0 = %L
    ) x ON x.pk = '[' || %s || ']'$join$, tbl, p.pk) ELSE '' END,
    rel)
  FROM (SELECT
    (SELECT string_agg(format('to_json(r.%I::text)::text', k), ' || '','' || ' ORDER BY i) FROM unnest(keys) WITH ORDINALITY u (k, i)) AS pk,
    CASE WHEN edited > '' THEN format('%L::timestamptz', nullif(split_part(edited, ',', 1), '')) ELSE 'statement_timestamp()' END AS edited_from,
    CASE WHEN edited > '' THEN format('%L::timestamptz', nullif(split_part(edited, ',', 2), '')) ELSE 'statement_timestamp()' END AS edited_to) p
$$`;
}

/**
 * SQL text of a function that makes the source of an update: new rows whose content changed, and old rows whose key is gone. Columns whose type has no equality,
 * or another one than ours, are compared as text: at worst a row is looked at once more. Not `whole` means that some column is not there: every row counts as changed.
 */
function changedFunction(catalog: Catalog): string {
  const schema = quoteIdentifier(catalog.schema);
  const scope = quoteIdentifier(catalog.scopeColumn);
  return `CREATE FUNCTION ${schema}.journal_changed(keys text[], content text[], as_text text[], whole boolean) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('(SELECT r.* FROM new_rows r LEFT JOIN old_rows x ON x.${scope} = r.${scope} AND %1$s%2$s'
    ' UNION ALL SELECT r.* FROM old_rows r WHERE NOT EXISTS (SELECT FROM new_rows x WHERE x.${scope} = r.${scope} AND %1$s))',
    (SELECT string_agg(format('x.%1$I = r.%1$I', k), ' AND ' ORDER BY i) FROM unnest(keys) WITH ORDINALITY u (k, i)),
    CASE WHEN whole THEN (
      SELECT format(' WHERE x.${scope} IS NULL OR ROW(%s) IS DISTINCT FROM ROW(%s)', string_agg('x' || cell, ', ' ORDER BY i), string_agg('r' || cell, ', ' ORDER BY i))
      FROM (SELECT format('.%I', c) || CASE WHEN c = ANY (as_text) THEN '::text' ELSE '' END, i FROM unnest(content) WITH ORDINALITY u (c, i)) cells (cell, i)
    ) ELSE '' END)
$$`;
}

/** Types whose values can be compared as they are. What has another one by now is compared as text. */
const comparedTypes =
  'bool bytea int8 int2 int4 text varchar bpchar numeric float4 float8 date time timestamp timestamptz interval uuid inet jsonb';

/** `written` says whether there is anything to note. */
function triggerFunction(catalog: Catalog, event: JournalEvent, written: string, note: string): string {
  const schema = quoteIdentifier(catalog.schema);
  const types = quoteLiteral(`{${comparedTypes.split(' ').join(',')}}`);
  return `CREATE FUNCTION ${schema}.journal_${event}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'iso_8601' SET bytea_output = 'hex' SET extra_float_digits = 1 AS $$
DECLARE
  keys text[] := TG_ARGV[0]::text[];
  content text[];
  as_text text[];
  whole boolean;
BEGIN
  IF NOT ${written} THEN RETURN NULL; END IF;
  SELECT array_agg(c.name ORDER BY c.place) FILTER (WHERE a.attnum IS NOT NULL),
    array_agg(c.name) FILTER (WHERE c.name = ANY (TG_ARGV[2]::text[]) OR a.atttypid <> ALL (${types}::regtype[])),
    bool_and(a.attnum IS NOT NULL)
  INTO content, as_text, whole
  FROM unnest(TG_ARGV[1]::text[]) WITH ORDINALITY c (name, place)
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = TG_RELID AND a.attname = c.name AND a.attnum > 0 AND NOT a.attisdropped;
  IF cardinality(keys) + 1 = (
    SELECT count(*) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = TG_RELID AND i.indisprimary AND i.indnkeyatts = cardinality(keys) + 1
      AND (a.attname = ANY (keys) OR a.attname = ${quoteLiteral(catalog.scopeColumn)} AND a.atttypid = 'uuid'::regtype)
  ) THEN ${note}
  ELSE UPDATE ${schema}.gc_horizon SET horizon = txid_current() + 1;
  END IF;
  RETURN NULL;
END
$$`;
}

const transitionTables = {
  insert: 'REFERENCING NEW TABLE AS new_rows ',
  update: 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows ',
  delete: 'REFERENCING OLD TABLE AS old_rows ',
  truncate: '',
} satisfies Record<JournalEvent, string>;

/** The triggers of one table: the journal's four and, where the server keeps it, the one for the timestamp. They fire even where a restore tool or a replica switches others off. */
export function journalTriggers(catalog: Catalog, table: CatalogTable): readonly string[] {
  for (const key of table.key) keyTypeOf(table, key);
  const target = inSchema(catalog, table.name);
  const content = contentColumns(table);
  const asText = content.filter(({ type }) => comparesAsText(type));
  const lists = [table.key, content.map(({ name }) => name), asText.map(({ name }) => name)];
  const args = lists.map((names) => quoteLiteral(arrayLiteral(names))).join(', ');
  const journal = journalEvents.map((event) => {
    const when = event === 'truncate' ? 'BEFORE' : 'AFTER';
    return `CREATE TRIGGER ${journalTrigger(event)} ${when} ${event.toUpperCase()} ON ${target} ${transitionTables[event]}FOR EACH STATEMENT
  EXECUTE FUNCTION ${inSchema(catalog, `journal_${event}`)}(${args})`;
  });
  const { column, maintainedBy } = table.timestamp;
  const kept = maintainedBy === 'server';
  const touch = `CREATE TRIGGER ${touchTrigger} BEFORE UPDATE ON ${target} FOR EACH ROW
  EXECUTE FUNCTION ${kept ? touchFunction(catalog, column) : ''}()`;
  const always = journalTriggerNames
    .filter((name) => kept || name !== touchTrigger)
    .map((name) => `ENABLE ALWAYS TRIGGER ${name}`);
  return [...journal, ...(kept ? [touch] : []), `ALTER TABLE ${target} ${always.join(', ')}`];
}

/** PostgreSQL's text form of a text array. Names of a catalog hold no characters that would need more than quotes and escapes. */
function arrayLiteral(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`;
}
