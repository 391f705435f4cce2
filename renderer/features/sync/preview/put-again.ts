import type { Params } from '../../../../shared/contract/contract.ts';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import type { Stepped, Wish } from './decision-queue.ts';
import { sayUntaken, type Use } from './preview-state.ts';
import { rowsIn, saysOf, standsAs } from './same-question.ts';
import type { RowCache } from './row-cache.ts';

/** What a person decided about rows of the plan. */
export type Decision = Pick<Params<'plan.decide'>, 'target' | 'choice' | 'rule' | 'fields' | 'include'>;

/** As many records as one answer brings are looked for in another list. */
const mostLookedFor = 200;

/** The rows a decision is about as they are when it is made; null where it is about rows that nobody has read, or about many. */
export function rowsMeant({ target }: Decision, planId: string, cache: RowCache): readonly PlanRowItem[] | null {
  if (!('ordinals' in target) || target.ordinals.length > mostLookedFor) return null;
  const rows = target.ordinals.flatMap((ordinal) => cache.get(planId, ordinal) ?? []);
  return rows.length === target.ordinals.length ? rows : null;
}

/** What a decision was made about, and how it is put on a list. */
interface Late {
  readonly use: Use;
  readonly decision: Decision;
  /** The list it was made on. */
  readonly made: Pick<PlanSummary, 'purpose' | 'undoes'>;
  readonly rows: readonly PlanRowItem[] | null;
  /** What was answered where it was taken all the same, just before another list took that one's place. */
  readonly stepped: Stepped | null;
  /** Shows the list that is to be decided now; null where there is none. */
  readonly takeOver: () => Promise<PlanSummary | null>;
  readonly wish: (planId: string, decision: Decision, rows: readonly PlanRowItem[] | null) => Wish;
}

/**
 * What becomes of a decision whose list another one took the place of: it is put once more where the same records ask the same, and said not to be taken where not.
 * Of one that was taken only what the new list does not hold. True where there is nothing more to do, false where it was not taken.
 */
export async function putAgain({ use, decision, made, rows, stepped, takeOver, wish }: Late): Promise<Wish | boolean> {
  const list = await takeOver();
  const fits = list?.purpose === made.purpose && list.undoes === made.undoes;
  if (list === null || !fits || rows === null) {
    // What was taken is kept by the engine as far as it fits, also for the next ordinary list behind one that takes a run back; the list says so itself.
    if (stepped === null) sayUntaken(use, { kind: 'decided', rows: rows ?? [] });
    return stepped !== null;
  }
  const found = await rowsIn(list, rows);
  const again: PlanRowItem[] = [];
  const lost: PlanRowItem[] = [];
  for (const [index, row] of rows.entries()) {
    const now = found[index] ?? null;
    const taken = stepped?.current.find(({ ordinal }) => ordinal === row.ordinal);
    if (now === null || saysOf(now) !== saysOf(row)) lost.push(row);
    else if (stepped === null || (taken !== undefined && standsAs(now) !== standsAs(taken))) again.push(now);
  }
  if (lost.length > 0) sayUntaken(use, { kind: 'decided', rows: lost });
  if (again.length === 0) return lost.length === 0;
  const next = wish(list.planId, { ...decision, target: { ordinals: again.map(({ ordinal }) => ordinal) } }, again);
  return { ...next, whole: lost.length === 0 };
}
