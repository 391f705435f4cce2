import { contentColumns, type Catalog, type CatalogColumn, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgStatement } from './pg-session.ts';
import { columnOf, contentTexts, inSchema } from './row-sql.ts';

/** What all rows of a class in one table come to: how many there are, and the sums of the two halves of their hashes, which do not depend on any order. */
export interface TableDigest {
  readonly rows: number;
  readonly sums: readonly [string, string];
}

/** Columns up to which the text of a row is put together at once: PostgreSQL takes a hundred arguments, two for each. */
const mostColumns = 45;

/** Whether the server can put together the text of a table's rows as it stands here: those of other types are written otherwise here than there. */
export function canDigest(table: CatalogTable): boolean {
  const columns = contentColumns(table);
  return columns.length <= mostColumns && columns.every(({ type }) => textForms[type] !== undefined);
}

/** The canonical JSON text of a cell that is not NULL, made of the server's text of it. */
type TextForm = (text: string) => string;

const asIs: TextForm = (text) => `'"' || ${text} || '"'`;
const escaped: TextForm = (text) => `to_json(${text})::text`;
/** As `rowDecoder` makes it of whole seconds and of milliseconds; any other form stays as it is and is another text, so that the rows are looked at one by one. */
const time: TextForm = (text) =>
  `CASE WHEN substr(${text}, 11, 1) = ' ' AND right(${text}, 3) = '+00' AND length(${text}) IN (22, 24, 25, 26)
    THEN '"' || left(${text}, 10) || 'T' || substr(${text}, 12, 8) || '.' || rpad(substr(${text}, 21, greatest(length(${text}) - 23, 0)), 3, '0') || 'Z"'
    ELSE to_json(${text})::text END`;

const textForms: Partial<Readonly<Record<CatalogColumn['type'], TextForm>>> = {
  uuid: asIs,
  int2: asIs,
  int4: asIs,
  int8: asIs,
  bool: asIs,
  date: asIs,
  text: escaped,
  varchar: escaped,
  char: escaped,
  enum: escaped,
  timestamptz: time,
};

/**
 * Asks for the digest of a table, in a snapshot under the reading settings. With another number of rows than `rows` nothing is hashed, and the answer is that there
 * are none: then the tables differ already.
 */
export function digestStatement(catalog: Catalog, table: CatalogTable, scope: string, rows: number): PgStatement {
  const columns = contentColumns(table);
  const texts = contentTexts(table, 't').map((text, index) => `${text} AS c${index}`);
  const parts = columns.flatMap(({ name, type }, index) => {
    const before = `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`;
    return [quoteLiteral(before), `coalesce(${textForms[type]?.(`c${index}`) ?? 'NULL'}, 'null')`];
  });
  const ofClass = `${columnOf('t', catalog.scopeColumn)} = ${quoteLiteral(scope)}::uuid`;
  const from = `${inSchema(catalog, table.name)} t WHERE ${ofClass}`;
  const half = (from: number): string => `('x' || substr(h, ${from}, 16))::bit(64)::int8`;
  return {
    sql: `SELECT count(*), coalesce(sum(${half(1)}), 0), coalesce(sum(${half(17)}), 0) FROM (
  SELECT encode(sha256(convert_to(concat(${parts.join(', ')}, '}'), 'UTF8')), 'hex') AS h FROM (
    SELECT ${texts.join(', ')} FROM ${from} AND (SELECT count(*) FROM ${from}) = ${rows} OFFSET 0) c OFFSET 0) d`,
  };
}

/** The digest an answer holds. */
export function readDigest(row: readonly (string | null)[] | undefined): TableDigest {
  return { rows: Number(row?.[0] ?? 0), sums: [row?.[1] ?? '0', row?.[2] ?? '0'] };
}
