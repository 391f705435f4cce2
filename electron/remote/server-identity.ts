import type { Catalog, CatalogTable } from '../../shared/catalog/catalog.ts';
import { journalEvents } from './journal-sql.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgStatement } from './pg-session.ts';
import type { ServerIdentity } from './remote.ts';
import { inSchema } from './row-sql.ts';

/** Asks whether this role may ask the server for its system identifier and history; otherwise the identifier noted at set-up counts. */
export const mayAskStatement: PgStatement = {
  sql: `SELECT pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') AND pg_catalog.has_function_privilege('pg_catalog.pg_control_checkpoint()', 'EXECUTE')`,
};

/** One statement that reads who the server is, inside whatever snapshot the caller has. */
export function identityStatement(catalog: Catalog, askSystem: boolean): PgStatement {
  const system = askSystem
    ? '(SELECT c.system_identifier::text FROM pg_catalog.pg_control_system() c)'
    : 'm.system_identifier';
  const timeline = askSystem ? '(SELECT c.timeline_id::text FROM pg_catalog.pg_control_checkpoint() c)' : 'NULL';
  return {
    sql: `SELECT coalesce(${system}, ''), (SELECT oid::text FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
  m.schema_version, m.epoch, pg_catalog.pg_is_in_recovery(), ${timeline} FROM ${inSchema(catalog, 'meta')} m`,
  };
}

/** The answer to `identityStatement`. */
export function readIdentity(catalog: Catalog, row: readonly (string | null)[] | undefined): ServerIdentity {
  const [system, databaseOid, version, epoch, inRecovery, timeline = null] = row ?? [];
  return {
    system: system ?? '',
    databaseOid: databaseOid ?? '',
    schema: catalog.schema,
    version: Number(version),
    timeline,
    epoch: epoch ?? '',
    inRecovery: inRecovery === 't',
  };
}

/** One statement that counts the journal triggers of some tables that fire always. All of them are needed, or changes go unnoticed. */
export function journalTriggersStatement(catalog: Catalog, tables: readonly CatalogTable[]): PgStatement {
  const names = tables.map(({ name }) => quoteLiteral(name)).join(', ');
  return {
    sql: `SELECT count(*) FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ${quoteLiteral(catalog.schema)} AND c.relname IN (${names === '' ? 'NULL' : names}) AND t.tgenabled = 'A' AND t.tgname LIKE 'tallybook\\_journal\\_%'`,
  };
}

/** How many there should be. */
export function journalTriggerCount(tables: readonly CatalogTable[]): number {
  return tables.length * journalEvents.length;
}
