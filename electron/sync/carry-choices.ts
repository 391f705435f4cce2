import type { PlanRow } from '../../shared/sync/plan.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';
import {
  addDraftOps,
  clearDraft,
  draftOps,
  draftRevision,
  type DraftOp,
  type NewDraftOp,
} from '../store/sync/draft-store.ts';
import { ordinalOf, planRow } from '../store/sync/plan-store.ts';
import { fitChoice } from './fit-choice.ts';

/** Longest time the thread is held while choices are gone through, in milliseconds. */
const SLICE_MS = 8;

/** The choices of one plan on their way to the plan after it. */
export interface ChoiceCarrier {
  /** Makes the draft of the new plan what holds of the old one now; in slices. */
  carry(signal: AbortSignal): Promise<void>;
  /** Whether somebody said something about the old plan since. */
  isOutdated(): boolean;
}

/**
 * Carries choices to a plan that is being made: one is valid while the three versions of its row are. People go on deciding in the plan before meanwhile, until
 * the new one opens: whoever opens it asks first whether all was carried, and carries again if not, which costs only what is new.
 */
export function carryChoices(store: ClassStore, previousId: string, planId: string): ChoiceCarrier {
  /** Where in the new plan a choice about a row of the old one goes; null where it does not fit any more. */
  const places = new Map<string, number | null>();
  let seen = -1;
  const placeFor = (op: DraftOp, choice: string, ordinal: number): number | null => {
    const key = `${ordinal} ${choice}`;
    let place = places.get(key);
    if (place === undefined) places.set(key, (place = findPlace(store, { previousId, planId, op, ordinal })));
    return place;
  };
  return {
    async carry(signal) {
      const slicer = createSlicer(SLICE_MS);
      seen = draftRevision(store, previousId);
      const batches = new Map<number, NewDraftOp[]>();
      for (const op of draftOps(store, previousId)) {
        if (op.undone) continue;
        const choice = op.include === null ? JSON.stringify(op.choice) : 'tick';
        const ordinals: number[] = [];
        for (const ordinal of op.ordinals) {
          await slicer.pause(signal);
          const place = placeFor(op, choice, ordinal);
          if (place !== null) ordinals.push(place);
        }
        const batch = batches.get(op.batch) ?? [];
        batches.set(op.batch, batch);
        batch.push({ ordinals, choice: op.choice, include: op.include });
      }
      store.stepTransaction(() => {
        clearDraft(store, planId);
        for (const ops of batches.values()) addDraftOps(store, planId, ops);
      });
    },
    isOutdated: () => draftRevision(store, previousId) !== seen,
  };
}

/** A choice about a row, and the plans it was made in and goes to. */
interface Carried {
  readonly previousId: string;
  readonly planId: string;
  readonly op: DraftOp;
  readonly ordinal: number;
}

function findPlace(store: ClassStore, { previousId, planId, op, ordinal }: Carried): number | null {
  const before = planRow(store, previousId, ordinal);
  const place = before === null ? null : ordinalOf(store, planId, before.table, before.pk);
  const after = place === null ? null : planRow(store, planId, place);
  if (before === null || place === null || after === null || before.conflict !== after.conflict) return null;
  if (versionsOf(after) !== versionsOf(before)) return null;
  return op.include !== null || fitChoice(store, planId, place, op.choice).kind === 'fits' ? place : null;
}

/** The versions a choice is about, as text. */
function versionsOf({ trees, gone }: PlanRow): string {
  return JSON.stringify([trees, gone]);
}
