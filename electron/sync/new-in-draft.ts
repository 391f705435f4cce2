import type { Choice } from '../../shared/sync/plan.ts';
import type { ClassStore } from '../store/class-store.ts';
import { draftOps, type NewDraftOp } from '../store/sync/draft-store.ts';

/**
 * What entries that are still to be written would change in a draft, one after the other: what a row has already is left out of them. An entry that says nothing new
 * would be one more step to undo, with nothing to be seen of it, and would end what can be put in force again.
 */
export function newInDraft(store: ClassStore, planId: string, ops: readonly NewDraftOp[]): readonly NewDraftOp[] {
  const said = new Map<number, string | null>();
  const ticks = new Map<number, boolean>();
  const take = ({ ordinals, choice, include }: NewDraftOp): readonly number[] =>
    ordinals.filter((ordinal) => {
      if (include === null) {
        const words = wordsOf(choice);
        if ((said.get(ordinal) ?? null) === words) return false;
        said.set(ordinal, words);
        return true;
      }
      if ((ticks.get(ordinal) ?? true) === include) return false;
      ticks.set(ordinal, include);
      return true;
    });
  for (const op of draftOps(store, planId)) if (!op.undone) take(op);
  return ops.map((op) => ({ ...op, ordinals: take(op) }));
}

/** What a choice says, without the key of the record it makes: said once more it would be another one. */
function wordsOf(choice: Choice | null): string | null {
  if (choice === null) return null;
  const { newId: _key, fields, ...words } = choice;
  const named = Object.entries(fields ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([words, named]);
}
