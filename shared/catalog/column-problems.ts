import type { CatalogColumn, CatalogTable } from './catalog.ts';
import { catalogProblem, type CatalogProblem } from './catalog-problem.ts';
import { isIdentifier, utf8Length } from './identifier.ts';
import { keyTypes } from './key.ts';
import { integerTypes } from './limits.ts';
import { reservedColumnNames } from './reserved-names.ts';
import { isPlainText } from './value.ts';

/** What is wrong with the columns of a table, each by itself, and with its key. */
export function columnProblems(table: CatalogTable, scopeColumn: string): readonly CatalogProblem[] {
  const taken = new Set([scopeColumn.toLowerCase()]);
  if (table.timestamp.maintainedBy === 'server') taken.add(table.timestamp.column.toLowerCase());
  const names = table.columns.flatMap((column) => {
    const at = { table: table.name, column: column.name };
    const name = column.name.toLowerCase();
    const twice = taken.has(name);
    taken.add(name);
    return [
      ...(isIdentifier(column.name) ? [] : [catalogProblem('identifier', at)]),
      ...(reservedColumnNames.has(name) ? [catalogProblem('name-reserved', at)] : []),
      ...(twice ? [catalogProblem('name-taken', at)] : []),
    ];
  });
  return [...names, ...table.columns.flatMap((column) => detailProblems(table, column)), ...keyProblems(table)];
}

function detailProblems(table: CatalogTable, column: CatalogColumn): readonly CatalogProblem[] {
  const at = { table: table.name, column: column.name };
  const ofCharacters = column.type === 'char' || column.type === 'varchar';
  const wrong = [
    (column.length !== undefined) !== ofCharacters,
    column.digits !== undefined && (column.type !== 'numeric' || column.digits.scale > column.digits.precision),
    (column.enum !== undefined) !== (column.type === 'enum'),
    column.enum !== undefined && !isWordList(column.enum.labels),
  ];
  return [
    ...(wrong.includes(true) ? [catalogProblem('type-detail', { ...at, detail: column.type })] : []),
    ...(areLimitsSound(column) ? [] : [catalogProblem('limits', at)]),
    ...((column.policy === 'counter' || column.policy === 'max') && !integerTypes.has(column.type)
      ? [catalogProblem('policy-type', { ...at, detail: column.policy })]
      : []),
    ...(column.class === 'content' || column.nullable ? [] : [catalogProblem('must-be-nullable', at)]),
  ];
}

function isWordList(labels: readonly string[]): boolean {
  return (
    new Set(labels).size === labels.length && labels.every((label) => isPlainText(label) && utf8Length(label) <= 63)
  );
}

function areLimitsSound({ type, limits = {} }: CatalogColumn): boolean {
  const { min, max, maxBytes, maxChars } = limits;
  if (maxBytes !== undefined && type !== 'bytea') return false;
  if (maxChars !== undefined && type !== 'text') return false;
  const bounds = [min, max].filter((bound) => bound !== undefined);
  if (bounds.length === 0) return true;
  const whole = integerTypes.has(type);
  if (!whole && type !== 'numeric' && type !== 'float4' && type !== 'float8') return false;
  if (bounds.some((bound) => !Number.isFinite(bound) || (whole && !Number.isSafeInteger(bound)))) return false;
  return min === undefined || max === undefined || min <= max;
}

function keyProblems(table: CatalogTable): readonly CatalogProblem[] {
  const problems: CatalogProblem[] = [];
  if (table.key.length === 0) problems.push(catalogProblem('key-empty', { table: table.name }));
  for (const [place, name] of table.key.entries()) {
    const at = { table: table.name, column: name };
    const column = table.columns.find((candidate) => candidate.name === name);
    if (table.key.indexOf(name) !== place) problems.push(catalogProblem('name-taken', at));
    if (column === undefined) problems.push(catalogProblem('column-unknown', at));
    else {
      if (column.nullable) problems.push(catalogProblem('key-nullable', at));
      if (column.class !== 'content') problems.push(catalogProblem('not-content', at));
      if (!keyTypes.has(column.type)) problems.push(catalogProblem('key-type', { ...at, detail: column.type }));
    }
  }
  const [only] = table.key;
  const type = table.columns.find((column) => column.name === only)?.type;
  if (table.keyAllocation === 'server-sequence' && (table.key.length !== 1 || !integerTypes.has(type ?? 'text')))
    problems.push(catalogProblem('key-sequence', { table: table.name }));
  return problems;
}
