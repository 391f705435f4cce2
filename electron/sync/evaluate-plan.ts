import type { PlanSummary } from '../../shared/contract/sync.ts';
import { effectsOf } from '../../shared/sync/effects.ts';
import type { Choice } from '../../shared/sync/plan.ts';
import { settle, type Draft, type Left, type Part, type Settled } from '../../shared/sync/settle.ts';
import type { ClassStore } from '../store/class-store.ts';
import { draftOps } from '../store/sync/draft-store.ts';
import { planRefusals } from '../store/sync/plan-links.ts';
import {
  eachPlanRow,
  getPlan,
  planConflicts,
  planRow,
  planRowKeysAt,
  type PlanRowKeys,
} from '../store/sync/plan-store.ts';
import { statement } from '../store/statement.ts';
import { brokenRules } from './broken-rules.ts';
import { openPlanBook, type PlanBook } from './plan-book.ts';

/** A plan with what its draft makes of it. */
export interface Evaluation extends Settled {
  readonly book: PlanBook;
}

/** Every decided row is gone over several times; rows nobody said anything about are hardly read. */
const ROWS_KEPT = 16_384;

interface Kept {
  readonly key: string;
  readonly evaluation: Evaluation;
}

const kept = new WeakMap<ClassStore, Kept>();

/** How often this connection has written to the class file: what was worked out holds as long as it stays. */
function writesOf(store: ClassStore): number {
  return (statement(store.db, 'SELECT total_changes() AS n').get() as { readonly n: number }).n;
}

/** Makes a write no plan depends on: what was worked out before it goes on to hold. */
export function writeBeside(store: ClassStore, write: () => void): void {
  const last = kept.get(store);
  const held = last !== undefined && last.key.endsWith(` ${writesOf(store)}`);
  write();
  if (held) kept.set(store, { ...last, key: last.key.replace(/ \d+$/, ` ${writesOf(store)}`) });
}

/** What a draft makes of a plan for one part of it. The last answer is kept as long as nothing is written to the class file: a page that scrolls asks often. */
export function evaluatePlan(store: ClassStore, planId: string, part: Part = 'sync'): Evaluation {
  const key = `${planId} ${part} ${writesOf(store)}`;
  const last = kept.get(store);
  if (last?.key === key) return last.evaluation;
  const evaluation = evaluate(store, planId, part);
  kept.set(store, { key, evaluation });
  return evaluation;
}

function evaluate(store: ClassStore, planId: string, part: Part): Evaluation {
  const book = openPlanBook(store, store.catalog, {
    planId,
    peerId: getPlan(store, planId).peerId,
    rowsKept: ROWS_KEPT,
  });
  const choices = new Map<number, Choice>();
  const unticked = new Set<number>();
  for (const op of draftOps(store, planId)) {
    if (op.undone) continue;
    for (const ordinal of op.ordinals) {
      if (op.include === null) {
        if (op.choice === null) choices.delete(ordinal);
        else choices.set(ordinal, op.choice);
      } else if (op.include) unticked.delete(ordinal);
      else unticked.add(ordinal);
    }
  }
  // Nobody leaves an erasure out.
  for (const { ordinal, table } of planRowKeysAt(store, planId, new Set([...unticked, ...choices.keys()])))
    if (table === store.catalog.roles.erasure) {
      unticked.delete(ordinal);
      choices.delete(ordinal);
    }
  const refused = planRefusals(store, planId);
  // In plan order: what comes of the choices never depends on which was made first.
  const byPlace = (a: number, b: number): number => a - b;
  const ordered = new Map([...choices].toSorted(([a], [b]) => byPlace(a, b)));
  const draft = {
    choices: ordered,
    unticked: new Set([...unticked].toSorted(byPlace)),
    conflicts: planConflicts(store, planId),
    refused,
  };
  return { ...settleByRules(store, planId, book, draft, part), book };
}

/** Leaves out what breaks a rule that blocks, with whatever depends on it, until no rule is broken by a row that takes part. */
function settleByRules(store: ClassStore, planId: string, book: PlanBook, draft: Draft, part: Part): Settled {
  const blocking = store.catalog.checks.filter((check) => check.level === 'block');
  const refused = [...draft.refused];
  for (;;) {
    const settled = settle(book, { ...draft, refused }, part);
    if (blocking.length === 0) return settled;
    const effects = [...eachPlanRow(store, planId)].flatMap(({ ordinal, row }) =>
      effectsOf(book, settled, ordinal, row),
    );
    const known = refused.length;
    const touched = new Set(effects.map((effect) => effect.table));
    const asked = blocking.filter((check) => check.reads.some((name) => touched.has(name)));
    for (const { rule, table, pk } of brokenRules(store, asked, effects)) {
      const ordinal = book.ordinal(table, pk);
      if (ordinal !== null && !settled.left.has(ordinal) && !refused.some((row) => row.ordinal === ordinal))
        refused.push({ ordinal, column: rule, reason: 'check' });
    }
    if (refused.length === known) return settled;
  }
}

/** What a row that stays out waits for, as it is listed: the other row, or the column that cannot be stored here. */
export function blockerOf(store: ClassStore, planId: string, table: string, left: Left | undefined): string | null {
  if (left === undefined) return null;
  if (left.column !== undefined) return `${table} ${left.column}`;
  const blocker = left.needs === null ? null : planRow(store, planId, left.needs);
  return blocker === null ? null : `${blocker.table} ${blocker.label}`;
}

/** The sides a row is written on with every row its decision makes. */
export interface Sides {
  readonly up: boolean;
  readonly down: boolean;
}

/** Places of the rows a draft says something about: all others take part as they are listed. */
export function spokenOf({ left, choices, results }: Settled): ReadonlySet<number> {
  return new Set([...left.keys(), ...choices.keys(), ...results.keys()]);
}

/**
 * Distinct rows each button would carry, and rows that stay out of all of them. `summary` counts the rows as they are listed; only rows the draft says
 * something about are looked at.
 */
export function countReady(
  store: ClassStore,
  planId: string,
  summary: PlanSummary['summary'],
  evaluation: Evaluation,
): PlanSummary['ready'] {
  const ready = { apply: 0, pull: 0, sync: 0, leave: evaluation.left.size };
  const add = ({ up, down }: Sides, count: number): void => {
    if (up) ready.apply += count;
    if (down) ready.pull += count;
    if (up || down) ready.sync += count;
  };
  const asListed = ({ kind, direction }: Pick<PlanRowKeys, 'kind' | 'direction'>): Sides =>
    kind === 'conflict' ? { up: false, down: false } : { up: direction !== 'down', down: direction !== 'up' };
  for (const cell of summary) add(asListed(cell), cell.count);
  for (const keys of planRowKeysAt(store, planId, spokenOf(evaluation))) {
    add(asListed(keys), -1);
    const effects = effectsOf(evaluation.book, evaluation, keys.ordinal, evaluation.book.row(keys.ordinal));
    for (const effect of effects) {
      if (evaluation.syncOnly.has(keys.ordinal)) ready.sync += effect.up || effect.down ? 1 : 0;
      else add(effect, 1);
    }
  }
  return ready;
}
