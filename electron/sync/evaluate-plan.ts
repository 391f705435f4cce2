import { tableOf, type Catalog } from '../../shared/catalog/catalog.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import type { Choice } from '../../shared/sync/plan.ts';
import { hardParents } from '../../shared/sync/row.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { OutRow } from './out-row.ts';
import { resultOf, sidesOf, type Sides } from './row-result.ts';
import { blockClaims } from './unique-claims.ts';
import { draftOps } from '../store/sync/draft-store.ts';
import { planEdges, planRefusals } from '../store/sync/plan-links.ts';
import { planConflicts, planRow, planRowKeysAt, type PlanRowKeys } from '../store/sync/plan-store.ts';

/** What the draft makes of a plan: only what differs from "every row as listed takes part" is held. */
export interface Evaluation {
  /** The choice in force for a row, skips included. */
  readonly choices: ReadonlyMap<number, Choice>;
  /** Rows that stay out, with the reason and for blocked rows the ordinal they wait for. */
  readonly out: ReadonlyMap<number, OutRow>;
}

/** Replays the draft over the plan and closes it: whatever depends on a row that stays out stays out too. */
export function evaluatePlan(store: ClassStore, catalog: Catalog, planId: string): Evaluation {
  const choices = new Map<number, Choice>();
  const out = new Map<number, OutRow>();
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
  for (const ordinal of planConflicts(store, planId)) {
    const choice = choices.get(ordinal);
    if (choice === undefined || choice.choice === 'skip')
      out.set(ordinal, { reason: choice === undefined ? 'undecided' : 'skipped', needs: null });
  }
  for (const ordinal of unticked) if (!out.has(ordinal)) out.set(ordinal, { reason: 'unticked', needs: null });
  for (const [ordinal, choice] of choices)
    if (choice.choice === 'skip' && !out.has(ordinal)) out.set(ordinal, { reason: 'skipped', needs: null });
  for (const { ordinal, column } of planRefusals(store, planId))
    out.set(ordinal, { reason: 'refused', needs: null, column });
  do block(store, catalog, planId, choices, out);
  while (blockClaims(store, catalog, planId, choices, out));
  return { choices, out };
}

/** What a row that stays out waits for, as it is listed: the other row, or the column that cannot be stored here. */
export function blockerOf(store: ClassStore, planId: string, table: string, out: OutRow | undefined): string | null {
  if (out === undefined) return null;
  if (out.column !== undefined) return `${table} ${out.column}`;
  const blocker = out.needs === null ? null : planRow(store, planId, out.needs);
  return blocker === null ? null : `${blocker.table} ${blocker.label}`;
}

/** Nothing goes before what it needs: rows that need one that stays out stay out, however long the chain. */
function block(
  store: ClassStore,
  catalog: Catalog,
  planId: string,
  choices: ReadonlyMap<number, Choice>,
  out: Map<number, OutRow>,
): void {
  if (out.size === 0) return;
  const dependants = new Map<number, number[]>();
  for (const edge of planEdges(store, planId)) {
    const list = dependants.get(edge.needs);
    if (list === undefined) dependants.set(edge.needs, [edge.ordinal]);
    else list.push(edge.ordinal);
  }
  const waiting = [...out.keys()];
  for (let needs = waiting.pop(); needs !== undefined; needs = waiting.pop()) {
    for (const ordinal of dependants.get(needs) ?? []) {
      if (out.has(ordinal) || !stillNeeds(store, catalog, planId, choices, { ordinal, needs })) continue;
      out.set(ordinal, { reason: 'blocked', needs });
      waiting.push(ordinal);
    }
  }
}

/** A decided conflict needs only what its result names. */
function stillNeeds(
  store: ClassStore,
  catalog: Catalog,
  planId: string,
  choices: ReadonlyMap<number, Choice>,
  { ordinal, needs }: { readonly ordinal: number; readonly needs: number },
): boolean {
  const choice = choices.get(ordinal);
  const [row, needed] = choice === undefined ? [] : [planRow(store, planId, ordinal), planRow(store, planId, needs)];
  if (row === undefined || row === null || needed === undefined || needed === null) return true;
  const result = resultOf(catalog, row, choice);
  return (
    result === undefined || hardParents(tableOf(catalog, row.table), result).includes(`${needed.table} ${needed.pk}`)
  );
}

/**
 * Distinct rows each button would carry, and rows that stay out of all of them. `summary` counts the rows as they are listed; only rows the draft says
 * something about are looked at.
 */
export function countReady(
  store: ClassStore,
  catalog: Catalog,
  planId: string,
  summary: PlanSummary['summary'],
  evaluation: Evaluation,
): PlanSummary['ready'] {
  const ready = { apply: 0, pull: 0, sync: 0, leave: evaluation.out.size };
  const add = ({ up, down }: Sides, count: number): void => {
    if (up) ready.apply += count;
    if (down) ready.pull += count;
    if (up || down) ready.sync += count;
  };
  const asListed = ({ kind, direction }: Pick<PlanRowKeys, 'kind' | 'direction'>): Sides =>
    kind === 'conflict' ? { up: false, down: false } : { up: direction !== 'down', down: direction !== 'up' };
  for (const cell of summary) add(asListed(cell), cell.count);
  const spokenOf = new Set([...evaluation.out.keys(), ...evaluation.choices.keys()]);
  for (const keys of planRowKeysAt(store, planId, spokenOf)) {
    add(asListed(keys), -1);
    if (evaluation.out.has(keys.ordinal)) continue;
    const row = planRow(store, planId, keys.ordinal);
    const result = row === null ? undefined : resultOf(catalog, row, evaluation.choices.get(keys.ordinal));
    if (row !== null && result !== undefined) add(sidesOf(catalog, row, result), 1);
  }
  return ready;
}
