import { contentColumns } from '../../shared/catalog/catalog.ts';
import type { Catalog, CatalogColumn, CatalogTable, ColumnType } from '../../shared/catalog/catalog.ts';
import { AppError } from '../../shared/errors.ts';
import type { Cell, Row } from '../../shared/sync/plan.ts';
import { sqlStateOf } from './error-mapping.ts';
import type { FoundSchema } from './introspect.ts';
import { journalTriggerNames } from './journal-sql.ts';
import type { PgSession } from './pg-session.ts';
import { tryRows } from './try-rows.ts';
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

/** The triggers of others that fail when some rows are written. Data errors (class 22 and 23) are no fault of a trigger: they are about a row. */
export async function probeTriggers(
  session: PgSession,
  catalog: Catalog,
  request: ProbeRequest,
): Promise<readonly BrokenTrigger[]> {
  return (await tryRows(session, catalog, [], request)).broken;
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
