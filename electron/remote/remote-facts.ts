import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import { foreignRules } from './foreign-rules.ts';
import { foreignTriggers } from './foreign-triggers.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgSession, PgStatement } from './pg-session.ts';
import type { ForeignRule, ForeignTrigger, ServerIdentity } from './remote.ts';
import { inspectSchema, requireVersion, syncError, tableBlocks, type TableBlock } from './schema-state.ts';
import { identityStatement, mayAskStatement, readIdentity } from './server-identity.ts';

/**
 * How long the first answer on a session that was used before may take, in milliseconds. It may be gone without a word, and whoever waits for it waits no
 * longer than for a login.
 */
export const firstAnswerMs = 10_000;

/** What was found out about a server and its schema when a session began. */
export interface RemoteFacts {
  readonly identity: ServerIdentity;
  readonly blocks: readonly TableBlock[];
  readonly power: 'superuser' | 'owner' | null;
  readonly foreignTriggers: readonly ForeignTrigger[];
  readonly foreignRules: readonly ForeignRule[];
  /** Whether this role may ask the server for its system identifier. */
  readonly askSystem: boolean;
  /** Fingerprint of all that the rest was concluded from. */
  readonly print: string;
}

/**
 * Finds out who the server is and whether its schema can be worked with. Throws `server-too-old`, `schema-missing`, `schema-older`, `schema-newer`, `schema-damaged`
 * or `right-missing`. What an earlier session found out about the same server for the same role is taken where the server says that it still holds.
 */
export async function findRemoteFacts(
  session: PgSession,
  catalog: Catalog,
  { signal, before = null }: { readonly signal?: AbortSignal | undefined; readonly before?: RemoteFacts | null } = {},
): Promise<RemoteFacts> {
  requireVersion(session);
  // Before everything else: what changes while we look gives another fingerprint the next time.
  const [asked, mayAsk] = await session.pipeline([schemaPrintStatement(catalog), mayAskStatement], { signal });
  const print = readSchemaPrint(asked?.rows[0]);
  const askSystem = mayAsk?.rows[0]?.[0] === 't';
  const identityNow = async (): Promise<ServerIdentity> => {
    const { sql } = identityStatement(catalog, askSystem);
    return readIdentity(catalog, (await session.query(sql, [], { signal })).rows[0]);
  };
  // The same print: the schema is as it was, so that who the server is can be asked at once.
  if (before?.print === print && before.askSystem === askSystem && sameFacts(before, print, await identityNow()))
    return before;
  const report = await inspectSchema(session, catalog, signal);
  const error = syncError(report, catalog);
  if (error !== null) throw error;
  return {
    identity: await identityNow(),
    blocks: tableBlocks(report, catalog),
    power: report.found.superuser ? 'superuser' : report.found.owner ? 'owner' : null,
    foreignTriggers: foreignTriggers(catalog, report.found),
    foreignRules: foreignRules(catalog, report.found),
    askSystem,
    print,
  };
}

/** Whether a session that was used before still stands, and all that was found out with it still holds: one round trip. Throws only when it is cancelled. */
export async function factsHold(
  session: PgSession,
  catalog: Catalog,
  facts: RemoteFacts,
  signal?: AbortSignal,
): Promise<boolean> {
  const statements = [schemaPrintStatement(catalog), identityStatement(catalog, facts.askSystem)];
  try {
    const [print, identity] = await session.pipeline(statements, { signal, silenceMs: firstAnswerMs });
    return sameFacts(facts, readSchemaPrint(print?.rows[0]), readIdentity(catalog, identity?.rows[0]));
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}

/** Whether the server is as it was found. */
export function sameFacts(facts: RemoteFacts, print: string, identity: ServerIdentity): boolean {
  return print === facts.print && isDeepStrictEqual(identity, facts.identity);
}

/**
 * One statement whose answer changes whenever what is concluded from the server's catalog could: tables, columns, types, words of enums, triggers and rules of the
 * schema (whoever alters one of them writes its row of the catalog anew, with another transaction's number) and what this role may do.
 */
export function schemaPrintStatement(catalog: Catalog): PgStatement {
  const ours = 'ARRAY(SELECT o.oid FROM o)';
  const ourTypes = 'ARRAY(SELECT a.atttypid FROM a)';
  // A sum needs no order: sorting a hundred columns takes as long as reading them.
  const all = (columns: readonly string[], from: string): string =>
    `(SELECT pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat_ws(' ', ${columns.join(', ')}), 0)) FROM ${from})`;
  // Every part is read once and by its keys: this is asked before every look.
  return {
    sql: `WITH n AS MATERIALIZED (SELECT n.oid, n.xmin, n.nspowner FROM pg_catalog.pg_namespace n WHERE n.nspname = ${quoteLiteral(catalog.schema)}),
  o AS MATERIALIZED (SELECT c.oid, c.xmin FROM n JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')),
  a AS MATERIALIZED (SELECT a.attrelid, a.attnum, a.xmin, a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attnum > 0 AND a.attrelid = ANY (${ours}))
SELECT n.oid, n.xmin, pg_catalog.has_schema_privilege(n.oid, 'USAGE'), pg_catalog.pg_has_role(n.nspowner, 'USAGE'),
  (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user),
  ${all(['o.oid', 'o.xmin'], 'o')},
  ${all(['a.attrelid', 'a.attnum', 'a.xmin'], 'a')},
  ${all(['t.oid', 't.xmin'], `pg_catalog.pg_type t WHERE t.oid = ANY (${ourTypes})`)},
  ${all(['e.oid', 'e.xmin'], `pg_catalog.pg_enum e WHERE e.enumtypid = ANY (${ourTypes})`)},
  ${all(['g.oid', 'g.xmin'], `pg_catalog.pg_trigger g WHERE g.tgrelid = ANY (${ours})`)},
  ${all(['k.oid', 'k.xmin'], `pg_catalog.pg_constraint k WHERE k.conrelid = ANY (${ours})`)},
  ${all(['i.indexrelid', 'i.xmin'], `pg_catalog.pg_index i WHERE i.indisunique AND i.indrelid = ANY (${ours})`)},
  ${all(['y.oid', 'y.xmin'], `pg_catalog.pg_policy y WHERE y.polrelid = ANY (${ours})`)}
FROM n`,
  };
}

/** The answer to `schemaPrintStatement`. */
export function readSchemaPrint(row: readonly (string | null)[] | undefined): string {
  return JSON.stringify(row ?? []);
}
