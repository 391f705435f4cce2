import { tableOf } from '../../shared/catalog/catalog.ts';
import type { BulkRule } from '../../shared/contract/sync.ts';
import type { ErrorParams } from '../../shared/errors.ts';
import type { Choice, PlanRow } from '../../shared/sync/plan.ts';
import { keptBeside } from '../../shared/sync/resolve.ts';
import type { CallContext } from '../engine/context.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { NewDraftOp } from '../store/sync/draft-store.ts';
import { getPlan, planRow } from '../store/sync/plan-store.ts';
import { lastEvaluation } from './evaluate-plan.ts';
import { fitRow, speakerOf } from './fit-choice.ts';
import { readDraft } from './read-draft.ts';

/** What is said about every row of many: one choice, or what a rule makes of each. */
export type Said =
  | { readonly kind: 'choice'; readonly choice: Choice | null }
  | { readonly kind: 'rule'; readonly rule: BulkRule };

/** Entries for the draft, how many rows they speak about, and how many rows that ask are left as they were, with why the last of them is. */
export interface Decided {
  readonly ops: readonly NewDraftOp[];
  readonly decided: number;
  readonly left: number;
  readonly reason: ErrorParams | null;
}

/** Longest time the thread is held while rows are judged, in milliseconds. */
const SLICE_MS = 8;

/**
 * What a choice or a rule means for each of many rows, as one entry of the draft that is still to be written. Rows that ask and that it does not fit are
 * left as they were and counted; rows that ask nothing are passed over, but for `later` and `reset`, which speak about their tick. Throws `plan-unknown` when the
 * plan goes meanwhile.
 */
export async function decideMany(
  store: ClassStore,
  planId: string,
  ordinals: readonly number[],
  said: Said,
  call: CallContext,
): Promise<Decided> {
  const slicer = createSlicer(SLICE_MS);
  const read = rowReader(store, planId);
  const { choices: choicesNow } = readDraft(store, planId);
  // Every row may be given a choice of its own: typed values and new keys differ.
  const choices = new Map<string, { readonly choice: Choice | null; readonly ordinals: number[] }>();
  const ticks: number[] = [];
  const seen = new Set<number>();
  let [decided, left, done] = [0, 0, 0];
  let reason: ErrorParams | null = null;
  const say = (ordinal: number, choice: Choice | null): void => {
    const key = JSON.stringify(choice);
    const same = choices.get(key);
    if (same === undefined) choices.set(key, { choice, ordinals: [ordinal] });
    else same.ordinals.push(ordinal);
  };
  for (const place of ordinals) {
    // Others were let in: the plan may have been taken away, its rows with it.
    if (await slicer.pause(call.signal)) getPlan(store, planId);
    done += 1;
    if (done % 500 === 0) call.progress({ phase: 'decide', done, total: ordinals.length });
    const named = read(place);
    const ordinal = speakerOf(place, named);
    const row = seen.has(ordinal) ? null : ordinal === place ? named : read(ordinal);
    seen.add(ordinal);
    if (row === null) continue;
    const asks = row.kind === 'conflict';
    const meant = said.kind === 'choice' ? bothFor(store, row, said.choice) : choiceFor(store, row, said.rule);
    if (said.kind === 'rule' && (said.rule === 'reset' || (said.rule === 'later' && !asks))) {
      ticks.push(ordinal);
      if (!asks && said.rule === 'reset' && choicesNow.has(ordinal)) say(ordinal, null);
      if (!asks) decided += 1;
      if (!asks) continue;
    }
    const fit = meant === undefined ? null : fitRow(store, planId, row, meant);
    if (fit?.kind === 'fits') {
      say(ordinal, fit.choice);
      decided += 1;
    } else if (asks || said.kind === 'choice') {
      reason = fit?.facts ?? { reason: 'clock' };
      if (asks) left += 1;
    }
  }
  const include = said.kind === 'rule' && said.rule === 'reset';
  const ops: NewDraftOp[] = [...choices.values()].map((entry) => ({ ...entry, include: null }));
  return { ops: [...ops, { ordinals: ticks, choice: null, include }], decided, left, reason };
}

/** Reads rows of a plan: most of what many rows take. Those the draft was worked out with are there already. */
function rowReader(store: ClassStore, planId: string): (ordinal: number) => PlanRow | null {
  const book = lastEvaluation(store, planId)?.book;
  if (book === undefined) return (ordinal) => planRow(store, planId, ordinal);
  return (ordinal) => (book.sortAt(ordinal) === undefined ? null : book.row(ordinal));
}

/** "Keep both" said of many names no values: where only one record may have one, this PC's, which becomes a record of its own, goes without. */
function bothFor(store: ClassStore, row: PlanRow, choice: Choice | null): Choice | null {
  if (choice?.choice !== 'both' || choice.fields !== undefined) return choice;
  if (row.conflict !== 'both-updated' && row.conflict !== 'both-added') return choice;
  return { ...choice, fields: keptBeside(tableOf(store.catalog, row.table), row.trees.local) };
}

/**
 * The choice a rule makes for a row that asks; undefined where it makes none. A merge is for both-updated and both-added rows: it takes what only one side
 * changed from that side, and what clashes from the one named. A deletion is no field to merge. `newer` is the merge from the newer side, for those of
 * them whose clocks can tell: a time says who is right about what clashes, and nothing about what the other side alone has changed. Of a record that was deleted
 * on one side there are no two versions to keep.
 */
function choiceFor(store: ClassStore, row: PlanRow, rule: BulkRule): Choice | null | undefined {
  const comparable = row.conflict === 'both-updated' || row.conflict === 'both-added';
  switch (rule) {
    case 'local':
    case 'server':
      return { choice: rule };
    case 'merge-local':
    case 'merge-server':
      return comparable ? mergeFrom(row, rule === 'merge-local' ? 'local' : 'server') : undefined;
    case 'both':
      // Two that claim one value both stay where this PC's gives way, as the page offers it for one.
      if (row.conflict === 'same-identity') return { choice: 'server' };
      return comparable ? bothFor(store, row, { choice: 'both' }) : undefined;
    case 'newer': {
      const newer = comparable ? (row.newer ?? null) : null;
      return newer === null ? undefined : mergeFrom(row, newer);
    }
    case 'later':
      return { choice: 'skip' };
    case 'reset':
      return null;
  }
}

function mergeFrom(row: PlanRow, side: 'local' | 'server'): Choice {
  const clashing = row.fields.filter((field) => field.clash).map((field) => [field.name, side] as const);
  return { choice: 'merge', fields: Object.fromEntries(clashing) };
}
