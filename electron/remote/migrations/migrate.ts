import { createHash } from 'node:crypto';
import type { Catalog } from '../../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../../shared/catalog/identifier.ts';
import { advisoryNamespace } from '../class-lock.ts';
import { AppError } from '../../../shared/errors.ts';
import { sqlStateOf } from '../error-mapping.ts';
import { quoteLiteral } from '../identifiers.ts';
import type { PgSession } from '../pg-session.ts';
import { policyStatements } from '../policy-sql.ts';
import { grantStatements } from '../rights-sql.ts';
import { inSchema } from '../row-sql.ts';
import { inspectSchema, requireVersion, schemaError } from '../schema-state.ts';
import type { SchemaReport } from '../schema-state.ts';
import { migrations } from './migrations.ts';
import type { ServerMigration } from './migration.ts';
import { repairStatements } from './repair.ts';

/** What to set up, and which roles may use it afterwards. */
export interface MigrationOptions {
  readonly catalog: Catalog;
  readonly grantTo?: readonly string[] | undefined;
  /** The class the roles are to be kept to, by policies on every row; without it they see all classes. */
  readonly onlyClass?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What `migrate` would do. `sql` is the script, word for word; empty when there is nothing to do. */
export interface MigrationPlan {
  readonly from: number;
  readonly to: number;
  readonly sql: string;
  /** The transactions of the script. */
  readonly steps: readonly string[];
}

/** Raised by a step of the script whose turn it is not: somebody else was there in the meantime. */
const stepTaken = 'TB001';
/** Of all objects of the script only the roles are not made by it. */
const undefinedObject = '42704';

/**
 * The script that brings the server's schema to this app's version: each step one transaction under an advisory lock, noted in `meta`, refusing
 * to run out of turn. It touches nothing outside the schema. Throws `schema-newer`, or `schema-damaged` for what it cannot repair.
 */
export async function planMigration(session: PgSession, options: MigrationOptions): Promise<MigrationPlan> {
  requireVersion(session);
  const report = await inspectSchema(session, options.catalog, options.signal);
  const from = report.meta?.schemaVersion ?? 0;
  const roles = options.grantTo ?? [];
  const steps = [
    ...migrations
      .filter((migration) => migration.version > from)
      .map((migration) => stepText(options.catalog, migration, report)),
    ...repairSteps(options.catalog, report),
    ...(roles.length === 0 ? [] : [transaction('rights', grantStatements(options.catalog, roles))]),
    ...(roles.length === 0 || options.onlyClass === undefined
      ? []
      : [transaction('policies of one class', policyStatements(options.catalog, options.onlyClass, roles))]),
  ];
  return { from, to: Math.max(from, migrations.length), sql: steps.join('\n'), steps };
}

/**
 * Carries out the script `planMigration` prints, and what another device left to do meanwhile. Only to be called with the consent of a person.
 * A failed step leaves the steps before it in place; calling it again goes on from there.
 */
export async function migrate(session: PgSession, options: MigrationOptions): Promise<MigrationPlan> {
  for (let attempt = 0; ; attempt += 1) {
    const plan = await planMigration(session, options);
    try {
      for (const step of plan.steps) await session.query(step, [], { signal: options.signal });
      return plan;
    } catch (error) {
      if (session.transaction !== 'none') await session.query('ROLLBACK');
      if (sqlStateOf(error) === undefinedObject) throw new AppError('not-found', { what: 'role' }, { cause: error });
      if (sqlStateOf(error) !== stepTaken || attempt >= migrations.length) throw error;
    }
  }
}

/** What a server's `meta` says about the catalog it was made from. */
export function catalogHash(catalog: Catalog): string {
  return createHash('sha256').update(JSON.stringify(catalog)).digest('hex');
}

function repairSteps(catalog: Catalog, report: SchemaReport): readonly string[] {
  if (report.state !== 'newer' && report.state !== 'damaged') return [];
  const repair = report.state === 'newer' || report.meta === null ? null : repairStatements(catalog, report.problems);
  if (repair !== null) return [transaction('repair', repair)];
  throw schemaError(report) ?? new Error('unreachable: such a schema always has an error');
}

function stepText(catalog: Catalog, migration: ServerMigration, report: SchemaReport): string {
  const { version, name } = migration;
  const schema = quoteIdentifier(catalog.schema);
  const first = version === 1;
  return transaction(`step ${version} of ${migrations.length}: ${name}`, [
    guard(
      first
        ? `to_regclass(${quoteLiteral(`${schema}.meta`)}) IS NOT NULL`
        : `(SELECT schema_version FROM ${schema}.meta) <> ${version - 1}`,
    ),
    ...(first && !report.found.exists ? [`CREATE SCHEMA ${schema}`] : []),
    ...migration.statements(catalog),
    first
      ? firstMeta(catalog)
      : `UPDATE ${schema}.meta SET schema_version = ${version}, min_read = ${version}, min_write = ${version}`,
  ]);
}

function guard(taken: string): string {
  return `DO $guard$ BEGIN
  IF ${taken} THEN RAISE EXCEPTION 'this step was taken already, or comes too early' USING ERRCODE = '${stepTaken}'; END IF;
END $guard$`;
}

/** The server's identity is noted by the owner, because a role with few rights may not be allowed to ask for it. */
function firstMeta(catalog: Catalog): string {
  const meta = inSchema(catalog, 'meta');
  return `INSERT INTO ${meta} (epoch, schema_version, min_read, min_write, catalog_id, catalog_hash, db_oid)
SELECT md5(random()::text || clock_timestamp()::text || txid_current()::text)::uuid, 1, 1, 1, ${quoteLiteral(catalog.id)}, '${catalogHash(catalog)}', oid::int8
FROM pg_catalog.pg_database WHERE datname = current_database();
DO $identity$ BEGIN
  UPDATE ${meta} SET system_identifier = (SELECT system_identifier::text FROM pg_control_system());
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $identity$`;
}

function transaction(title: string, statements: readonly string[]): string {
  const lock = `SELECT pg_advisory_xact_lock(${advisoryNamespace}, 0)`;
  const lines = [
    "SET LOCAL search_path = ''",
    "SET LOCAL lock_timeout = '10s'",
    'SET LOCAL client_min_messages = warning',
    lock,
    ...statements,
  ];
  return `-- Tallybook, ${title}\nBEGIN;\n${lines.map((line) => `${line};\n`).join('')}COMMIT;\n`;
}
