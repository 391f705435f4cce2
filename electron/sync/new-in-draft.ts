import type { Choice } from '../../shared/sync/plan.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { NewDraftOp } from '../store/sync/draft-store.ts';
import { ownErasures, readDraft } from './read-draft.ts';

/**
 * What entries that are still to be written would change in a draft, one after the other: what a row has already, and what is
 * said of an erasure made here, which nobody leaves out, is no part of them. An entry that says nothing new
 * would be one more step to undo, with nothing to be seen of it, and would end what can be put in force again.
 */
export function newInDraft(store: ClassStore, planId: string, ops: readonly NewDraftOp[]): readonly NewDraftOp[] {
  const { choices, unticked } = readDraft(store, planId);
  const own = new Set(ownErasures(store, planId));
  const said = new Map<number, string | null>();
  const ticks = new Map<number, boolean>();
  const take = ({ ordinals, choice, include }: NewDraftOp): readonly number[] =>
    ordinals.filter((ordinal) => {
      if (own.has(ordinal)) return false;
      if (include === null) {
        const words = wordsOf(choice);
        const before = said.get(ordinal);
        if ((before === undefined ? wordsOf(choices.get(ordinal) ?? null) : before) === words) return false;
        said.set(ordinal, words);
        return true;
      }
      if ((ticks.get(ordinal) ?? !unticked.has(ordinal)) === include) return false;
      ticks.set(ordinal, include);
      return true;
    });
  return ops.map((op) => ({ ...op, ordinals: take(op) }));
}

/** What a choice says, without the key of the record it makes: said once more it would be another one. */
function wordsOf(choice: Choice | null): string | null {
  if (choice === null) return null;
  const { newId: _key, fields, ...words } = choice;
  const named = Object.entries(fields ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([words, named]);
}
