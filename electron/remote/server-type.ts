import type { Catalog, CatalogColumn, ColumnType, SimpleType } from '../../shared/catalog/catalog.ts';
import type { FoundColumn } from './introspect.ts';
import { inSchema } from './row-sql.ts';

/** How `format_type` prints a type that needs nothing said beside its name. */
const printedNames = {
  uuid: 'uuid',
  text: 'text',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  numeric: 'numeric',
  bool: 'boolean',
  date: 'date',
  time: 'time without time zone',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  interval: 'interval',
  inet: 'inet',
  bytea: 'bytea',
  json: 'json',
  jsonb: 'jsonb',
} satisfies Record<SimpleType | 'json' | 'jsonb', string>;

/** The type of a column as `CREATE TABLE` takes it. */
export function declaredType(catalog: Catalog, column: CatalogColumn): string {
  switch (column.type) {
    case 'char':
    case 'varchar':
      return `${column.type}(${column.length ?? 1})`;
    case 'numeric':
      return column.digits === undefined ? 'numeric' : `numeric(${column.digits.precision},${column.digits.scale})`;
    default:
      return castType(catalog, column);
  }
}

/** The type of a column for a cast. Without lengths: a cast to a length cuts what is too long, where a column refuses it. */
export function castType(catalog: Catalog, column: CatalogColumn): string {
  switch (column.type) {
    case 'char':
      return 'bpchar';
    case 'enum':
      return inSchema(catalog, column.enum?.name ?? '');
    default:
      return column.type;
  }
}

/** The type of a column as `introspect` finds it. */
export function printedType(catalog: Catalog, column: CatalogColumn): string {
  switch (column.type) {
    case 'char':
      return `character(${column.length ?? 1})`;
    case 'varchar':
      return `character varying(${column.length ?? 1})`;
    case 'enum':
      return `${catalog.schema}.${column.enum?.name ?? ''}`;
    case 'numeric':
      return declaredType(catalog, column);
    default:
      return printedName(column.type);
  }
}

/**
 * Whether a column of the server holds every value of a catalog's column and gives it back as it was, and by which rules. Another type than its own only along a list
 * that loses nothing: larger whole numbers, longer or unlimited texts, more digits, more words of an enum. Rows whose values are only possible there are refused one by one.
 */
export function holdsType(
  catalog: Catalog,
  column: CatalogColumn,
  found: Pick<FoundColumn, 'type' | 'labels'>,
): boolean {
  if (found.type === printedType(catalog, column))
    return column.enum === undefined || column.enum.labels.every((label) => found.labels?.includes(label) === true);
  switch (column.type) {
    case 'int2':
      return found.type === 'integer' || found.type === 'bigint';
    case 'int4':
      return found.type === 'bigint';
    case 'text':
      return found.type === 'character varying';
    case 'varchar': {
      const length = /^character varying\((\d+)\)$/.exec(found.type)?.[1];
      return found.type === 'text' || found.type === 'character varying' || Number(length ?? 0) >= (column.length ?? 1);
    }
    case 'numeric': {
      if (column.digits === undefined) return false;
      const { precision, scale } = column.digits;
      const [, all, after] = /^numeric\((\d+),(\d+)\)$/.exec(found.type) ?? [];
      if (found.type === 'numeric') return true;
      return Number(after ?? -1) >= scale && Number(all ?? 0) - Number(after ?? 0) >= precision - scale;
    }
    default:
      return false;
  }
}

function printedName(type: Exclude<ColumnType, 'char' | 'varchar' | 'enum'>): string {
  return type.endsWith('[]') ? `${printedNames[type.slice(0, -2) as SimpleType]}[]` : printedNames[type as SimpleType];
}

/**
 * Types the server compares in another way than we do, or not at all: spans of time that are as long as each other but not the same ("1 month", "30 days"),
 * and json, which has no equality.
 */
export function comparesAsText(type: ColumnType): boolean {
  return type === 'json' || type === 'interval' || type === 'interval[]';
}

/** An expression of a column's type in a form whose equality is that of canonical texts. json is compared by its tree. */
export function comparable(column: CatalogColumn, expression: string): string {
  if (!comparesAsText(column.type)) return expression;
  return column.type === 'json' ? `${expression}::jsonb` : `${expression}::text`;
}
