import type { Choice } from '../../shared/sync/plan.ts';
import type { Draft } from '../../shared/sync/settle.ts';
import type { ClassStore } from '../store/class-store.ts';
import { draftOps } from '../store/sync/draft-store.ts';
import { getPlan, ordinalsOfTable, planRow, planRowKeysAt } from '../store/sync/plan-store.ts';
import { takenBackPlaces } from '../store/sync/taken-back-places.ts';

/** The draft of a plan as it stands, read at once: what people said, in plan order. What comes of it never depends on what was said first. */
export function readDraft(store: ClassStore, planId: string): Pick<Draft, 'choices' | 'unticked'> {
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
  // Nobody leaves an erasure out that was made here. What others ask for may wait.
  const { erasure } = store.catalog.roles;
  if (erasure !== null && choices.size + unticked.size > 0)
    for (const keys of planRowKeysAt(store, planId, ordinalsOfTable(store, planId, erasure)))
      for (const { ordinal, direction } of keys) {
        if (direction !== 'up') continue;
        unticked.delete(ordinal);
        choices.delete(ordinal);
      }
  const byPlace = (a: number, b: number): number => a - b;
  return {
    choices: new Map([...choices].toSorted(([a], [b]) => byPlace(a, b))),
    unticked: new Set([...unticked].toSorted(byPlace)),
  };
}

/**
 * The draft as a run takes it that nobody is at. What somebody chose there is not carried out before that person says so, and not done otherwise either: those rows
 * stay out. What was decided on another device (`reason` of the row) was carried out there. What somebody took back stays out as well, until a person has a run of it.
 */
export function readDraftUnattended(store: ClassStore, planId: string): Pick<Draft, 'choices' | 'unticked'> {
  const { choices, unticked } = readDraft(store, planId);
  const before = [...choices].filter(([ordinal, { choice }]) => {
    const there = choice === 'server' || choice === 'adopt';
    return choice === 'skip' || (there && planRow(store, planId, ordinal)?.reason === 'decided-before');
  });
  const kept = new Map(before);
  const back = takenBackPlaces(store, planId, getPlan(store, planId).peerId);
  for (const ordinal of back) kept.delete(ordinal);
  const out = [...unticked, ...back, ...[...choices.keys()].filter((ordinal) => !kept.has(ordinal))];
  return { choices: kept, unticked: new Set(out.toSorted((a, b) => a - b)) };
}
