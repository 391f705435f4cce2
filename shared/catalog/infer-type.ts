import type { CatalogColumn, ColumnType, SimpleType } from './catalog.ts';
import type { FoundTableColumn } from './found-tables.ts';

/** What a column's type is in a catalog. */
export type InferredType = Pick<CatalogColumn, 'type' | 'length' | 'digits' | 'enum'>;

const simpleNames: Readonly<Record<string, SimpleType>> = {
  uuid: 'uuid',
  text: 'text',
  'character varying': 'text',
  smallint: 'int2',
  integer: 'int4',
  bigint: 'int8',
  real: 'float4',
  'double precision': 'float8',
  numeric: 'numeric',
  boolean: 'bool',
  date: 'date',
  'time without time zone': 'time',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  interval: 'interval',
  inet: 'inet',
  bytea: 'bytea',
};

/** The type of a server's column in a catalog, or null when no type of a catalog holds its values and gives them back as they were. */
export function inferType({ type, enum: words }: FoundTableColumn, schema: string): InferredType | null {
  if (words !== null)
    // A catalog's types stand in its own schema.
    return words.schema === schema && !type.endsWith('[]')
      ? { type: 'enum', enum: { name: words.name, labels: words.labels } }
      : null;
  const simple = own(simpleNames, type);
  if (simple !== undefined) return { type: simple };
  if (type === 'json' || type === 'jsonb') return { type };
  const element =
    type.endsWith('[]') && type !== 'character varying[]' ? own(simpleNames, type.slice(0, -2)) : undefined;
  if (element !== undefined) return { type: `${element}[]` satisfies ColumnType };
  const [, kind, length] = /^(character|character varying)\((\d+)\)$/.exec(type) ?? [];
  if (kind !== undefined) return { type: kind === 'character' ? 'char' : 'varchar', length: Number(length) };
  const [, precision, scale] = /^numeric\((\d+),(\d+)\)$/.exec(type) ?? [];
  if (precision === undefined || Number(scale) > Number(precision)) return null;
  return { type: 'numeric', digits: { precision: Number(precision), scale: Number(scale) } };
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
