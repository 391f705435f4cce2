import { contentColumns, type Catalog, type CatalogColumn, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgStatement } from './pg-session.ts';
import { columnOf, contentTexts, inSchema } from './row-sql.ts';

/** What all rows of a class in one table come to: how many there are, and the sums of the two halves of their hashes, which do not depend on any order. */
export interface TableDigest {
  readonly rows: number;
  readonly sums: readonly [string, string];
}

/** Types whose text, as the server writes it, is the text we hold, apart from times, which `asTime` makes of it. */
const sameTexts: ReadonlySet<CatalogColumn['type']> = new Set([
  'uuid',
  'int2',
  'int4',
  'int8',
  'bool',
  'date',
  'text',
  'varchar',
  'char',
  'enum',
  'timestamptz',
]);

/** Whether the server can put together the text of a table's rows as it stands here: those of other types are written otherwise here than there. */
export function canDigest(table: CatalogTable): boolean {
  return contentColumns(table).every(({ type }) => sameTexts.has(type));
}

/**
 * As `rowDecoder` makes it of whole seconds and of milliseconds, which the server writes without zeros at the end; by length, which is quicker than by pattern. Any
 * other form stays, or becomes what no row here holds, so that the rows are looked at one by one.
 */
function asTime(text: string): string {
  const made = (places: number, rest: string): string =>
    `left(${text}, 10) || 'T' || substr(${text}, 12, ${places}) || '${rest}Z'`;
  return `CASE length(${text}) WHEN 26 THEN ${made(12, '')} WHEN 25 THEN ${made(11, '0')} WHEN 24 THEN ${made(10, '00')} WHEN 22 THEN ${made(8, '.000')} ELSE ${text} END`;
}

const sharing = [
  'parallel_setup_cost',
  'parallel_tuple_cost',
  'min_parallel_table_scan_size',
  'min_parallel_index_scan_size',
];

/**
 * Lets the server share the next statements among its processors, as far as it is set up to, whatever it believes of the size of a table that was just filled; and
 * ends that. Inside a transaction.
 */
export const shared = {
  begin: sharing.map((name) => `SET LOCAL ${name} = 0`).join('; '),
  end: sharing.map((name) => `SET LOCAL ${name} TO DEFAULT`).join('; '),
};

/** Keeps what a subquery says from being put in the place of its name, and so from being worked out again wherever it is used; other than `OFFSET 0` it leaves the work divisible. */
const once = 'clock_timestamp() AS once';

/**
 * Asks for the digest of a table, in a snapshot under the reading settings. With another number of rows than `rows` nothing is hashed, and the answer is that there
 * are none: then the tables differ already.
 */
export function digestStatement(catalog: Catalog, table: CatalogTable, scope: string, rows: number): PgStatement {
  const columns = contentColumns(table);
  const texts = contentTexts(table, 't').map((text, index) => `${text} AS c${index}`);
  // Named as they are here, and all of them text: then the server's own way of writing a row as JSON is ours.
  const named = columns.map(
    ({ name, type }, index) =>
      `${type === 'timestamptz' ? asTime(`c${index}`) : `c${index}`} AS ${quoteIdentifier(name)}`,
  );
  const ofClass = `${columnOf('t', catalog.scopeColumn)} = ${quoteLiteral(scope)}::uuid`;
  const from = `${inSchema(catalog, table.name)} t WHERE ${ofClass}`;
  const half = (first: number): string => `('x' || substr(h, ${first}, 16))::bit(64)::int8`;
  return {
    sql: `SELECT count(*), coalesce(sum(${half(1)}), 0), coalesce(sum(${half(17)}), 0) FROM (
  SELECT encode(sha256(convert_to(row_to_json(r)::text, 'UTF8')), 'hex') AS h, ${once} FROM (
    SELECT ${named.join(', ')} FROM (SELECT ${texts.join(', ')}, ${once} FROM ${from}) c) r) d
WHERE (SELECT count(*) FROM ${from}) = ${rows}`,
  };
}

/** The digest an answer holds. */
export function readDigest(row: readonly (string | null)[] | undefined): TableDigest {
  return { rows: Number(row?.[0] ?? 0), sums: [row?.[1] ?? '0', row?.[2] ?? '0'] };
}
