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
 */
export function journalFunctions(catalog: Catalog): readonly string[] {
  const schema = quoteIdentifier(catalog.schema);
  const note = (source: string, gone: string): string =>
    `EXECUTE ${schema}.journal_statement(TG_TABLE_NAME, TG_ARGV[0]::text[], TG_ARGV[1]::text[], ${source}, ${gone},
      current_setting('tallybook.edited', true), current_setting('tallybook.edits', true));`;
  const changed = `${schema}.journal_changed(TG_ARGV[0]::text[], TG_ARGV[1]::text[], TG_ARGV[2]::text[])`;
  return [
    statementFunction(catalog),
    changedFunction(catalog),
    triggerFunction(catalog, 'insert', `IF EXISTS (SELECT FROM new_rows) THEN ${note("'new_rows'", 'false')} END IF;`),
    triggerFunction(catalog, 'update', `IF EXISTS (SELECT FROM new_rows) THEN ${note(changed, 'false')} END IF;`),
    triggerFunction(catalog, 'delete', `IF EXISTS (SELECT FROM old_rows) THEN ${note("'old_rows'", 'false')} END IF;`),
    triggerFunction(catalog, 'truncate', note(`format('${schema}.%I', TG_TABLE_NAME)`, 'true')),
    ...touchedColumns(catalog).map(
      (
        column,
      ) => `CREATE FUNCTION ${touchFunction(catalog, column)}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.${quoteIdentifier(column)} := now();
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

/** How long the journal remembers a deletion. Whoever was away for longer compares everything. */
const rememberedFor = '400 days';

/**
 * Three functions a device calls. They run as the owner, so that policies on the tables do not narrow what they see, and each is about one class.
 * `journal_row_counts` says how many rows there are, whoever asks: who sees fewer must not take a row that does not come for a deleted one.
 * `journal_renumber` sets aside transaction numbers of another cluster that this one has not reached yet (negated, so that a row keeps its run): left as
 * they are, they would count as later than every horizon, and one day be taken for a transaction of this cluster.
 * `journal_collect` forgets deletions that were written more than 400 days ago (by the time of the run, because an edit may be much older than its arrival), at
 * most once a day, and moves the horizon from which a device must have read on.
 */
export function observationFunctions(catalog: Catalog): readonly string[] {
  const schema = quoteIdentifier(catalog.schema);
  const scope = quoteIdentifier(catalog.scopeColumn);
  const counts = syncedTables(catalog).map(
    ({ name }) => `SELECT ${quoteLiteral(name)}, count(*) FROM ${inSchema(catalog, name)} t WHERE t.${scope} = $1`,
  );
  return [
    `CREATE FUNCTION ${schema}.journal_row_counts(uuid) RETURNS TABLE (tbl text, n int8) LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$ ${counts.join(' UNION ALL ')} $$`,
    // Which table of a class other than this one the transaction wrote to: a proof must see what a policy hides. Told is the table alone.
    `CREATE FUNCTION ${schema}.journal_elsewhere(uuid) RETURNS TABLE (tbl text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.tbl FROM ${schema}.class c CROSS JOIN LATERAL (
    SELECT r.tbl FROM ${schema}.row_state r WHERE r.scope = c.id AND r.xid = txid_current() LIMIT 1
  ) s WHERE c.id <> $1 LIMIT 1
$$`,
    `CREATE FUNCTION ${schema}.journal_renumber(uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE ${schema}.row_state SET xid = -xid WHERE scope = $1 AND xid > txid_current();
  UPDATE ${schema}.run SET xid = -xid WHERE class_id = $1 AND xid > txid_current();
  UPDATE ${schema}.resolution_log SET xid = -xid WHERE class_id = $1 AND xid > txid_current();
$$`,
    `CREATE FUNCTION ${schema}.journal_collect(uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE ${schema}.gc_horizon SET at = now() WHERE class_id = $1 AND at < now() - interval '1 day';
  IF NOT FOUND THEN RETURN; END IF;
  WITH forgotten AS (
    DELETE FROM ${schema}.row_state s WHERE s.scope = $1 AND s.deleted
      AND coalesce((SELECT max(r.at) FROM ${schema}.run r WHERE r.class_id = s.scope AND r.xid = s.xid), s.edited_to) < now() - interval '${rememberedFor}'
    RETURNING s.xid
  )
  UPDATE ${schema}.gc_horizon SET horizon = greatest(horizon, (SELECT max(xid) + 1 FROM forgotten)) WHERE class_id = $1;
END
$$`,
  ];
}

/**
 * SQL text of a function that makes the statement noting the rows of `source` (r). A row counts as deleted when it is absent from the table
 * (t) at this moment: another trigger may have put it back. `all_gone` is for TRUNCATE, whose rows are still there when its trigger runs.
 *
 * A row counts as edited now, unless the transaction has said when: in `edited` (from and to, each may be empty for unknown) and for single rows in `edits`. These
 * are settings, because a function that runs with the owner's rights must read no temporary table: anybody could put something else under its name.
 */
function statementFunction(catalog: Catalog): string {
  const schema = quoteIdentifier(catalog.schema);
  const scope = quoteIdentifier(catalog.scopeColumn);
  return `CREATE FUNCTION ${schema}.journal_statement(tbl text, keys text[], content text[], source text, all_gone boolean, edited text, edits text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format($statement$
    INSERT INTO ${schema}.row_state AS s (scope, tbl, pk, ver, xid, deleted, content_at_delete, edited_from, edited_to)
    SELECT r.${scope}, %1$L, '[' || %2$s || ']', 1, txid_current(), %3$s,
      CASE WHEN %3$s THEN jsonb_object(%4$L::text[], ARRAY[%5$s]) END, %8$s, %9$s
    FROM %6$s r LEFT JOIN ${schema}.%1$I t ON t.${scope} = r.${scope} AND %7$s%10$s
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
    ) x ON x.pk = '[' || %s || ']'$join$, tbl, p.pk) ELSE '' END)
  FROM (SELECT
    (SELECT string_agg(format('to_json(r.%I::text)::text', k), ' || '','' || ' ORDER BY i) FROM unnest(keys) WITH ORDINALITY u (k, i)) AS pk,
    CASE WHEN edited > '' THEN format('%L::timestamptz', nullif(split_part(edited, ',', 1), '')) ELSE 'statement_timestamp()' END AS edited_from,
    CASE WHEN edited > '' THEN format('%L::timestamptz', nullif(split_part(edited, ',', 2), '')) ELSE 'statement_timestamp()' END AS edited_to) p
$$`;
}

/**
 * SQL text of a function that makes the source of an update: new rows whose content changed, and old rows whose key is gone. Columns whose type has no equality,
 * or another one than ours, are compared as text: at worst a row is looked at once more.
 */
function changedFunction(catalog: Catalog): string {
  const schema = quoteIdentifier(catalog.schema);
  const scope = quoteIdentifier(catalog.scopeColumn);
  return `CREATE FUNCTION ${schema}.journal_changed(keys text[], content text[], as_text text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('(SELECT r.* FROM new_rows r LEFT JOIN old_rows x ON x.${scope} = r.${scope} AND %1$s WHERE x.${scope} IS NULL OR ROW(%2$s) IS DISTINCT FROM ROW(%3$s)'
    ' UNION ALL SELECT r.* FROM old_rows r WHERE NOT EXISTS (SELECT FROM new_rows x WHERE x.${scope} = r.${scope} AND %1$s))',
    (SELECT string_agg(format('x.%1$I = r.%1$I', k), ' AND ' ORDER BY i) FROM unnest(keys) WITH ORDINALITY u (k, i)),
    (SELECT string_agg(format('x.%I' || CASE WHEN c = ANY (as_text) THEN '::text' ELSE '' END, c), ', ' ORDER BY i) FROM unnest(content) WITH ORDINALITY u (c, i)),
    (SELECT string_agg(format('r.%I' || CASE WHEN c = ANY (as_text) THEN '::text' ELSE '' END, c), ', ' ORDER BY i) FROM unnest(content) WITH ORDINALITY u (c, i)))
$$`;
}

function triggerFunction(catalog: Catalog, event: JournalEvent, body: string): string {
  return `CREATE FUNCTION ${quoteIdentifier(catalog.schema)}.journal_${event}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'iso_8601' SET bytea_output = 'hex' SET extra_float_digits = 1 AS $$
BEGIN
  ${body}
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
