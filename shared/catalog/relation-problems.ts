import type { Catalog, CatalogColumn, CatalogForeignKey, CatalogTable, CatalogUnique, ColumnType } from './catalog.ts';
import { catalogProblem, type CatalogProblem } from './catalog-problem.ts';
import { isIdentifier } from './identifier.ts';
import { isWithinLimits } from './limits.ts';
import { isArrayType, isCanonical } from './value.ts';

/** Types whose equality is not that of a unique index, or which none can be made of. */
const notUnique: ReadonlySet<ColumnType> = new Set(['json', 'jsonb', 'interval', 'float4', 'float8', 'bytea']);

/** Types with values enough that one of them can stand in for another while two rows exchange theirs. */
const movable: ReadonlySet<ColumnType> = new Set([
  'text',
  'uuid',
  'int4',
  'int8',
  'numeric',
  'date',
  'timestamp',
  'timestamptz',
]);

/** What is wrong with what a table says about its columns together, and about other tables. */
export function relationProblems(catalog: Catalog, table: CatalogTable): readonly CatalogProblem[] {
  return [
    ...unknownColumns(table),
    ...kindProblems(table),
    ...deletionProblems(table),
    ...table.foreignKeys.flatMap((key) => referenceProblems(catalog, table, key)),
    ...table.unique.flatMap((unique) => uniqueProblems(table, unique)),
    ...groupProblems(table),
    ...timestampProblems(table),
    ...voidProblems(catalog, table),
  ];
}

function columnIn(table: CatalogTable, name: string): CatalogColumn | undefined {
  return table.columns.find((column) => column.name === name);
}

/** Every column named anywhere has to be there and to travel. */
function unknownColumns(table: CatalogTable): readonly CatalogProblem[] {
  const named = [
    ...table.foreignKeys.flatMap((key) => key.columns),
    ...table.unique.flatMap((unique) => [...unique.columns, ...unique.where.map(({ column }) => column)]),
    ...table.naturalKeys.flat(),
    ...table.atomicGroups.flat(),
    ...(table.softDelete === null ? [] : [table.softDelete]),
    ...table.deletionDetails,
    ...table.label,
  ];
  return [...new Set(named)].flatMap((name) => {
    const column = columnIn(table, name);
    if (column === undefined) return [catalogProblem('column-unknown', { table: table.name, column: name })];
    return column.class === 'content' ? [] : [catalogProblem('not-content', { table: table.name, column: name })];
  });
}

function kindProblems(table: CatalogTable): readonly CatalogProblem[] {
  const onlyKeys = table.columns.every(({ name, class: kind }) => kind !== 'content' || table.key.includes(name));
  const wrong =
    (table.kind === 'set' && !onlyKeys) ||
    ((table.kind === 'set' || table.kind === 'append-only') && table.softDelete !== null);
  return wrong ? [catalogProblem('kind', { table: table.name, detail: table.kind })] : [];
}

function deletionProblems(table: CatalogTable): readonly CatalogProblem[] {
  const at = (column: string) => catalogProblem('soft-delete', { table: table.name, column });
  if (table.softDelete === null) return table.deletionDetails.map(at);
  const column = columnIn(table, table.softDelete);
  const fits = column === undefined || (column.type === 'timestamptz' && column.nullable);
  const details = table.deletionDetails.filter((name) => columnIn(table, name)?.nullable === false);
  return [...(fits && !table.key.includes(table.softDelete) ? [] : [at(table.softDelete)]), ...details.map(at)];
}

function referenceProblems(catalog: Catalog, table: CatalogTable, key: CatalogForeignKey): readonly CatalogProblem[] {
  const at = { table: table.name, column: key.columns.join(', '), detail: key.references };
  const parent = catalog.tables.find(({ name }) => name === key.references);
  if (parent === undefined) return [catalogProblem('table-unknown', at)];
  const local = (kind: CatalogTable['kind']): boolean => kind === 'local' || kind === 'derived';
  if (local(parent.kind) && !local(table.kind)) return [catalogProblem('table-unknown', at)];
  if (key.columns.length !== parent.key.length) return [catalogProblem('reference-columns', at)];
  const sameTypes = key.columns.every((name, place) => {
    const column = columnIn(table, name);
    const target = columnIn(parent, parent.key[place] ?? '');
    return (
      column === undefined || target === undefined || (column.type === target.type && column.length === target.length)
    );
  });
  const canBeNull = key.columns.every((name) => columnIn(table, name)?.nullable === true);
  const staysAnyway = table.kind === 'append-only' || table.softDelete !== null;
  const action =
    !key.soft && ((key.onDelete === 'set-null' && !canBeNull) || (key.onDelete === 'cascade' && staysAnyway));
  return [
    ...(sameTypes ? [] : [catalogProblem('reference-type', at)]),
    ...(action ? [catalogProblem('reference-action', { ...at, detail: key.onDelete })] : []),
  ];
}

function uniqueProblems(table: CatalogTable, unique: CatalogUnique): readonly CatalogProblem[] {
  const at = { table: table.name, column: unique.columns.join(', ') };
  const columns = unique.columns.flatMap((name) => columnIn(table, name) ?? []);
  const wrong = columns.filter(({ type }) => notUnique.has(type) || isArrayType(type));
  const canMove = columns.some(
    ({ nullable, type, name }) => !table.key.includes(name) && (nullable || movable.has(type)),
  );
  return [
    ...wrong.map(({ name, type }) => catalogProblem('unique-type', { table: table.name, column: name, detail: type })),
    ...(canMove || columns.length === 0 ? [] : [catalogProblem('unique-not-movable', at)]),
    ...(unique.amongLive && table.softDelete === null ? [catalogProblem('soft-delete', at)] : []),
    ...unique.where.flatMap((condition) => {
      const column = columnIn(table, condition.column);
      if (column === undefined || condition.kind === 'null') return [];
      const sound = isCanonical(column.type, condition.value) && isWithinLimits(column, condition.value);
      if (sound && !notUnique.has(column.type) && !isArrayType(column.type)) return [];
      return [catalogProblem('condition-value', { table: table.name, column: column.name, detail: condition.value })];
    }),
  ];
}

function groupProblems(table: CatalogTable): readonly CatalogProblem[] {
  const seen = new Set<string>();
  return table.atomicGroups.flat().flatMap((column) => {
    const wrong = seen.has(column) || table.key.includes(column);
    seen.add(column);
    return wrong ? [catalogProblem('group', { table: table.name, column })] : [];
  });
}

function timestampProblems(table: CatalogTable): readonly CatalogProblem[] {
  const { column: name, maintainedBy } = table.timestamp;
  const column = columnIn(table, name);
  const sound =
    maintainedBy === 'server' ? isIdentifier(name) : column?.type === 'timestamptz' && column.class === 'content';
  return sound ? [] : [catalogProblem('timestamp', { table: table.name, column: name })];
}

/** What takes a row back has to be a row somebody can add: with a random id, naming the one it is about. */
function voidProblems(catalog: Catalog, table: CatalogTable): readonly CatalogProblem[] {
  const { voidedBy } = table;
  if (voidedBy === undefined) return [];
  const taker = catalog.tables.find(({ name }) => name === voidedBy.table);
  const named = [voidedBy.column, voidedBy.at, ...(voidedBy.device === null ? [] : [voidedBy.device])];
  const sound =
    taker !== undefined &&
    table.kind === 'append-only' &&
    taker.kind === 'append-only' &&
    taker.key.length === 1 &&
    columnIn(taker, taker.key[0] ?? '')?.type === 'uuid' &&
    columnIn(taker, voidedBy.at)?.type === 'timestamptz' &&
    named.every((name) => columnIn(taker, name)?.class === 'content');
  return sound ? [] : [catalogProblem('role', { table: table.name, detail: voidedBy.table })];
}
