import type { Catalog } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import { deviceFunctions, mayCall } from './device-functions.ts';
import type { DeviceFunction } from './device-functions.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgQueryOptions, PgSession, PgStatement } from './pg-session.ts';
import { grantOnFunctions, grantOnSchema, grantOnTable, neededRights } from './rights-sql.ts';
import type { NeededRights, TableRight } from './rights-sql.ts';
import { inSchema } from './row-sql.ts';
import type { FoundSchema } from './introspect.ts';

/** Rights a role lacks, with the statements that give them. */
export interface MissingRights {
  /** The first schema, database, table or function that lacks one, and the first right it lacks. */
  readonly on: string;
  readonly right: string;
  /** `GRANT` statements, one per line: exactly what is missing. */
  readonly sql: string;
}

/** What the role of a session may not do of all that syncing needs. What is not there lacks nothing: no right would help with it. */
export interface LackingRights {
  readonly database: string;
  /** Whether it may make temporary tables: the rows of a run go through one. Everybody may unless that was taken away. */
  readonly temporary: boolean;
  readonly tables: readonly NeededRights[];
  readonly functions: readonly DeviceFunction[];
}

/** Asks for all rights in one row. Fails where the role may not enter the schema. */
export function lackingStatement(catalog: Catalog): PgStatement {
  const checks = [
    'pg_catalog.current_database()',
    `pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY')`,
    ...neededRights(catalog).flatMap(({ table, rights }) => rights.map((right) => rightCheck(catalog, table, right))),
    ...deviceFunctions(catalog).map(({ signature }) => mayCall(signature)),
  ];
  return { sql: `SELECT ${checks.join(', ')}` };
}

/** The answer to `lackingStatement`. */
export function readLacking(catalog: Catalog, row: readonly (string | null)[] | undefined): LackingRights {
  const [database, temporary, ...answers] = row ?? [];
  let index = 0;
  const lacks = (): boolean => answers[index++] === 'f';
  return {
    database: database ?? '',
    temporary: temporary === 't',
    tables: neededRights(catalog)
      .map(({ table, rights }) => ({ table, rights: rights.filter(lacks) }))
      .filter(({ rights }) => rights.length > 0),
    functions: deviceFunctions(catalog).filter(lacks),
  };
}

/** What a role lacks for what it is there for: only reading is asked for where a connection never writes. Null when nothing is missing. */
export function missingRights(
  catalog: Catalog,
  { database, temporary, tables, functions }: LackingRights,
  { role, readOnly }: { readonly role: string; readonly readOnly: boolean },
): MissingRights | null {
  const missing = tables
    .map(({ table, rights }) => ({ table, rights: rights.filter(({ right }) => !readOnly || right === 'SELECT') }))
    .filter(({ rights }) => rights.length > 0);
  const closed = functions.filter(({ reads }) => reads || !readOnly);
  const statements = missing.map(({ table, rights }) => `${grantOnTable(catalog, table, rights, [role])};`);
  if (closed.length > 0) statements.push(`${grantOnFunctions(closed, [role])};`);
  if (!readOnly && !temporary)
    statements.push(`GRANT TEMPORARY ON DATABASE ${quoteIdentifier(database)} TO ${quoteIdentifier(role)};`);
  if (statements.length === 0) return null;
  const sql = statements.join('\n');
  const [table] = missing;
  if (table !== undefined) return { on: table.table, right: table.rights[0]?.right ?? '', sql };
  const [called] = closed;
  return called === undefined ? { on: database, right: 'TEMPORARY', sql } : { on: called.name, right: 'EXECUTE', sql };
}

/** What the role in use cannot do in a schema that stands, the right to enter it included. */
export async function findMissingRights(
  session: PgSession,
  catalog: Catalog,
  found: FoundSchema,
  options: { readonly role: string; readonly readOnly: boolean } & PgQueryOptions,
): Promise<MissingRights | null> {
  const { role, readOnly, ...limits } = options;
  if (!found.mayUse) return { on: catalog.schema, right: 'USAGE', sql: `${grantOnSchema(catalog, [role])};` };
  const { rows } = await session.query(lackingStatement(catalog).sql, [], limits);
  return missingRights(catalog, readLacking(catalog, rows[0]), { role, readOnly });
}

/** What lacks for setting an empty database up. */
export function missingForSetUp(found: FoundSchema, database: string, role: string): MissingRights | null {
  if (found.mayCreate || found.exists) return null;
  const sql = `GRANT CREATE ON DATABASE ${quoteIdentifier(database)} TO ${quoteIdentifier(role)};`;
  return { on: database, right: 'CREATE', sql };
}

/** SQL for whether this role has a right; NULL where the table is not there. */
function rightCheck(catalog: Catalog, table: string, { right, columns }: TableRight): string {
  const name = quoteLiteral(inSchema(catalog, table));
  const has = (columns ?? []).map(
    (column) => `pg_catalog.has_column_privilege(${name}, ${quoteLiteral(column)}, '${right}')`,
  );
  if (columns === undefined) has.push(`pg_catalog.has_table_privilege(${name}, '${right}')`);
  return `CASE WHEN pg_catalog.to_regclass(${name}) IS NOT NULL THEN ${has.join(' AND ')} END`;
}
