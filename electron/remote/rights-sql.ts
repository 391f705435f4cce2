import type { Catalog } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import { identifierList } from './identifiers.ts';
import { inSchema } from './row-sql.ts';

/** What a role needs to sync and nothing more: rows of the domain tables, and of the bookkeeping only what it writes itself. The journal is written by triggers. */
export function grantStatements(catalog: Catalog, roles: readonly string[]): readonly string[] {
  if (roles.length === 0) return [];
  const to = identifierList(roles);
  const bookkeeping = (rights: string, table: string): string =>
    `GRANT ${rights} ON ${inSchema(catalog, table)} TO ${to}`;
  return [
    `GRANT USAGE ON SCHEMA ${quoteIdentifier(catalog.schema)} TO ${to}`,
    ...catalog.tables.map(
      (table) => `GRANT SELECT, INSERT, UPDATE, DELETE ON ${inSchema(catalog, table.name)} TO ${to}`,
    ),
    bookkeeping('SELECT, UPDATE (epoch)', 'meta'),
    bookkeeping('SELECT, INSERT, UPDATE (name)', 'class'),
    bookkeeping('SELECT, INSERT', 'gc_horizon'),
    bookkeeping('SELECT, UPDATE (edited_from, edited_to)', 'row_state'),
    bookkeeping('SELECT, INSERT', 'run'),
    bookkeeping(
      'SELECT, INSERT, UPDATE (name, incarnation, visit_no, visit_token, epoch, app_version, last_seen)',
      'device',
    ),
    bookkeeping('SELECT, INSERT, UPDATE, DELETE', 'presence'),
    bookkeeping('SELECT, INSERT', 'resolution_log'),
  ];
}
