import { AppError } from '../errors.ts';
import type { Catalog, CatalogCheck, CatalogTable } from './catalog.ts';
import { catalogProblem, type CatalogProblem } from './catalog-problem.ts';
import { catalogShape } from './catalog-shape.ts';
import { columnProblems } from './column-problems.ts';
import { isIdentifier } from './identifier.ts';
import { relationProblems } from './relation-problems.ts';
import { reservedPrefixes, reservedTableNames } from './reserved-names.ts';

/** What reading a catalog came to: the catalog, or everything that is wrong with it. */
export type CatalogReading =
  | { readonly kind: 'catalog'; readonly catalog: Catalog }
  | { readonly kind: 'invalid'; readonly problems: readonly [CatalogProblem, ...CatalogProblem[]] };

/** Problems named at most: one hostile catalog must not make a list without end. */
const mostProblems = 100;

/** Reads a catalog from parsed JSON. Its tables come back with parents before children, in their own order otherwise. */
export function readCatalog(json: unknown): CatalogReading {
  const shaped = catalogShape.safeParse(json);
  if (!shaped.success)
    return invalid(
      shaped.error.issues.map((issue) => catalogProblem('shape', { detail: issue.path.map(String).join('.') || '/' })),
    );
  const given: Catalog = {
    ...shaped.data,
    tables: shaped.data.tables.map((table) => ({
      ...table,
      label: table.label.length === 0 ? table.key : table.label,
    })),
  };
  const problems = [
    ...nameProblems(given),
    ...given.tables.flatMap((table) => [
      ...columnProblems(table, given.scopeColumn),
      ...relationProblems(given, table),
    ]),
    ...enumProblems(given),
    ...given.checks.flatMap((check) => checkProblems(given, check)),
    ...roleProblems(given),
  ];
  if (problems.length > 0) return invalid(problems);
  const tables = parentsFirst(given.tables);
  if (!Array.isArray(tables)) return invalid([catalogProblem('cycle', { table: tables.cycle })]);
  return { kind: 'catalog', catalog: { ...given, tables } };
}

/** Reads a catalog; `catalog-invalid` names the first thing that is wrong, with its table and column, and how many there are. */
export function parseCatalog(json: unknown): Catalog {
  const reading = readCatalog(json);
  if (reading.kind === 'catalog') return reading.catalog;
  const [{ reason, table, column, detail }] = reading.problems;
  throw new AppError('catalog-invalid', { reason, table, column, detail, problems: reading.problems.length });
}

function invalid(problems: readonly CatalogProblem[]): CatalogReading {
  const [first = catalogProblem('shape'), ...others] = problems.slice(0, mostProblems);
  return { kind: 'invalid', problems: [first, ...others] };
}

function nameProblems(catalog: Catalog): readonly CatalogProblem[] {
  const isOurs = (name: string): boolean => reservedPrefixes.some((prefix) => name.toLowerCase().startsWith(prefix));
  const own = [catalog.id, catalog.schema, catalog.scopeColumn];
  const problems = own.filter((name) => !isIdentifier(name)).map((detail) => catalogProblem('identifier', { detail }));
  const schema = catalog.schema.toLowerCase();
  if (isOurs(schema) || schema === 'public' || schema === 'information_schema')
    problems.push(catalogProblem('name-reserved', { detail: catalog.schema }));
  const taken = new Set<string>();
  for (const { name } of catalog.tables) {
    const folded = name.toLowerCase();
    if (!isIdentifier(name)) problems.push(catalogProblem('identifier', { table: name }));
    if (isOurs(name) || reservedTableNames.has(folded)) problems.push(catalogProblem('name-reserved', { table: name }));
    // SQLite holds "Name" and "name" for one table.
    if (taken.has(folded)) problems.push(catalogProblem('name-taken', { table: name }));
    taken.add(folded);
  }
  return problems;
}

/** A type made twice must be the same twice, and its name is taken from the same list as those of the tables. */
function enumProblems(catalog: Catalog): readonly CatalogProblem[] {
  const tables = new Set([...reservedTableNames, ...catalog.tables.map(({ name }) => name.toLowerCase())]);
  const labelsOf = new Map<string, string>();
  return catalog.tables.flatMap((table) =>
    table.columns.flatMap((column) => {
      if (column.enum === undefined) return [];
      const { name } = column.enum;
      const at = { table: table.name, column: column.name, detail: name };
      if (!isIdentifier(name)) return [catalogProblem('identifier', at)];
      const labels = JSON.stringify(column.enum.labels);
      const other = labelsOf.get(name) ?? labels;
      labelsOf.set(name, labels);
      return tables.has(name.toLowerCase()) || other !== labels ? [catalogProblem('name-taken', at)] : [];
    }),
  );
}

/** The statement is run on the class file only, and only ever reads: SQLite is asked before it runs. This keeps out what is no single SELECT at all. */
function checkProblems(catalog: Catalog, check: CatalogCheck): readonly CatalogProblem[] {
  const known = new Set(catalog.tables.map(({ name }) => name));
  const unknown = [check.table, ...check.reads].filter((name) => !known.has(name));
  const twice = catalog.checks.filter(({ name }) => name === check.name).length > 1;
  const readsOnly =
    /^\s*(?:select|with)\s/i.test(check.sql) && !/[;\0]|\b(?:attach|pragma|load_extension)\b/i.test(check.sql);
  return [
    ...unknown.map((name) => catalogProblem('table-unknown', { table: name, detail: check.name })),
    ...(twice ? [catalogProblem('name-taken', { detail: check.name })] : []),
    ...(readsOnly ? [] : [catalogProblem('check-sql', { detail: check.name })]),
  ];
}

/** What the engine does with a table of meaning, the table has to be able to hold. */
function roleProblems(catalog: Catalog): readonly CatalogProblem[] {
  const { alias, erasure, members } = catalog.roles;
  const table = (name: string | null): CatalogTable | undefined => catalog.tables.find((entry) => entry.name === name);
  const problems = [alias, erasure, members].flatMap((name) =>
    name === null || table(name) !== undefined ? [] : [catalogProblem('role', { table: name })],
  );
  const columns = new Set(table(alias)?.columns.map(({ name }) => name));
  const complete = ['tbl', 'old_id', 'new_id'].every((name) => columns.has(name));
  if (table(alias) !== undefined && !complete) problems.push(catalogProblem('role', { table: alias ?? '' }));
  return problems;
}

/** The tables with every parent before its children, otherwise as they were; or a table that can only be before itself. */
function parentsFirst(tables: readonly CatalogTable[]): CatalogTable[] | { readonly cycle: string } {
  const sorted: CatalogTable[] = [];
  const placed = new Set<string>();
  let waiting = tables;
  while (waiting.length > 0) {
    const ready = waiting.find((table) => table.foreignKeys.every((key) => key.soft || placed.has(key.references)));
    if (ready === undefined) return { cycle: waiting[0]?.name ?? '' };
    sorted.push(ready);
    placed.add(ready.name);
    waiting = waiting.filter((table) => table !== ready);
  }
  return sorted;
}
