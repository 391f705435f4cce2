import type { CatalogColumn, ColumnCondition, ColumnLimits, ColumnType } from './catalog.ts';
import { quoteIdentifier } from './identifier.ts';
import { integerTypes, isWithinLimits } from './limits.ts';
import { readSqlExpression, type SqlExpression } from './sql-expression.ts';
import { canonicalValue } from './value.ts';

/** The columns of a table by name. */
export type ColumnsByName = ReadonlyMap<string, CatalogColumn>;

const numbers: ReadonlySet<ColumnType> = new Set([...integerTypes, 'numeric', 'float4', 'float8']);
const texts: ReadonlySet<ColumnType> = new Set(['text', 'varchar', 'enum']);

/** The predicate of a unique index as conditions that must all hold; null where it says anything else. */
export function inferConditions(predicate: string | null, columns: ColumnsByName): readonly ColumnCondition[] | null {
  if (predicate === null) return [];
  const read = readSqlExpression(predicate);
  if (read === null) return null;
  const found = termsOf(read).map((term) => conditionOf(term, columns));
  return found.some((condition) => condition === null) ? null : found.flatMap((condition) => condition ?? []);
}

function termsOf(expression: SqlExpression): readonly SqlExpression[] {
  return expression.kind === 'all' ? expression.terms.flatMap(termsOf) : [expression];
}

function conditionOf(term: SqlExpression, columns: ColumnsByName): ColumnCondition | null {
  switch (term.kind) {
    case 'null':
      return !term.negated && term.term.kind === 'column' && columns.has(term.term.name)
        ? { kind: 'null', column: term.term.name }
        : null;
    case 'column':
      return isTruth(term, columns) ? { kind: 'equals', column: term.name, value: 'true' } : null;
    case 'not':
      return isTruth(term.term, columns) ? { kind: 'equals', column: term.term.name, value: 'false' } : null;
    case 'compare':
      return term.operator === '=' ? equality(term.left, term.right, columns) : null;
    case 'text':
    case 'number':
    case 'truth':
    case 'all':
    case 'any':
    case 'among':
    case 'call':
      return null;
  }
}

function isTruth(term: SqlExpression, columns: ColumnsByName): term is Extract<SqlExpression, { kind: 'column' }> {
  return term.kind === 'column' && columns.get(term.name)?.type === 'bool';
}

function equality(left: SqlExpression, right: SqlExpression, columns: ColumnsByName): ColumnCondition | null {
  const column = left.kind === 'column' ? columns.get(left.name) : undefined;
  if (column === undefined || (right.kind !== 'text' && right.kind !== 'number')) return null;
  try {
    const value = canonicalValue(column.type, right.value);
    return isWithinLimits(column, value) ? { kind: 'equals', column: column.name, value } : null;
  } catch {
    return null;
  }
}

/** The bounds a check sets to one column, or null where it is about more than that. */
export function inferLimits(
  expression: string,
  columns: ColumnsByName,
): { readonly column: string; readonly limits: ColumnLimits } | null {
  const read = readSqlExpression(expression);
  if (read === null) return null;
  const found = termsOf(read).map((term) => boundOf(term, columns));
  const column = found[0]?.column;
  if (column === undefined || found.some((bound) => bound?.column !== column)) return null;
  const limits: { min?: number; max?: number; maxBytes?: number } = {};
  for (const bound of found) {
    if (bound === null || limits[bound.side] !== undefined) return null;
    limits[bound.side] = bound.value;
  }
  return { column, limits };
}

interface Bound {
  readonly column: string;
  readonly side: 'min' | 'max' | 'maxBytes';
  readonly value: number;
}

function boundOf(term: SqlExpression, columns: ColumnsByName): Bound | null {
  if (term.kind !== 'compare' || (term.right.kind !== 'number' && term.right.kind !== 'text')) return null;
  const value = /^-?\d{1,15}(?:\.\d{1,12})?$/.test(term.right.value) ? Number(term.right.value) : Number.NaN;
  if (!Number.isFinite(value)) return null;
  const { left, operator } = term;
  if (left.kind === 'call') {
    const sized = left.name === 'octet_length' && left.argument.kind === 'column' ? left.argument.name : '';
    const sound = operator === '<=' && columns.get(sized)?.type === 'bytea' && Number.isSafeInteger(value) && value > 0;
    return sound ? { column: sized, side: 'maxBytes', value } : null;
  }
  const column = left.kind === 'column' ? columns.get(left.name) : undefined;
  if (column === undefined || !numbers.has(column.type)) return null;
  const whole = integerTypes.has(column.type);
  if (whole && !Number.isSafeInteger(value)) return null;
  if (operator === '>=') return { column: column.name, side: 'min', value };
  if (operator === '<=') return { column: column.name, side: 'max', value };
  if (whole && operator === '>') return { column: column.name, side: 'min', value: value + 1 };
  if (whole && operator === '<') return { column: column.name, side: 'max', value: value - 1 };
  return null;
}

/**
 * A check as a condition of SQLite over the rows here, or null where the two would not mean the same. Only what both judge alike: whole numbers, texts for
 * equality, NULL, and how many characters there are.
 */
export function inferCondition(expression: string, columns: ColumnsByName): string | null {
  const read = readSqlExpression(expression);
  return read === null ? null : conditionSql(read, columns);
}

function conditionSql(expression: SqlExpression, columns: ColumnsByName): string | null {
  switch (expression.kind) {
    case 'all':
    case 'any': {
      const terms = expression.terms.map((term) => conditionSql(term, columns));
      return terms.includes(null) ? null : `(${terms.join(expression.kind === 'all' ? ' AND ' : ' OR ')})`;
    }
    case 'not': {
      const term = conditionSql(expression.term, columns);
      return term === null ? null : `(NOT ${term})`;
    }
    case 'null': {
      const column = expression.term.kind === 'column' ? columns.get(expression.term.name) : undefined;
      return column === undefined
        ? null
        : `(${quoteIdentifier(column.name)} IS ${expression.negated ? 'NOT ' : ''}NULL)`;
    }
    case 'compare':
      return comparisonSql(expression, columns);
    case 'among': {
      const type = typeOf(expression.term, columns);
      const values = expression.values.map((value) => operandSql(value, type, columns));
      const term = operandSql(expression.term, type, columns);
      return type === null || term === null || values.includes(null) || values.length === 0
        ? null
        : `(${term} IN (${values.join(', ')}))`;
    }
    case 'column':
    case 'text':
    case 'number':
    case 'truth':
    case 'call':
      return null;
  }
}

type Judged = 'number' | 'text';

function comparisonSql(
  { left, right, operator }: Extract<SqlExpression, { kind: 'compare' }>,
  columns: ColumnsByName,
): string | null {
  const type = typeOf(left, columns) ?? typeOf(right, columns);
  // Which of two texts comes first is a matter of collations.
  if (type === null || (type === 'text' && operator !== '=' && operator !== '<>')) return null;
  const [a, b] = [operandSql(left, type, columns), operandSql(right, type, columns)];
  return a === null || b === null ? null : `(${a} ${operator} ${b})`;
}

function typeOf(term: SqlExpression, columns: ColumnsByName): Judged | null {
  if (term.kind === 'call') return isLength(term, columns) ? 'number' : null;
  const type = term.kind === 'column' ? columns.get(term.name)?.type : undefined;
  if (type === undefined) return null;
  if (integerTypes.has(type)) return 'number';
  return texts.has(type) ? 'text' : null;
}

function isLength(term: SqlExpression, columns: ColumnsByName): boolean {
  return (
    term.kind === 'call' &&
    (term.name === 'length' || term.name === 'char_length') &&
    typeOf(term.argument, columns) === 'text'
  );
}

function operandSql(term: SqlExpression, type: Judged | null, columns: ColumnsByName): string | null {
  switch (term.kind) {
    case 'column':
      return type !== null && typeOf(term, columns) === type ? quoteIdentifier(term.name) : null;
    case 'call':
      return type === 'number' && isLength(term, columns) && term.argument.kind === 'column'
        ? `length(${quoteIdentifier(term.argument.name)})`
        : null;
    case 'number':
    case 'text':
      if (type === 'number') return /^-?\d{1,15}$/.test(term.value) ? term.value : null;
      return type === 'text' && term.kind === 'text' && !/[;\0]/.test(term.value)
        ? `'${term.value.replaceAll("'", "''")}'`
        : null;
    case 'truth':
    case 'all':
    case 'any':
    case 'not':
    case 'null':
    case 'compare':
    case 'among':
      return null;
  }
}
