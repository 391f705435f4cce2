import type { Catalog } from '../../shared/catalog/catalog.ts';
import { AppError } from '../../shared/errors.ts';
import { PayloadShape } from './apply-payload.ts';
import { effectTable } from './apply-sql.ts';
import type { RunSql } from './apply-sql.ts';
import { openTrial } from './apply-transaction.ts';
import { sqlStateOf } from './error-mapping.ts';
import { quoteLiteral } from './identifiers.ts';
import { journalTriggerNames } from './journal-sql.ts';
import type { PgSession } from './pg-session.ts';
import { writeStatements } from './write-statements.ts';
import type { BrokenTrigger, ForeignRule, RefusedRow, Trial, TrialRequest } from './remote.ts';

/** How long a trial may take on the server, as a statement time-out: a preview waits for it. */
const trialTime = '20s';

/** How often rows that failed are tried once more: each time at least one of them has to have gone well. No trigger makes room for another row. */
const MOST_PASSES = 50;

/** Failures that say nothing about a row: locks, cancelling, a full or read-only server. */
const notTheRows = new Set(['40', '53', '55', '57', '58', '25', '28']);

/** What failed at one row, as the server said it. Names of the schema and codes: no message, because it holds values. */
interface Failure {
  readonly ord: number;
  readonly sqlstate: string;
  readonly constraint: string;
  readonly column: string;
  /** Triggers of others that were, or may have been, at work; '' where none was. */
  readonly triggers: string;
}

/**
 * Writes rows one by one, each in a savepoint, in a transaction that is rolled back, and tells which of them the server refuses and by which rule. A row that fails is
 * tried again after the others, as long as that helps: what another row of the run frees or brings is there then. What the catalog's own rules say is left to the plan,
 * which knows them; only of rows a run was refused for before every refusal counts.
 */
export async function tryRows(
  session: PgSession,
  catalog: Catalog,
  rules: readonly ForeignRule[],
  request: TrialRequest,
): Promise<Trial> {
  const { scope, effects, signal } = request;
  if (effects.length === 0) return { tried: true, broken: [], refused: [] };
  const shape = new PayloadShape(catalog, effects.length);
  try {
    await openTrial(session, request, shape);
    const run: RunSql = { catalog, scope, shape, oneByOne: true };
    const [, , found] = await session.pipeline(
      [
        {
          sql: `SET CONSTRAINTS ALL DEFERRED; SET LOCAL lock_timeout = '1s'; SET LOCAL statement_timeout = '${trialTime}'; SET LOCAL tallybook.failed = '[]'; CREATE INDEX ON ${effectTable} (ord); ANALYZE ${effectTable} (ord, tbl, op, grp)`,
        },
        { sql: trialBlock(run, rules) },
        { sql: `SELECT pg_catalog.current_setting('tallybook.failed')` },
      ],
      { signal },
    );
    const failures = (JSON.parse(found?.rows[0]?.[0] ?? '[]') as (readonly (string | null)[])[]).map(readFailure);
    return judge(rules, request, failures);
  } catch (error) {
    // Values that cannot be sent, locks, a role that may not write, no time: for whoever asks for more than a trial.
    if (error instanceof AppError && sqlStateOf(error) !== null && !signal.aborted) return untried;
    throw error;
  } finally {
    if (session.transaction !== 'none') await session.query('ROLLBACK');
  }
}

const untried: Trial = { tried: false, broken: [], refused: [] };

function readFailure([ord, sqlstate, constraint, column, triggers]: readonly (string | null)[]): Failure {
  return {
    ord: Number(ord),
    sqlstate: sqlstate ?? '',
    constraint: constraint ?? '',
    column: column ?? '',
    triggers: triggers ?? '',
  };
}

function judge(rules: readonly ForeignRule[], { effects, known }: TrialRequest, failures: readonly Failure[]): Trial {
  const refused: RefusedRow[] = [];
  const broken = new Map<string, BrokenTrigger>();
  let tried = true;
  for (const failure of failures) {
    const { ord, sqlstate, triggers } = failure;
    const [effect] = effects.slice(ord, ord + 1);
    if (effect === undefined) continue;
    const { table, pk } = effect;
    if (notTheRows.has(sqlstate.slice(0, 2))) {
      tried = false;
      continue;
    }
    const isData = sqlstate.startsWith('22') || sqlstate.startsWith('23');
    const rule = ruleOf(rules, table, failure);
    if (rule !== null) refused.push({ table, pk, rule, sqlstate });
    else if (isData && known?.(table, pk) === true)
      refused.push({ table, pk, rule: failure.constraint || failure.column || triggers, sqlstate });
    if (triggers !== '' && !isData && sqlstate !== '42501')
      broken.set(`${table} ${triggers} ${sqlstate}`, { table, trigger: triggers, sqlstate });
  }
  const order = ({ table, trigger }: BrokenTrigger): string => `${table} ${trigger}`;
  return {
    tried,
    refused,
    broken: [...broken.values()].toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
  };
}

/** The rule of others that refuses a row; null where it was none of theirs. */
function ruleOf(rules: readonly ForeignRule[], name: string, failure: Failure): string | null {
  const { sqlstate, constraint, column, triggers } = failure;
  const theirs = rules.filter(({ table }) => table === name).map(({ rule }) => rule);
  const named = [constraint, column].find((rule) => rule !== '' && theirs.includes(rule));
  if (named !== undefined) return named;
  // A policy has no name in an error.
  if (sqlstate === '42501') return theirs.length === 0 ? null : theirs.join(', ');
  if (sqlstate.startsWith('23')) return constraint === '' && triggers !== '' ? triggers : null;
  if (triggers !== '') return triggers;
  // Something inside a rule fails, such as a division.
  return theirs.length === 0 ? null : theirs.join(', ');
}

/** One row after the other; those that fail once more behind the others, until that helps none. */
function trialBlock(run: RunSql, rules: readonly ForeignRule[]): string {
  const { catalog } = run;
  const ours = journalTriggerNames.map(quoteLiteral).join(', ');
  const writes = writeStatements(run).map((statement) => {
    const { op, group } = statement;
    const which = `r.tbl = ${quoteLiteral(statement.table)} AND r.op = '${op}'${group === null ? '' : ` AND r.grp = ${group}`}`;
    return `IF ${which} THEN ${statement.sql}; END IF;`;
  });
  const late = rules.flatMap(({ table, late: place }) => (place === null ? [] : [[table, ...place].map(quoteLiteral)]));
  const lateRules = late.length === 0 ? `('', '', '')` : late.map((values) => `(${values.join(', ')})`).join(', ');
  const theirs = `FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = ${quoteLiteral(catalog.schema)} AND c.relname = r.tbl AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgname <> ALL (ARRAY[${ours}])
            AND t.tgtype::int4 & CASE r.op WHEN 'add' THEN 4 WHEN 'delete' THEN 8 ELSE 16 END <> 0`;
  return `DO $trial$
DECLARE r record; late record; todo int4[]; again int4[]; said jsonb; failed text; place text; rule text; field text; names text;
BEGIN
  SELECT array_agg(ord ORDER BY ord) INTO todo FROM ${effectTable};
  FOR pass IN 1..${rules.length === 0 ? 1 : MOST_PASSES} LOOP
    again := '{}'; said := '[]';
    FOR r IN SELECT e.ord, e.tbl, e.op, e.grp FROM unnest(todo) WITH ORDINALITY x(ord, n) JOIN ${effectTable} e ON e.ord = x.ord ORDER BY x.n LOOP
      BEGIN
        PERFORM pg_catalog.set_config('tallybook.ord', r.ord::text, true);
        ${writes.join('\n        ')}
        FOR late IN SELECT n.nspname AS space, t.tgname AS name ${theirs} AND t.tgdeferrable
          UNION SELECT v.space, v.name FROM (VALUES ${lateRules}) v(tbl, space, name) WHERE v.tbl = r.tbl LOOP
          EXECUTE pg_catalog.format('SET CONSTRAINTS %I.%I IMMEDIATE', late.space, late.name);
          EXECUTE pg_catalog.format('SET CONSTRAINTS %I.%I DEFERRED', late.space, late.name);
        END LOOP;
      EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS failed = RETURNED_SQLSTATE, place = PG_EXCEPTION_CONTEXT, rule = CONSTRAINT_NAME, field = COLUMN_NAME;
        SELECT coalesce(pg_catalog.string_agg(t.tgname, ', ' ORDER BY t.tgname) FILTER (WHERE pg_catalog.strpos(place, t.tgfoid::pg_catalog.regprocedure::text) > 0),
            CASE WHEN pg_catalog.left(failed, 2) NOT IN ('22', '23') THEN pg_catalog.string_agg(t.tgname, ', ' ORDER BY t.tgname) END) INTO names ${theirs};
        again := again || r.ord;
        said := said || pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_array(r.ord::text, failed, rule, field, names));
      END;
    END LOOP;
    EXIT WHEN pg_catalog.cardinality(again) IN (0, pg_catalog.cardinality(todo));
    todo := again;
  END LOOP;
  PERFORM pg_catalog.set_config('tallybook.failed', said::text, true);
END $trial$`;
}
