import { syncedTables, tableOf, type CatalogCheck } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import { effectsOf } from '../../shared/sync/effects.ts';
import type { Effect } from '../../shared/sync/plan.ts';
import { createSlicer } from '../engine/slices.ts';
import { readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { statement } from '../store/statement.ts';
import { eachPlanRow } from '../store/sync/plan-store.ts';
import { openTrees } from '../store/sync/trees.ts';
import { brokenRules, type BrokenRule } from './broken-rules.ts';
import type { Evaluation } from './evaluate-plan.ts';
import { createLabels } from './labels.ts';

/** Up to so many rows in the tables a rule reads, and so many that come here, a rule is asked: a preview waits for it. */
const mostRead = 20_000;
const mostWritten = 2_000;
/** Longest time the thread is held while the rows of a plan are gone through, in milliseconds. */
const SLICE_MS = 8;
/** So many of the rows that break a rule are named. */
const mostNamed = 5;

/** What a plan is judged by. */
export interface JudgedPlan {
  readonly planId: string;
  readonly peerId: string;
  readonly summary: PlanSummary['summary'];
  readonly evaluation: Evaluation;
}

/**
 * The rules of the catalog that only warn and would be broken by what the plan, as its draft stands, makes of the class here: one check each, with how many rows
 * break it and the names of some. Nothing is said of a rule the plan does not touch. A rule that reads more than a preview can wait for, or that a large download touches, is not looked at, which is said.
 */
export async function ruleWarnings(
  store: ClassStore,
  plan: JudgedPlan,
  signal: AbortSignal,
): Promise<PlanSummary['checks']> {
  const touched = new Set(plan.summary.map(({ table }) => table));
  const coming = plan.summary.filter(({ direction }) => direction !== 'up').reduce((sum, { count }) => sum + count, 0);
  const meant = store.catalog.checks.filter(
    ({ level, reads }) => level === 'warn' && reads.some((name) => touched.has(name)),
  );
  const asked = coming > mostWritten ? [] : meant.filter(({ reads }) => isSmall(store, reads));
  const unlooked = unlookedAt(meant.filter((check) => !asked.includes(check)));
  if (asked.length === 0) return unlooked;
  const { evaluation } = plan;
  const effects: Effect[] = [];
  const slicer = createSlicer(SLICE_MS);
  // What goes up alone is here already.
  for (const { ordinal, row } of eachPlanRow(store, plan.planId)) {
    effects.push(...effectsOf(evaluation.book, evaluation, ordinal, row).filter(({ down }) => down));
    await slicer.pause(signal);
  }
  const broken = Map.groupBy(brokenRules(store, asked, effects), ({ rule }) => rule);
  return [...[...broken].map(([rule, rows]) => warningOf(store, plan, rule, rows, effects)), ...unlooked];
}

/** What a list says of rules that would take too long: nobody may believe that they hold. */
function unlookedAt(rules: readonly CatalogCheck[]): PlanSummary['checks'] {
  return rules.map(({ name, table }) => ({
    id: 'rules',
    state: 'warning',
    code: 'rule-unlooked',
    params: { rule: name, table, mostRead, mostWritten },
  }));
}

function isSmall(store: ClassStore, tables: readonly string[]): boolean {
  const synced = new Set(syncedTables(store.catalog).map(({ name }) => name));
  let left = mostRead;
  for (const name of tables.filter((each) => synced.has(each))) {
    const sql = `SELECT count(*) AS n FROM (SELECT 1 FROM ${quoteIdentifier(name)} LIMIT ${mostRead + 1})`;
    left -= (statement(store.db, sql).get() as { readonly n: number }).n;
  }
  return left >= 0;
}

function warningOf(
  store: ClassStore,
  { peerId, summary }: JudgedPlan,
  rule: string,
  rows: readonly BrokenRule[],
  effects: readonly Effect[],
): PlanSummary['checks'][number] {
  const labels = createLabels(store, store.catalog, openTrees(store, peerId));
  const results = new Map(effects.map(({ table, pk, result }) => [`${table} ${pk}`, result]));
  const names = rows.slice(0, mostNamed).map(({ table: name, pk }) => {
    const table = tableOf(store.catalog, name);
    const row = results.get(`${name} ${pk}`) ?? readRow(store, table, pk);
    return row === null ? pk : labels.of(table, row);
  });
  const { reads = [] } = store.catalog.checks.find(({ name }) => name === rule) ?? {};
  // The rows of the list that break it are of what the rule reads, not of what it is about.
  const isRead = ({ table }: { readonly table: string }): boolean => reads.includes(table);
  const cause = effects.find(isRead) ?? summary.find(isRead) ?? rows[0];
  const more = rows.length > names.length ? ', …' : '';
  const params = {
    rule,
    table: cause?.table ?? '',
    count: rows.length,
    rows: `${names.join(', ')}${more}`,
  };
  return { id: 'rules', state: 'warning', code: 'rule-broken', params };
}
