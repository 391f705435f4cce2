import type { Catalog, CatalogTable } from './catalog.ts';
import type { FoundTable, FoundTables } from './found-tables.ts';
import { isIdentifier } from './identifier.ts';
import { inferChecks } from './infer-checks.ts';
import { inferColumns, type InferredColumns } from './infer-columns.ts';
import { inferKind } from './infer-kind.ts';
import { breakCircles, inferReferences, inferUnique } from './infer-relations.ts';
import { guessed, leftOut, type InferenceNote } from './inference-note.ts';
import { readCatalog } from './parse-catalog.ts';
import { reservedPrefixes, reservedTableNames } from './reserved-names.ts';

/** A draft of a catalog with what there is to know about it; null where no table could be taken over. */
export interface Inference {
  readonly catalog: Catalog | null;
  readonly notes: readonly InferenceNote[];
}

/** Most tables of a catalog. */
const mostTables = 300;

/**
 * Makes a draft of a catalog from what a server's schema holds. Whatever comes out passes `readCatalog`; what does not fit a catalog is left out by name. Every guess
 * has a note: kinds, deletion, who keeps the time of a change. Where nothing speaks for more, a table is an `entity` and a column asks: that loses nothing.
 */
export function inferCatalog(found: FoundTables): Inference {
  const notes: InferenceNote[] = [];
  const tables = usableTables(found, notes);
  const scopeColumn = inferScope(found, tables, notes);
  const schema = inferSchema(found.schema, notes);
  const inferred = tables.flatMap((table) => {
    const columns = inferColumns(table, found.schema, scopeColumn, notes);
    return columns === null ? [] : [{ found: table, table: bareTable(table, columns, notes) }];
  });
  const bare: Catalog = {
    id: isIdentifier(found.schema) ? found.schema : 'inferred',
    version: 1,
    schema,
    scopeColumn,
    tables: inferred.map(({ table }) => table),
    checks: [],
    roles: { alias: null, erasure: null, members: null },
  };
  const context = { found, catalog: bare, notes };
  const related = inferred.map(({ found: origin, table }) => ({
    origin,
    table: {
      ...table,
      foreignKeys: inferReferences(context, table, origin),
      unique: inferUnique(context, table, origin),
    },
  }));
  const names = new Set<string>();
  const checked = related.map(({ origin, table }) => inferChecks(table, origin, names, notes));
  return pruned(
    {
      ...bare,
      tables: breakCircles(
        checked.map(({ table }) => table),
        notes,
      ),
      checks: checked.flatMap(({ checks }) => checks),
    },
    notes,
  );
}

function bareTable(found: FoundTable, inferred: InferredColumns, notes: InferenceNote[]): CatalogTable {
  const { key, sequence } = inferred;
  const { kind, softDelete, deletionDetails, timestamp, columns, label } = inferKind(found, inferred, notes);
  for (const detail of found.exclusions) notes.push(leftOut('exclusion-left-out', { table: found.name, detail }));
  for (const detail of timestamp.maintainedBy === 'server' ? [] : found.rowTriggers)
    notes.push(leftOut('trigger-changes-rows', { table: found.name, detail }));
  return {
    name: found.name,
    kind,
    key,
    keyAllocation: sequence ? 'server-sequence' : 'client',
    columns,
    foreignKeys: [],
    unique: [],
    naturalKeys: [],
    atomicGroups: [],
    softDelete,
    deletionDetails,
    timestamp,
    label: label.length === 0 ? key : label,
  };
}

/** The tables that could sync at all. */
function usableTables(found: FoundTables, notes: InferenceNote[]): readonly FoundTable[] {
  const managed = isManaged(found);
  const taken = new Set<string>();
  const usable: FoundTable[] = [];
  for (const table of found.tables) {
    const folded = table.name.toLowerCase();
    const at = { table: table.name };
    const reserved = reservedTableNames.has(folded) || reservedPrefixes.some((prefix) => folded.startsWith(prefix));
    // Tables of the bookkeeping in a schema of ours are no find.
    if (reserved && managed) continue;
    if (table.kind === 'p') notes.push(leftOut('partitioned', at));
    else if (table.kind !== 'r') notes.push(leftOut('not-a-table', at));
    else if (table.inherits) notes.push(leftOut('inherits', at));
    else if (reserved) notes.push(leftOut('name-reserved', at));
    else if (!isIdentifier(table.name)) notes.push(leftOut('name-unusable', at));
    else if (taken.has(folded)) notes.push(leftOut('name-taken', at));
    else if (usable.length >= mostTables) notes.push(leftOut('too-many', at));
    else usable.push(table);
    taken.add(folded);
  }
  return usable;
}

/** Whether the schema was made by this app. */
function isManaged({ tables }: FoundTables): boolean {
  const names = new Set(tables.map(({ name }) => name));
  return ['meta', 'class', 'row_state', 'gc_horizon'].every((name) => names.has(name));
}

/** The column every key starts with, where several classes share the tables; else the name of one that is free. */
function inferScope(found: FoundTables, tables: readonly FoundTable[], notes: InferenceNote[]): string {
  const keyed = tables.filter(({ key }) => key.length > 0);
  const first = keyed[0]?.key[0];
  const shared =
    first !== undefined &&
    isIdentifier(first) &&
    (keyed.length > 1 || isManaged(found)) &&
    keyed.every(
      ({ key, columns }) =>
        key[0] === first && key.length > 1 && columns.some(({ name, type }) => name === first && type === 'uuid'),
    );
  if (shared) {
    notes.push(guessed('scope-column', { column: first }));
    return first;
  }
  const taken = new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name.toLowerCase())));
  const free = ['class_id', 'scope_id', 'tenant_id', 'synced_scope_id'].find((name) => !taken.has(name));
  const column = free ?? 'synced_scope_of_the_row';
  notes.push(guessed('scope-added', { column }));
  return column;
}

/** The schema the managed tables stand in: the one read, unless nobody may put such tables there. */
function inferSchema(schema: string, notes: InferenceNote[]): string {
  const folded = schema.toLowerCase();
  const free =
    isIdentifier(schema) &&
    folded !== 'public' &&
    folded !== 'information_schema' &&
    !reservedPrefixes.some((prefix) => folded.startsWith(prefix));
  if (free) return schema;
  notes.push(guessed('schema-renamed', { detail: 'synced' }));
  return 'synced';
}

/** The draft without what its own check still refuses. Every round leaves something out, so it ends. */
function pruned(draft: Catalog, notes: InferenceNote[]): Inference {
  let left = draft;
  while (left.tables.length > 0) {
    const reading = readCatalog(left);
    if (reading.kind === 'catalog') return { catalog: reading.catalog, notes };
    const [{ reason, table, column, detail }] = reading.problems;
    notes.push(
      leftOut('refused', {
        ...(table === null ? {} : { table }),
        ...(column === null ? {} : { column }),
        detail: detail === null ? reason : `${reason}: ${detail}`,
      }),
    );
    left = without(left, table, detail);
  }
  return { catalog: null, notes };
}

function without(draft: Catalog, table: string | null, check: string | null): Catalog {
  const checks = draft.checks.filter(({ name }) => name !== check);
  if (table === null && checks.length < draft.checks.length) return { ...draft, checks };
  // What is about no table in particular is settled by leaving out the last one: it cannot go on for ever.
  const name = table ?? draft.tables.at(-1)?.name;
  const stays = (other: string): boolean => other !== name;
  const tables = draft.tables
    .filter((other) => stays(other.name))
    .map((other) => ({ ...other, foreignKeys: other.foreignKeys.filter(({ references }) => stays(references)) }));
  return {
    ...draft,
    tables: tables.length < draft.tables.length ? tables : tables.slice(0, -1),
    checks: checks.filter((entry) => entry.reads.every(stays)),
  };
}
