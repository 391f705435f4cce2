import type { Catalog } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import { deviceFunctions, mayCall } from './device-functions.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgQueryOptions, PgSession } from './pg-session.ts';
import { grantOnFunctions, grantOnSchema, grantOnTable, neededRights } from './rights-sql.ts';
import type { NeededRights, TableRight } from './rights-sql.ts';
import { inSchema } from './row-sql.ts';
import type { FoundSchema } from './introspect.ts';

/** Rights the current role lacks, with the statements that give them. */
export interface MissingRights {
  /** The first schema, database or table that lacks one. */
  readonly on: string;
  /** `GRANT` statements, one per line: exactly what is missing. */
  readonly sql: string;
}

/** What the role in use cannot do in a schema that stands. Only reading is asked for when the connection never writes. Null when nothing is missing. */
export async function findMissingRights(
  session: PgSession,
  catalog: Catalog,
  found: FoundSchema,
  options: { readonly role: string; readonly readOnly: boolean } & PgQueryOptions,
): Promise<MissingRights | null> {
  const { role, readOnly, ...limits } = options;
  if (!found.mayUse) return { on: catalog.schema, sql: `${grantOnSchema(catalog, [role])};` };
  const needed = neededRights(catalog)
    .filter(({ table }) => found.relations.has(table))
    .map(({ table, rights }) => ({ table, rights: rights.filter(({ right }) => !readOnly || right === 'SELECT') }));
  const functions = deviceFunctions(catalog).filter(({ reads }) => reads || !readOnly);
  const checks = [
    ...needed.flatMap(({ table, rights }) => rights.map((right) => rightCheck(catalog, table, right))),
    ...functions.map(({ signature }) => mayCall(signature)),
  ];
  const { rows } = await session.query(`SELECT ${[...databaseChecks, ...checks].join(', ')}`, [], limits);
  const [database, mayUseTemporary, ...answers] = rows[0] ?? [];
  let index = 0;
  const missing = needed
    .map(({ table, rights }): NeededRights => ({ table, rights: rights.filter(() => answers[index++] !== 't') }))
    .filter(({ rights }) => rights.length > 0);
  const statements = missing.map(({ table, rights }) => `${grantOnTable(catalog, table, rights, [role])};`);
  // A function that is not there is nothing a right would help with.
  const closed = functions.filter(() => answers[index++] === 'f');
  if (closed.length > 0) statements.push(`${grantOnFunctions(closed, [role])};`);
  if (!readOnly && mayUseTemporary !== 't') {
    const name = quoteIdentifier(database ?? '');
    statements.push(`GRANT TEMPORARY ON DATABASE ${name} TO ${quoteIdentifier(role)};`);
  }
  if (statements.length === 0) return null;
  return { on: missing[0]?.table ?? closed[0]?.name ?? database ?? '', sql: statements.join('\n') };
}

/** The rows of a run go through a temporary table. Everybody may make one unless that was taken away. */
const databaseChecks = [
  'pg_catalog.current_database()',
  `pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY')`,
];

/** What lacks for setting an empty database up. */
export function missingForSetUp(found: FoundSchema, database: string, role: string): MissingRights | null {
  if (found.mayCreate || found.exists) return null;
  const sql = `GRANT CREATE ON DATABASE ${quoteIdentifier(database)} TO ${quoteIdentifier(role)};`;
  return { on: database, sql };
}

function rightCheck(catalog: Catalog, table: string, { right, columns }: TableRight): string {
  const name = quoteLiteral(inSchema(catalog, table));
  if (columns === undefined) return `pg_catalog.has_table_privilege(${name}, '${right}')`;
  const each = columns.map((column) => `pg_catalog.has_column_privilege(${name}, ${quoteLiteral(column)}, '${right}')`);
  return `(${each.join(' AND ')})`;
}
