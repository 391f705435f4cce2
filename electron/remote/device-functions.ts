import { syncedTables } from '../../shared/catalog/catalog.ts';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import { erasureRules } from '../../shared/sync/erasure-rules.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgStatement } from './pg-session.ts';
import { columnOf, inSchema } from './row-sql.ts';

/** A function of the schema that devices call, as `GRANT` names it. */
export interface DeviceFunction {
  readonly name: string;
  readonly signature: string;
  /** Also needed where a connection never writes. */
  readonly reads: boolean;
}

/** The functions devices call. Everybody else is kept from them; a role needs the right to each. */
export function deviceFunctions(catalog: Catalog): readonly DeviceFunction[] {
  const named = (name: string, types: string, reads = false): DeviceFunction => ({
    name,
    signature: `${quoteIdentifier(catalog.schema)}.${name}(${types})`,
    reads,
  });
  return [
    named('journal_row_counts', 'uuid, text', true),
    named('journal_entries', 'uuid, text, int8', true),
    named('journal_elsewhere', 'uuid'),
    named('journal_renumber', 'uuid, text'),
    named('journal_collect', 'uuid, text'),
    named('begin_epoch', 'uuid, text, uuid, uuid'),
    named('shut_out', 'uuid, text, uuid'),
    ...(erasureRules(catalog) === null ? [] : [named('erase_covered', 'uuid, text, boolean, text[]')]),
  ];
}

/** SQL for whether this role may call a function; NULL where it is not there. */
export function mayCall(signature: string): string {
  const name = quoteLiteral(signature);
  return `CASE WHEN pg_catalog.to_regprocedure(${name}) IS NOT NULL THEN pg_catalog.has_function_privilege(${name}, 'EXECUTE') END`;
}

/** Asks whether this role may count the rows of a class, those it may not see as well, and whether policies decide which entries of the journal it sees. */
export function mayCountStatement(catalog: Catalog): PgStatement {
  const reading = deviceFunctions(catalog).filter(({ reads }) => reads);
  const narrowed = `pg_catalog.row_security_active(${quoteLiteral(inSchema(catalog, 'row_state'))})`;
  return { sql: `SELECT ${reading.map(({ signature }) => mayCall(signature)).join(' AND ')}, ${narrowed}` };
}

/**
 * What a call about a class hands over to show that whoever calls may see the class: its secret, read with the caller's own rights, so that policies decide. It
 * never stands in the text of a statement.
 */
export function classProof(catalog: Catalog, scope: string): string {
  return `(SELECT c.secret FROM ${inSchema(catalog, 'class_secret')} c WHERE c.class_id = ${scope})`;
}

/** Inside such a function: whether `proof` shows that the caller may see `of_class`. */
export function isProved(catalog: Catalog): string {
  return `EXISTS (SELECT FROM ${inSchema(catalog, 'class_secret')} c WHERE c.class_id = of_class AND c.secret = proof)`;
}

/** How long the journal remembers a deletion. Whoever was away for longer compares everything. */
const rememberedFor = '400 days';

const definer = 'SECURITY DEFINER SET search_path = pg_catalog, pg_temp';

/**
 * Functions a device calls. They run as the owner, so that policies on the tables do not narrow what they see; each is about one class, and does nothing and says
 * nothing to whoever may not see that class.
 */
export function observationFunctions(catalog: Catalog): readonly string[] {
  return [
    rowCounts(catalog),
    entryCount(catalog),
    elsewhere(catalog),
    renumber(catalog),
    collect(catalog),
    beginEpoch(catalog),
    shutOut(catalog),
  ];
}

/**
 * How many rows there are, whoever asks: who sees fewer must not take a row that does not come for a deleted one. A table that is not there, or has another scope
 * column by now, is not in the answer.
 */
function rowCounts(catalog: Catalog): string {
  const counts = syncedTables(catalog).map(
    ({ name }) => `  BEGIN
    RETURN QUERY SELECT ${quoteLiteral(name)}::text, count(*) FROM ${inSchema(catalog, name)} t WHERE ${columnOf('t', catalog.scopeColumn)} = of_class;
  EXCEPTION WHEN syntax_error_or_access_rule_violation THEN NULL;
  END;`,
  );
  return `CREATE FUNCTION ${quoteIdentifier(catalog.schema)}.journal_row_counts(of_class uuid, proof text) RETURNS TABLE (tbl text, n int8)
  LANGUAGE plpgsql STABLE ${definer} AS $$
BEGIN
  IF NOT ${isProved(catalog)} THEN RETURN; END IF;
${counts.join('\n')}
END
$$`;
}

/** How many entries the journal of a class has of transactions from this one on, whoever asks: what changed must not be passed over because a policy hides it. */
function entryCount(catalog: Catalog): string {
  const schema = quoteIdentifier(catalog.schema);
  return `CREATE FUNCTION ${schema}.journal_entries(of_class uuid, proof text, since int8) RETURNS int8
  LANGUAGE plpgsql STABLE ${definer} AS $$
BEGIN
  IF NOT ${isProved(catalog)} THEN RETURN NULL; END IF;
  RETURN (SELECT count(*) FROM ${schema}.row_state s WHERE s.scope = of_class AND s.xid >= since);
END
$$`;
}

/** Which table of a class other than this one the transaction wrote to: a proof must see what a policy hides. Told is the table alone, and only of one's own doing. */
function elsewhere(catalog: Catalog): string {
  const schema = quoteIdentifier(catalog.schema);
  return `CREATE FUNCTION ${schema}.journal_elsewhere(uuid) RETURNS TABLE (tbl text) LANGUAGE sql STABLE ${definer} AS $$
  SELECT s.tbl FROM ${schema}.class c CROSS JOIN LATERAL (
    SELECT r.tbl FROM ${schema}.row_state r WHERE r.scope = c.id AND r.xid = txid_current() LIMIT 1
  ) s WHERE c.id <> $1 LIMIT 1
$$`;
}

/**
 * Sets aside transaction numbers of another cluster that this one has not reached yet (negated, so that a row keeps its run): left as they are, they would count as
 * later than every horizon, and one day be taken for a transaction of this cluster.
 */
function renumber(catalog: Catalog): string {
  // Of another count is what this statement's own snapshot could not have seen: a transaction that began after this one and is over is of this count.
  const aside = (table: string, column: string): string =>
    `  UPDATE ${inSchema(catalog, table)} SET xid = -xid WHERE ${column} = of_class AND xid >= txid_snapshot_xmax(txid_current_snapshot());`;
  return `CREATE FUNCTION ${quoteIdentifier(catalog.schema)}.journal_renumber(of_class uuid, proof text) RETURNS void LANGUAGE plpgsql ${definer} AS $$
BEGIN
  IF NOT ${isProved(catalog)} THEN RETURN; END IF;
${aside('row_state', 'scope')}
${aside('run', 'class_id')}
${aside('resolution_log', 'class_id')}
END
$$`;
}

/**
 * Forgets deletions that were written more than 400 days ago (by the time of the run, because an edit may be much older than its arrival), at most once a day, and
 * moves the horizon from which a device must have read on.
 *
 * What is missing from a table that hides its rows instead of deleting them was lost, and waits for somebody to put it back: it is remembered until then (or until it is
 * erased). Without what it held last, a PC that never saw the last of it would put its own older version back, and everybody else would take that for the newer one.
 */
function collect(catalog: Catalog): string {
  const schema = quoteIdentifier(catalog.schema);
  const hiding = syncedTables(catalog).flatMap(({ name, softDelete }) =>
    softDelete === null ? [] : [quoteLiteral(name)],
  );
  const lost = hiding.length === 0 ? '' : ` AND s.tbl NOT IN (${hiding.join(', ')})`;
  return `CREATE FUNCTION ${schema}.journal_collect(of_class uuid, proof text) RETURNS void LANGUAGE plpgsql ${definer} AS $$
BEGIN
  IF NOT ${isProved(catalog)} THEN RETURN; END IF;
  UPDATE ${schema}.gc_horizon SET at = now() WHERE class_id = of_class AND at < now() - interval '1 day';
  IF NOT FOUND THEN RETURN; END IF;
  WITH forgotten AS (
    DELETE FROM ${schema}.row_state s WHERE s.scope = of_class AND s.deleted${lost}
      AND coalesce((SELECT max(r.at) FROM ${schema}.run r WHERE r.class_id = s.scope AND r.xid = s.xid), s.edited_to) < now() - interval '${rememberedFor}'
    RETURNING s.xid
  )
  UPDATE ${schema}.gc_horizon SET horizon = greatest(horizon, (SELECT max(xid) + 1 FROM forgotten)) WHERE class_id = of_class;
END
$$`;
}

/**
 * Gives the database a new epoch where it still has the one it was judged by, and answers the one in force. Nobody else writes the epoch: it is about all classes.
 * Where the class is gone as well, only the owner can.
 */
function beginEpoch(catalog: Catalog): string {
  const schema = quoteIdentifier(catalog.schema);
  return `CREATE FUNCTION ${schema}.begin_epoch(of_class uuid, proof text, was uuid, becomes uuid) RETURNS uuid LANGUAGE plpgsql ${definer} AS $$
BEGIN
  IF ${isProved(catalog)} OR pg_has_role(session_user, current_user, 'USAGE') THEN
    UPDATE ${schema}.meta SET epoch = becomes WHERE epoch = was;
  END IF;
  RETURN (SELECT epoch FROM ${schema}.meta);
END
$$`;
}

/** Shuts a device out of a class, and answers whether there is such a device. No device can let one in again. */
function shutOut(catalog: Catalog): string {
  const schema = quoteIdentifier(catalog.schema);
  return `CREATE FUNCTION ${schema}.shut_out(of_class uuid, proof text, who uuid) RETURNS boolean LANGUAGE plpgsql ${definer} AS $$
BEGIN
  IF NOT ${isProved(catalog)} AND NOT pg_has_role(session_user, current_user, 'USAGE') THEN RETURN false; END IF;
  UPDATE ${schema}.device SET revoked = true WHERE class_id = of_class AND device = who;
  RETURN FOUND;
END
$$`;
}
