import { contentColumns } from '../../shared/catalog/catalog.ts';
import type { Catalog, CatalogColumn, CatalogTable, ColumnType } from '../../shared/catalog/catalog.ts';
import { AppError } from '../../shared/errors.ts';
import type { Cell, Row } from '../../shared/sync/plan.ts';
import { PayloadShape } from './apply-payload.ts';
import { effectTable } from './apply-sql.ts';
import type { RunSql } from './apply-sql.ts';
import { writeStatements } from './write-statements.ts';
import { openTrial } from './apply-transaction.ts';
import { sqlStateOf } from './error-mapping.ts';
import { quoteLiteral } from './identifiers.ts';
import type { FoundSchema } from './introspect.ts';
import { journalTriggerNames } from './journal-sql.ts';
import type { PgSession } from './pg-session.ts';
import { WriteSample } from './write-sample.ts';
import type { BrokenTrigger, ForeignTrigger, ProbeRequest, TimedEffect } from './remote.ts';

/** The triggers people or programs put on tables of the catalog, and that are not switched off. */
export function foreignTriggers(catalog: Catalog, found: FoundSchema): readonly ForeignTrigger[] {
  const ours = new Set(journalTriggerNames);
  return catalog.tables.flatMap(({ name: table }) =>
    (found.relations.get(table)?.triggers ?? [])
      .filter(({ name, enabled }) => !ours.has(name) && enabled !== 'D')
      .map(({ name }) => ({ table, trigger: name })),
  );
}

/**
 * Writes rows one by one in a transaction that is rolled back, and tells which triggers of others fail at that. Data errors (class 22 and 23) are no fault of a trigger:
 * a run names their row. The name of a trigger comes from the server's catalog of them; of the error only its code is used, and whether it happened inside
 * the trigger's function.
 */
export async function probeTriggers(
  session: PgSession,
  catalog: Catalog,
  request: ProbeRequest,
): Promise<readonly BrokenTrigger[]> {
  const { scope, effects, signal } = request;
  if (effects.length === 0) return [];
  const shape = new PayloadShape(catalog, effects.length);
  try {
    await openTrial(session, request, shape);
    const [, , found] = await session.pipeline(
      [
        { sql: `SET CONSTRAINTS ALL DEFERRED; SET LOCAL lock_timeout = '1s'; SET LOCAL tallybook.broken = '[]'` },
        { sql: probeBlock({ catalog, scope, shape, oneByOne: true }) },
        {
          sql: `SELECT DISTINCT b->>0, b->>1, b->>2 FROM pg_catalog.json_array_elements(pg_catalog.current_setting('tallybook.broken')::json) b ORDER BY 1, 2`,
        },
      ],
      { signal },
    );
    return (found?.rows ?? []).map(([table, trigger, sqlstate]) => ({
      table: table ?? '',
      trigger: trigger ?? '',
      sqlstate: sqlstate ?? '',
    }));
  } catch (error) {
    // Values that cannot be sent, locks, a role that may not write: for whoever asks for more than a probe.
    if (error instanceof AppError && sqlStateOf(error) !== null) return [];
    throw error;
  } finally {
    if (session.transaction !== 'none') await session.query('ROLLBACK');
  }
}

/** For a run that failed for a reason that is not about rows: the trigger that is to blame, as an error; null when there is none. */
export async function blameTrigger(
  session: PgSession,
  catalog: Catalog,
  request: ProbeRequest,
  error: unknown,
): Promise<AppError | null> {
  if (sqlStateOf(error) === null || session.transaction !== 'none') return null;
  const sample = new WriteSample();
  for (const effect of request.effects) sample.offer(effect);
  const [broken] = await probeTriggers(session, catalog, { ...request, effects: sample.rows }).catch(() => []);
  return broken === undefined ? null : new AppError('trigger-broken', { ...broken }, { cause: error });
}

/** Failures that say nothing about a trigger: rights, locks, cancelling, a full or read-only server. */
const notTheirs = `ARRAY['22', '23', '40', '53', '55', '57', '58', '25', '28']`;

function probeBlock(run: RunSql): string {
  const ours = journalTriggerNames.map(quoteLiteral).join(', ');
  const writes = writeStatements(run).map((statement) => {
    const { op, group } = statement;
    const which = `r.tbl = ${quoteLiteral(statement.table)} AND r.op = '${op}'${group === null ? '' : ` AND r.grp = ${group}`}`;
    return `IF ${which} THEN ${statement.sql}; END IF;`;
  });
  const schema = quoteLiteral(run.catalog.schema);
  const theirs = `FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = ${schema} AND c.relname = r.tbl AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgname <> ALL (ARRAY[${ours}])
            AND t.tgtype::int4 & CASE r.op WHEN 'add' THEN 4 WHEN 'delete' THEN 8 ELSE 16 END <> 0`;
  return `DO $probe$
DECLARE r record; late record; failed text; place text; names text;
BEGIN
  FOR r IN SELECT ord, tbl, op, grp FROM ${effectTable} ORDER BY ord LOOP
    BEGIN
      PERFORM pg_catalog.set_config('tallybook.ord', r.ord::text, true);
      ${writes.join('\n      ')}
      FOR late IN SELECT n.nspname, t.tgname ${theirs} AND t.tgdeferrable LOOP
        EXECUTE pg_catalog.format('SET CONSTRAINTS %I.%I IMMEDIATE', late.nspname, late.tgname);
        EXECUTE pg_catalog.format('SET CONSTRAINTS %I.%I DEFERRED', late.nspname, late.tgname);
      END LOOP;
    EXCEPTION WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS failed = RETURNED_SQLSTATE, place = PG_EXCEPTION_CONTEXT;
      IF pg_catalog.left(failed, 2) <> ALL (${notTheirs}) AND failed <> '42501' THEN
        SELECT coalesce(pg_catalog.string_agg(t.tgname, ', ' ORDER BY t.tgname) FILTER (WHERE pg_catalog.strpos(place, t.tgfoid::pg_catalog.regprocedure::text) > 0),
            pg_catalog.string_agg(t.tgname, ', ' ORDER BY t.tgname)) INTO names ${theirs};
        IF names IS NOT NULL THEN
          PERFORM pg_catalog.set_config('tallybook.broken',
            (pg_catalog.current_setting('tallybook.broken')::jsonb || pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_array(r.tbl, names, failed)))::text, true);
        END IF;
      END IF;
    END;
  END LOOP;
END $probe$`;
}

/** A row to add, change and delete again on every table given, for a probe without a plan: of no class, plain in every column. */
export function plainEffects(catalog: Catalog, tables: ReadonlySet<string>): readonly TimedEffect[] {
  return catalog.tables
    .filter(({ name }) => tables.has(name))
    .flatMap((table) => {
      const row = plainRow(table, 1);
      const changed = { ...plainRow(table, 2), ...Object.fromEntries(table.key.map((key) => [key, row[key] ?? null])) };
      return [
        effectOf(table, null, row),
        ...(contentColumns(table).some(({ name }) => !table.key.includes(name)) ? [effectOf(table, row, changed)] : []),
        effectOf(table, changed, null),
      ];
    });
}

function effectOf(table: CatalogTable, server: Row | null, result: Row | null): TimedEffect {
  const key = table.key.map((name) => (server ?? result)?.[name] ?? '');
  return {
    table: table.name,
    pk: JSON.stringify(key),
    up: true,
    down: false,
    trees: { base: server, local: result, server },
    result,
    serverVer: null,
    editedFrom: null,
    editedTo: null,
  };
}

function plainRow(table: CatalogTable, number: number): Row {
  return Object.fromEntries(contentColumns(table).map((column) => [column.name, plainCell(column, number)]));
}

/** Something plain of each type. Of the types that are not here nothing is known that every column takes: NULL, and the row may be refused. */
const plainTexts: Partial<Record<ColumnType, (number: number) => string>> = {
  uuid: (number) => `00000000-0000-7000-8000-00000000000${number}`,
  text: (number) => `probe ${number}`,
  varchar: String,
  char: String,
  int2: String,
  int4: String,
  int8: String,
  numeric: String,
  float4: String,
  float8: String,
  bool: (number) => (number % 2 === 0 ? 'true' : 'false'),
  timestamptz: (number) => `2000-01-01T00:00:0${number}.000Z`,
  timestamp: (number) => `2000-01-01 00:00:0${number}`,
  date: (number) => `2000-01-0${number}`,
  time: (number) => `00:00:0${number}`,
  json: String,
  jsonb: String,
  bytea: (number) => `\\x0${number}`,
};

function plainCell(column: CatalogColumn, number: number): Cell {
  if (column.type.endsWith('[]')) return '{}';
  return plainTexts[column.type]?.(Math.max(number, column.limits?.min ?? number)) ?? null;
}

/** Tables of foreign triggers by name, as one text for people: `student (audit), score_event (notify)`. */
export function triggerList(triggers: readonly ForeignTrigger[]): string {
  return [...Map.groupBy(triggers, ({ table }) => table)]
    .map(([table, of]) => `${table} (${of.map(({ trigger }) => trigger).join(', ')})`)
    .join(', ')
    .slice(0, 500);
}

/** The tables that have triggers of others. */
export function tablesOf(triggers: readonly ForeignTrigger[]): ReadonlySet<string> {
  return new Set(triggers.map(({ table }) => table));
}
