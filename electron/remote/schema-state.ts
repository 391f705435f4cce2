import { contentColumns, syncedTables } from '../../shared/catalog/catalog.ts';
import type { Catalog, CatalogColumn, CatalogTable } from '../../shared/catalog/catalog.ts';
import { serverBookkeeping } from '../../shared/catalog/reserved-names.ts';
import { AppError, type ErrorParams } from '../../shared/errors.ts';
import { introspect } from './introspect.ts';
import type { FoundRelation, FoundSchema } from './introspect.ts';
import { journalEvents, journalTrigger } from './journal-sql.ts';
import { migrations } from './migrations/migrations.ts';
import type { PgSession } from './pg-session.ts';
import { inSchema } from './row-sql.ts';
import { holdsType, printedType } from './server-type.ts';

/** Something about the managed schema that is not as it should be. */
export type SchemaProblem =
  | { readonly kind: 'not-ours' }
  | { readonly kind: 'encoding'; readonly found: string }
  | { readonly kind: 'table-missing'; readonly table: string }
  | { readonly kind: 'not-a-table'; readonly table: string }
  | { readonly kind: 'column-missing'; readonly table: string; readonly column: string }
  | {
      readonly kind: 'column-type';
      readonly table: string;
      readonly column: string;
      readonly found: string;
      readonly expected: string;
    }
  | { readonly kind: 'column-required'; readonly table: string; readonly column: string }
  | { readonly kind: 'trigger-missing'; readonly table: string; readonly trigger: string }
  | { readonly kind: 'trigger-off'; readonly table: string; readonly trigger: string };

/** What the server's own record says about the managed schema. */
export interface SchemaMeta {
  readonly epoch: string;
  readonly schemaVersion: number;
  readonly minRead: number;
  readonly minWrite: number;
  readonly catalogHash: string;
  readonly system: string | null;
  readonly databaseOid: string;
}

/** What stands in the database as far as Tallybook is concerned. */
export interface SchemaReport {
  readonly state: 'empty' | 'managed' | 'older' | 'newer' | 'damaged';
  readonly meta: SchemaMeta | null;
  readonly problems: readonly SchemaProblem[];
  readonly found: FoundSchema;
}

/** Version of the schema this app makes and writes. */
export const schemaVersion = migrations.length;

/** Oldest server the schema and the runs work on, as `server_version_num` says it. */
const oldestServer = 120_000;

/** What `server-too-old` says of a server before PostgreSQL 12: its version, and the oldest that will do; null for one that is new enough. */
export function tooOld({ serverVersion }: Pick<PgSession, 'serverVersion'>): ErrorParams | null {
  if (serverVersion >= oldestServer) return null;
  const major = Math.floor(serverVersion / 10_000);
  // Before 10 two numbers made a major version.
  const minor = major >= 10 ? String(serverVersion % 10_000) : String(Math.floor(serverVersion / 100) % 100);
  return { version: `${major}.${minor}`, needed: String(oldestServer / 10_000) };
}

/** Throws `server-too-old` for a server before PostgreSQL 12. */
export function requireVersion(session: PgSession): void {
  const params = tooOld(session);
  if (params !== null) throw new AppError('server-too-old', params);
}

/**
 * Finds out what stands in the database. Reads only. A schema that holds other things than ours counts as damaged, an empty one as empty.
 * Throws `right-missing` when the schema is there but closed to this role.
 */
export async function inspectSchema(session: PgSession, catalog: Catalog, signal?: AbortSignal): Promise<SchemaReport> {
  const found = await introspect(session, catalog.schema, signal);
  if (found.relations.size === 0) return { state: 'empty', meta: null, problems: [], found };
  if (!found.relations.has('meta')) return { state: 'damaged', meta: null, problems: [{ kind: 'not-ours' }], found };
  if (!found.mayUse) throw new AppError('right-missing', { schema: catalog.schema });
  const meta = await readMeta(session, catalog, signal);
  if (meta === null) return { state: 'damaged', meta: null, problems: [{ kind: 'not-ours' }], found };
  if (meta.schemaVersion > schemaVersion && Math.max(meta.minRead, meta.minWrite) > schemaVersion)
    return { state: 'newer', meta, problems: [], found };
  if (meta.schemaVersion < schemaVersion) return { state: 'older', meta, problems: [], found };
  const problems = problemsOf(catalog, found);
  return { state: problems.length === 0 ? 'managed' : 'damaged', meta, problems, found };
}

/** What the server's record says; null when it is empty. */
export async function readMeta(session: PgSession, catalog: Catalog, signal?: AbortSignal): Promise<SchemaMeta | null> {
  const { rows } = await session.query(
    `SELECT epoch, schema_version, min_read, min_write, catalog_hash, system_identifier, db_oid FROM ${inSchema(catalog, 'meta')}`,
    [],
    { signal },
  );
  const row = rows[0];
  if (row === undefined) return null;
  const [epoch, version, minRead, minWrite, catalogHash, system, databaseOid] = row;
  return {
    epoch: epoch ?? '',
    schemaVersion: Number(version),
    minRead: Number(minRead),
    minWrite: Number(minWrite),
    catalogHash: catalogHash ?? '',
    system: system ?? null,
    databaseOid: databaseOid ?? '',
  };
}

/** The error for a schema this app cannot work with; null when it can. */
export function schemaError(report: SchemaReport): AppError | null {
  switch (report.state) {
    case 'empty':
      return new AppError('schema-missing');
    case 'older':
      return new AppError('schema-older', { found: report.meta?.schemaVersion ?? 0, expected: schemaVersion });
    case 'newer':
      return new AppError('schema-newer', { found: report.meta?.schemaVersion ?? 0, expected: schemaVersion });
    case 'damaged': {
      const [first] = report.problems;
      return new AppError('schema-damaged', { ...first, problems: report.problems.length });
    }
    case 'managed':
      return null;
  }
}

function problemsOf(catalog: Catalog, found: FoundSchema): readonly SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  if (found.encoding !== 'UTF8') problems.push({ kind: 'encoding', found: found.encoding });
  for (const table of serverBookkeeping) {
    const relation = found.relations.get(table);
    if (relation === undefined) problems.push({ kind: 'table-missing', table });
    else if (relation.kind !== 'r') problems.push({ kind: 'not-a-table', table });
  }
  for (const table of syncedTables(catalog)) {
    const relation = found.relations.get(table.name);
    if (relation === undefined) problems.push({ kind: 'table-missing', table: table.name });
    else if (relation.kind !== 'r') problems.push({ kind: 'not-a-table', table: table.name });
    else problems.push(...columnProblems(catalog, table, relation), ...triggerProblems(table, relation));
  }
  return problems;
}

/** Only columns in use count: what else a table has is never touched, unless no row could be added without it. */
function columnProblems(catalog: Catalog, table: CatalogTable, relation: FoundRelation): readonly SchemaProblem[] {
  const there = new Map(relation.columns.map((column) => [column.name, column]));
  const scope: CatalogColumn = {
    name: catalog.scopeColumn,
    type: 'uuid',
    nullable: false,
    class: 'content',
    policy: 'ask',
  };
  const wrong = [scope, ...contentColumns(table)].flatMap((column): readonly SchemaProblem[] => {
    const found = there.get(column.name);
    if (found === undefined) return [{ kind: 'column-missing', table: table.name, column: column.name }];
    if (holdsType(catalog, column, found)) return [];
    const expected = printedType(catalog, column);
    return [{ kind: 'column-type', table: table.name, column: column.name, found: found.type, expected }];
  });
  const { column: timestamp, maintainedBy } = table.timestamp;
  if (maintainedBy === 'server' && !there.has(timestamp))
    wrong.push({ kind: 'column-missing', table: table.name, column: timestamp });
  const known = new Set([catalog.scopeColumn, timestamp, ...table.columns.map(({ name }) => name)]);
  const required = relation.columns
    .filter((column) => !known.has(column.name) && !column.nullable && !column.hasDefault)
    .map((column) => ({ kind: 'column-required', table: table.name, column: column.name }) as const);
  return [...wrong, ...required];
}

/** A table that is not there, or whose columns are not as the catalog says: nothing of it can be read or written, or only no row can be added. Others go on. */
export interface TableBlock {
  readonly table: string;
  /** The first column that is wrong; of a table that is not there, of its key. */
  readonly column: string;
  readonly blocks: 'all' | 'adds';
  /** Columns no statement may name. */
  readonly lacks: readonly string[];
  readonly code: 'missing-table' | 'missing-column' | 'column-type-differs' | 'column-required';
  readonly params: ErrorParams;
}

/** The tables that stay out, each with the first thing that is wrong. */
export function tableBlocks(report: SchemaReport, catalog: Catalog): readonly TableBlock[] {
  const found = new Map<string, TableBlock>();
  for (const problem of report.problems) {
    const block = blockOf(problem, catalog);
    if (block === null) continue;
    const known = found.get(block.table);
    const first = known === undefined || (known.blocks === 'adds' && block.blocks === 'all') ? block : known;
    found.set(block.table, { ...first, lacks: [...(known?.lacks ?? []), ...block.lacks] });
  }
  return [...found.values()];
}

function blockOf(problem: SchemaProblem, catalog: Catalog): TableBlock | null {
  switch (problem.kind) {
    case 'table-missing':
    case 'not-a-table': {
      const table = syncedTables(catalog).find(({ name }) => name === problem.table);
      if (table === undefined) return null;
      const lacks = [catalog.scopeColumn, ...table.columns.map(({ name }) => name)];
      return {
        table: table.name,
        column: table.key[0] ?? '',
        blocks: 'all',
        lacks,
        code: 'missing-table',
        params: { table: table.name },
      };
    }
    case 'column-missing': {
      const { table, column } = problem;
      return { table, column, blocks: 'all', lacks: [column], code: 'missing-column', params: { table, column } };
    }
    case 'column-type': {
      const { table, column, found, expected } = problem;
      const params = { table, column, found, expected };
      return { table, column, blocks: 'all', lacks: [column], code: 'column-type-differs', params };
    }
    case 'column-required': {
      const { table, column } = problem;
      return { table, column, blocks: 'adds', lacks: [], code: 'column-required', params: { table, column } };
    }
    case 'not-ours':
    case 'encoding':
    case 'trigger-missing':
    case 'trigger-off':
      return null;
  }
}

/** Whether statements can name some columns of a table. */
export function hasColumns(blocks: readonly TableBlock[], table: string, columns: readonly string[]): boolean {
  const lacks = blocks.find((block) => block.table === table)?.lacks ?? [];
  return !columns.some((column) => lacks.includes(column));
}

/** The error for a schema nothing can be done with. Where only some tables are wrong there is none: those stay out (`tableBlocks`). */
export function syncError(report: SchemaReport, catalog: Catalog): AppError | null {
  return report.state === 'damaged' && report.problems.every((problem) => blockOf(problem, catalog) !== null)
    ? null
    : schemaError(report);
}

function triggerProblems(table: CatalogTable, relation: FoundRelation): readonly SchemaProblem[] {
  const enabled = new Map(relation.triggers.map((trigger) => [trigger.name, trigger.enabled]));
  return journalEvents.map(journalTrigger).flatMap((trigger): readonly SchemaProblem[] => {
    const found = enabled.get(trigger);
    if (found === undefined) return [{ kind: 'trigger-missing', table: table.name, trigger }];
    return found === 'A' ? [] : [{ kind: 'trigger-off', table: table.name, trigger }];
  });
}
