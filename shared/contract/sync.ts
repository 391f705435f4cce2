import { z } from 'zod';
import { method } from './method.ts';
import { done, id, inClass, input, items, runOutcome, time } from './values.ts';

export const cell = z.string().nullable();
export const changeKind = z.enum(['add', 'update', 'delete', 'conflict']);
export const direction = z.enum(['up', 'down', 'both']);
export const conflictKind = z.enum([
  'both-updated',
  'both-added',
  'updated-here-deleted-there',
  'deleted-here-updated-there',
  'same-identity',
  'parent-deleted',
  'integrity',
]);
export const choiceKind = z.enum(['local', 'server', 'merge', 'both', 'skip', 'adopt', 'rename']);
/**
 * What can be said of many rows at once. `merge-local` and `merge-server` take each clashing field from that side and everything else from whichever side
 * changed it; `both` keeps two versions as two records, and of two records with one value this PC's without it; `newer` takes the side edited later where the clocks
 * can tell; `later` leaves out; `reset` is as nobody had said anything.
 */
export const bulkRule = z.enum(['local', 'server', 'merge-local', 'merge-server', 'both', 'newer', 'later', 'reset']);
export type BulkRule = z.infer<typeof bulkRule>;
export const fieldChoice = z.union([z.enum(['local', 'server']), z.strictObject({ value: cell })]);
export const params = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const fieldDiff = z.object({
  name: z.string(),
  base: cell,
  local: cell,
  server: cell,
  result: cell,
  clash: z.boolean(),
  /** Both sides changed it, and the newer change counts without a question. */
  newer: z.boolean().optional(),
  /** Both sides changed it, and somebody decided that another value than the newer one counts. */
  overruled: z.boolean().optional(),
});

export const names = z.record(z.string(), z.object({ before: cell, after: cell }));
export const versionsOf = {
  before: z.record(z.string(), cell).nullable(),
  after: z.record(z.string(), cell).nullable(),
};
/** What a list does to a row on one side, as its run will show it. */
const sideChange = z.object({ op: z.enum(['add', 'update', 'delete']), ...versionsOf, names });

/** One row of the preview as people and other programs see it (CLI.md, `preview --json --rows`), with its place in the plan and the choice made so far. */
export const planRowItem = z.object({
  ordinal: z.number(),
  table: z.string(),
  key: z.record(z.string(), z.string()),
  label: z.string(),
  kind: changeKind,
  conflict: conflictKind.nullable(),
  restored: z.boolean(),
  direction,
  fields: z.array(fieldDiff),
  times: z.object({ base: time.nullable(), local: time.nullable(), server: time.nullable() }),
  by: z.object({ local: z.string().nullable(), server: z.string().nullable() }),
  recommended: z.enum(['local', 'server']).nullable(),
  reason: z.string().nullable(),
  blockedBy: z.string().nullable(),
  /** The column because of which the server's row cannot be stored here; such a row takes part in no run. */
  refused: z.string().nullable(),
  /** Why the row takes part in no run as things stand; null where it does. */
  left: z.string().nullable(),
  choice: choiceKind.nullable(),
  /** Whether the row takes part in a run as things stand (ticked, decided, not blocked). */
  included: z.boolean(),
  /** On a parent-deleted conflict: how many new children the other side has. */
  newChildren: z.number(),
  /** Place of the row that speaks for the group this one goes with: a deletion and everything deleted with it. Deciding any of them decides all. */
  group: z.number().nullable(),
  /** On a same-identity conflict: the record of the server with the same value, where this one may become it (`adopt`). */
  rival: z.string().nullable(),
  /** On a same-identity conflict: the record of the server with the same value. */
  other: z.string().nullable(),
  /** What both sides hold alike in this record. */
  unchanged: z.array(z.object({ name: z.string(), value: cell })),
  /** New records of the server that look like the same thing: equal but for case, spaces around or the form of letters. */
  alike: z.array(z.string()),
  /** A resolved reference of a field for people: column name → label of the row it names, per side. */
  names: z.record(z.string(), z.object({ base: cell, local: cell, server: cell, result: cell })),
  /** In a list that takes a run back: what happens on the server and on this PC, where that is not the same; else null. */
  sides: z.object({ up: sideChange, down: sideChange }).nullable(),
  /** Records its decision makes beside it, with what both sides will hold of each: the copy of "keep both", and what takes another key along with it. */
  makes: z.array(
    z.object({
      table: z.string(),
      key: z.record(z.string(), z.string()),
      label: z.string(),
      direction,
      values: z.record(z.string(), cell),
    }),
  ),
  /** On an entry that voids another one: what that one holds; null on every other row, and where it is not known. */
  voids: z.record(z.string(), cell).nullable(),
});
export type PlanRowItem = z.infer<typeof planRowItem>;

export const planCheck = z.object({
  id: z.string(),
  state: z.enum(['waiting', 'running', 'ok', 'warning', 'failed']),
  code: z.string().nullable(),
  params,
});
export const planGuard = z.object({
  id: z.enum(['mass-delete', 'mass-overwrite', 'empty-side', 'mass-erase']),
  table: z.string(),
  count: z.number(),
});
export const summaryCount = z.object({ table: z.string(), kind: changeKind, direction, count: z.number() });

/** `open`: it can still be carried out. */
export const planState = z.enum(['open', 'used', 'stale']);

/** A plan without its rows. What its numbers mean stands in `shared/sync/plan-counts.ts`. */
export const planSummary = z.object({
  planId: id,
  madeAt: time,
  classId: id,
  connectionId: id,
  connection: z.string(),
  state: planState,
  ends: z.object({ local: z.string(), server: z.string() }),
  firstContact: z.boolean(),
  /** What the list is for: an ordinary exchange, taking a run back, or making this PC what the server is. */
  purpose: z.enum(['sync', 'undo', 'replace']),
  /** The run that is taken back. */
  undoes: id.nullable(),
  /** The one way the list is carried out; null where a person chooses. */
  runMode: z.enum(['apply', 'pull', 'sync']).nullable(),
  /** The server was put back to an older state: how many rows one decision about it can be about, and for how many nobody has said anything; null when it was not. */
  restored: z.object({ rows: z.number(), undecided: z.number() }).nullable(),
  clock: z.object({ offsetMs: z.number(), uncertaintyMs: z.number(), trusted: z.boolean() }),
  checks: z.array(planCheck),
  summary: z.array(summaryCount),
  guards: z.array(planGuard),
  total: z.number(),
  undecided: z.number(),
  /** Rows that wait for another one, which stays out. */
  blocked: z.number(),
  /** How many conflicts of each table wait for a person now. */
  questions: z.array(z.object({ table: z.string(), count: z.number() })),
  /** Distinct rows each button would carry; `both`: those `apply` and `pull` both count. */
  ready: z.object({ apply: z.number(), pull: z.number(), sync: z.number(), both: z.number(), leave: z.number() }),
  canUndo: z.boolean(),
  canRedo: z.boolean(),
  /** The number of the entry that would be undone, larger than those before it; 0 where there is none. */
  lastEntry: z.number(),
  /** New rows recorded here since the plan was made; they go with the next one. */
  newHere: z.number(),
  /** Rows of the list that were changed here since it was made: it has to be made again. */
  movedHere: z.number(),
});
export type PlanSummary = z.infer<typeof planSummary>;

/** `restored`: how many of `add` were there before and were brought back; left out where none were. */
export const kindCounts = z.object({
  add: z.number(),
  restored: z.number().optional(),
  update: z.number(),
  delete: z.number(),
});
export const leftRow = z.object({
  table: z.string(),
  key: z.record(z.string(), z.string()),
  label: z.string(),
  reason: z.string(),
  blockedBy: z.string().nullable(),
});
export const runResult = z.object({
  runId: id,
  planId: id,
  outcome: runOutcome,
  counts: z.object({ up: kindCounts, down: kindCounts }),
  left: z.array(leftRow),
  durationMs: z.number(),
  nextPlanId: id.nullable(),
  error: z.object({ code: z.string(), params }).nullable(),
});
export type RunResult = z.infer<typeof runResult>;

/** The one decision about a server that was put back: this PC's newer data goes there, or the older state is taken. */
const restoredChoice = z.enum(['send-newer', 'take-server']);

/** What somebody decided, as a file. A misspelt word is refused: a decision that is left out in silence would be taken by nobody. */
export const resolveFile = z.strictObject({
  planId: z.string(),
  rows: z
    .array(
      z.strictObject({
        table: z.string(),
        key: z.record(z.string(), z.string()),
        choice: choiceKind,
        fields: z.record(z.string(), fieldChoice).optional(),
      }),
    )
    .optional(),
  restored: restoredChoice.optional(),
});
export type ResolveFile = z.infer<typeof resolveFile>;

/** Which rows of a list. A misspelt word is refused: left out in silence it would mean all of them, also where somebody decides about them. */
export const planFilter = z.strictObject({
  kinds: z.array(changeKind).optional(),
  directions: z.array(direction).optional(),
  tables: z.array(z.string()).optional(),
  /** `true`: only what waits for a person; `false`: only what does not. */
  unresolved: z.boolean().optional(),
  /** Rows with one of these choices; `out`: left out by their tick, `refused`: those that cannot be applied. */
  chosen: z.array(z.enum([...choiceKind.options, 'out', 'refused'])).optional(),
  search: input.optional(),
});
/** Rows, how many of them take part in a run, and how many can by a tick alone. */
const tally = z.object({ total: z.number(), ticked: z.number(), tickable: z.number() });
/** An erasure others made that is not carried out here; `refused`: who at this PC said no to it, and when. */
const heldErasureItem = z.object({
  id: z.string(),
  name: z.string(),
  refused: z.object({ at: time, by: z.string() }).nullable(),
});
export type HeldErasureItem = z.infer<typeof heldErasureItem>;

/** Part of a list in plan order: what asks (`conflict`), the rows of a table, or what cannot be stored as it is (`refused`). */
const sectionKey = z.string();
export const sortBy = z.object({ by: z.enum(['plan', 'change', 'record', 'when']), descending: z.boolean() });
const namedRows = z
  .array(z.object({ table: z.string(), key: z.union([z.string(), z.record(z.string(), z.string())]) }))
  .max(10_000);
const inPlan = inClass.extend({ planId: id });
/** Places of rows, as many as one answer brings. */
export const places = z.array(z.number().int().nonnegative()).max(200);
/** What a filter keeps, counted as the draft stands: as a whole, and by the parts of the list. `conflicts` ask or asked, `undecided` still do. */
const planTally = tally.extend({
  conflicts: z.number(),
  undecided: z.number(),
  sections: z.array(tally.extend({ key: sectionKey })),
});
/** A step in a draft. `shown`: rows the caller shows, `counted`: the filter of its list; the answer brings both as the step leaves them, so that nobody waits for two answers. */
const draftStep = inPlan.extend({ shown: places.optional(), counted: planFilter.optional() });
/** `counts`: of the list that was asked for (`counted`), with the places of its rows that still ask, in no order. */
const afterStep = planSummary.extend({
  rows: z.array(planRowItem),
  counts: z.object({ tally: planTally, asking: z.array(z.number()) }).optional(),
});

export const syncMethods = {
  /**
   * Observes the server and makes a plan. Progress: phase `connect`, `observe`, `plan` with counts. `hold`: it is to be carried out by its id in a moment; for ten
   * minutes neither continuous sync nor a look overtakes it.
   */
  'sync.preview': method(inClass.extend({ connectionId: id, hold: z.boolean().optional() }), planSummary),
  /** Looks whether others changed something, without anybody asking: reads only, and not at all where a person has to say something first (`looked: false`). */
  'sync.look': method(
    inClass.extend({
      connectionId: id,
      /** Only where something was written on the server since the last such look, as far as one question on a session that lies ready can tell. */
      ifMoved: z.boolean().optional(),
    }),
    z.object({ looked: z.boolean() }),
  ),
  /** The list of "Pull and replace": this PC becomes what the server is, and every change that was not sent goes. Carried out with `pull`. */
  'sync.previewReplace': method(inClass.extend({ connectionId: id }), planSummary),
  'sync.run': method(
    inClass.extend({
      planId: id,
      mode: z.enum(['apply', 'pull', 'sync']),
      resolve: resolveFile.optional(),
      conflicts: z.enum(['skip', 'local', 'server', 'newer']).optional(),
      /** Rows to leave out, such as one the server refused; like taking their tick away. A key of one column may be given as its value. */
      leave: namedRows.optional(),
      /** Rows to take in again that were left out, in this list or one before. */
      take: namedRows.optional(),
      allowMassChange: z.boolean().optional(),
      /** Agrees to erase for good what others erased several of at once; nothing else does. */
      allowErase: z.boolean().optional(),
    }),
    runResult,
  ),
  /** Erasures of others that wait for somebody at this PC, or were refused here. */
  'erasure.list': method(inClass.extend({ connectionId: id }), items(heldErasureItem)),
  /** Says no to some of them for good (`keep`), or takes that back (`ask`). Agreeing is done by a run that takes them. */
  'erasure.answer': method(
    inClass.extend({
      connectionId: id,
      ids: z.array(z.string().max(200)).min(1).max(10_000),
      answer: z.enum(['keep', 'ask']),
    }),
    items(heldErasureItem),
  ),
  // Every plan that is answered is worked out as it stands with its draft: who wants the open one alone asks for it alone.
  'plan.list': method(inClass.extend({ connectionId: id.optional(), state: planState.optional() }), items(planSummary)),
  'plan.show': method(inPlan, planSummary),
  'plan.index': method(
    inPlan.extend({ filter: planFilter.optional(), sort: sortBy.optional() }),
    z.object({
      ordinals: z.array(z.number()),
      total: z.number(),
      /** Where the parts of the list begin; none in another order than the plan's. */
      sections: z.array(z.object({ key: sectionKey, from: z.number() })),
    }),
  ),
  'plan.tally': method(inPlan.extend({ filter: planFilter.optional() }), planTally),
  'plan.rows': method(inPlan.extend({ ordinals: places }), items(planRowItem)),
  /** Where records stand in a plan, in the order they were asked for; null where one is not in it. */
  'plan.places': method(
    inPlan.extend({
      rows: z.array(z.object({ table: z.string(), key: z.record(z.string(), z.string()) })).max(200),
    }),
    z.object({ ordinals: z.array(z.number().nullable()) }),
  ),
  /**
   * One entry of the draft, undone as one: a choice or a rule for some rows or for all that a filter keeps, or the decision about a server that was put back,
   * which leaves rows alone that were decided by themselves.
   * `choice: null` takes a choice back; `include` ticks or unticks; `toggle` ticks what can be, or, where nothing is left to tick, takes every tick.
   * Progress: phase `decide`. `decided` says how many rows it now holds for, and how many
   * that ask were left as they were because it does not fit them.
   */
  'plan.decide': method(
    draftStep.extend({
      target: z.union([
        z.strictObject({ ordinals: z.array(z.number().int().nonnegative()).max(100_000) }),
        z.strictObject({ filter: planFilter }),
        z.strictObject({ restored: restoredChoice }),
      ]),
      choice: choiceKind.nullable().optional(),
      fields: z.record(z.string(), fieldChoice).optional(),
      rule: bulkRule.optional(),
      include: z.union([z.boolean(), z.literal('toggle')]).optional(),
    }),
    afterStep.extend({ decided: z.object({ decided: z.number(), left: z.number() }) }),
  ),
  /** Whether a choice would fit a row as things stand, for a value that is still being typed; nothing is decided. `misfit`: why not, with the holder of a taken value. */
  'plan.fits': method(
    inPlan.extend({
      ordinal: z.number().int().nonnegative(),
      choice: choiceKind,
      fields: z.record(z.string(), fieldChoice).optional(),
    }),
    z.object({ misfit: params.nullable() }),
  ),
  'plan.undo': method(draftStep, afterStep),
  'plan.redo': method(draftStep, afterStep),
  'plan.discard': method(inPlan, done),
};
