import type { Choice } from '../../../shared/sync/plan.ts';
import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';

/** One choice for some rows of a plan. `choice` null takes a choice back; `include` ticks or unticks. */
export interface DraftOp {
  readonly seq: number;
  readonly ordinals: readonly number[];
  readonly choice: Choice | null;
  readonly include: boolean | null;
  readonly undone: boolean;
}

/** The draft of a plan, oldest choice first. */
export function draftOps(store: ClassStore, planId: string): readonly DraftOp[] {
  return (
    statement(
      store.db,
      'SELECT seq, ordinals, choice, include, undone FROM draft_op WHERE plan_id = ? ORDER BY seq',
    ).all(planId) as {
      seq: number | bigint;
      ordinals: string;
      choice: string | null;
      include: number | bigint | null;
      undone: number | bigint;
    }[]
  ).map((raw) => ({
    seq: Number(raw.seq),
    ordinals: JSON.parse(raw.ordinals) as number[],
    choice: raw.choice === null ? null : (JSON.parse(raw.choice) as Choice),
    include: raw.include === null ? null : Number(raw.include) === 1,
    undone: Number(raw.undone) === 1,
  }));
}

/** Adds a choice to the draft; choices that were undone before it are gone for good. */
export function addDraftOp(
  store: ClassStore,
  planId: string,
  op: Pick<DraftOp, 'ordinals' | 'choice' | 'include'>,
): void {
  store.transaction(() => {
    statement(store.db, 'DELETE FROM draft_op WHERE plan_id = ? AND undone = 1').run(planId);
    store.db
      .prepare(
        `INSERT INTO draft_op (plan_id, seq, ordinals, choice, include)
         VALUES (@planId, (SELECT coalesce(max(seq), 0) + 1 FROM draft_op WHERE plan_id = @planId), @ordinals, @choice, @include)`,
      )
      .run({
        planId,
        ordinals: JSON.stringify(op.ordinals),
        choice: op.choice === null ? null : JSON.stringify(op.choice),
        include: op.include === null ? null : op.include ? 1n : 0n,
      });
  });
}

/** Takes the last choice back, or, with `redo`, the last one taken back; false when there is none. */
export function stepDraft(store: ClassStore, planId: string, direction: 'undo' | 'redo'): boolean {
  const sql =
    direction === 'undo'
      ? 'UPDATE draft_op SET undone = 1 WHERE plan_id = @planId AND seq = (SELECT max(seq) FROM draft_op WHERE plan_id = @planId AND undone = 0)'
      : 'UPDATE draft_op SET undone = 0 WHERE plan_id = @planId AND seq = (SELECT min(seq) FROM draft_op WHERE plan_id = @planId AND undone = 1)';
  return store.db.prepare(sql).run({ planId }).changes > 0;
}
