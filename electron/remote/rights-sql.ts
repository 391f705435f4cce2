import { syncedTables } from '../../shared/catalog/catalog.ts';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import { deviceFunctions } from './device-functions.ts';
import type { DeviceFunction } from './device-functions.ts';
import { identifierList } from './identifiers.ts';
import { hasSequence, inSchema, sequenceName } from './row-sql.ts';

/** A right on a table, on all its columns or on some. */
export interface TableRight {
  readonly right: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
  readonly columns?: readonly string[];
}

/** What a role needs on one table. */
export interface NeededRights {
  readonly table: string;
  readonly rights: readonly TableRight[];
}

const select: TableRight = { right: 'SELECT' };
const insert: TableRight = { right: 'INSERT' };
const remove: TableRight = { right: 'DELETE' };
const update = (...columns: readonly string[]): TableRight =>
  columns.length === 0 ? { right: 'UPDATE' } : { right: 'UPDATE', columns };

/** Columns of the device's own row that it writes when it leaves a visit. */
export const deviceColumns = ['name', 'incarnation', 'visit_no', 'visit_token', 'epoch', 'app_version', 'last_seen'];

/** What a role needs to sync and nothing more: rows of the domain tables, and of the bookkeeping only what it writes itself. The journal is written by triggers. */
export function neededRights(catalog: Catalog): readonly NeededRights[] {
  return [
    ...syncedTables(catalog).map(({ name }) => ({ table: name, rights: [select, insert, update(), remove] })),
    { table: 'meta', rights: [select] },
    { table: 'class', rights: [select, insert, update('name')] },
    { table: 'gc_horizon', rights: [select, insert] },
    { table: 'row_state', rights: [select] },
    { table: 'run', rights: [select, insert] },
    { table: 'device', rights: [select, insert, update(...deviceColumns)] },
    { table: 'presence', rights: [select, insert, update(), remove] },
    { table: 'resolution_log', rights: [select, insert] },
    { table: 'class_secret', rights: [select, insert] },
  ];
}

/** The statements that give roles what they need. */
export function grantStatements(catalog: Catalog, roles: readonly string[]): readonly string[] {
  if (roles.length === 0) return [];
  return [
    grantOnSchema(catalog, roles),
    ...neededRights(catalog).map(({ table, rights }) => grantOnTable(catalog, table, rights, roles)),
    ...syncedTables(catalog)
      .filter(hasSequence)
      .map(
        (table) =>
          `GRANT USAGE, SELECT, UPDATE ON SEQUENCE ${sequenceName(catalog, table)} TO ${identifierList(roles)}`,
      ),
    grantOnFunctions(deviceFunctions(catalog), roles),
  ];
}

/** `GRANT EXECUTE ON FUNCTION …`. */
export function grantOnFunctions(functions: readonly DeviceFunction[], roles: readonly string[]): string {
  return `GRANT EXECUTE ON FUNCTION ${functions.map(({ signature }) => signature).join(', ')} TO ${identifierList(roles)}`;
}

/** `GRANT USAGE ON SCHEMA …`. */
export function grantOnSchema(catalog: Catalog, roles: readonly string[]): string {
  return `GRANT USAGE ON SCHEMA ${quoteIdentifier(catalog.schema)} TO ${identifierList(roles)}`;
}

/** `GRANT … ON` one table. */
export function grantOnTable(
  catalog: Catalog,
  table: string,
  rights: readonly TableRight[],
  roles: readonly string[],
): string {
  const words = rights.map(({ right, columns }) =>
    columns === undefined ? right : `${right} (${columns.join(', ')})`,
  );
  return `GRANT ${words.join(', ')} ON ${inSchema(catalog, table)} TO ${identifierList(roles)}`;
}
