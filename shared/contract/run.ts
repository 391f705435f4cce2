import { z } from 'zod';
import { method } from './method.ts';
import {
  cell,
  changeKind,
  choiceKind,
  direction,
  fieldDiff,
  kindCounts,
  leftRow,
  names,
  params,
  places,
  planSummary,
  sortBy,
  summaryCount,
  versionsOf,
} from './sync.ts';
import { id, inClass, input, items, runOutcome, time } from './values.ts';

export const runItem = z.object({
  runId: id,
  connectionId: id,
  connection: z.string(),
  device: z.string(),
  mode: z.enum(['apply', 'pull', 'sync']),
  startedAt: time,
  durationMs: z.number().nullable(),
  outcome: runOutcome,
  counts: z.object({ up: kindCounts, down: kindCounts }),
  /** Rows of its list that this run carried out as somebody had decided about them, or about the row they go with. */
  decided: z.number(),
  purpose: z.enum(['sync', 'undo', 'replace']),
  /** The run this one took back. */
  undoes: id.nullable(),
  /** Begun by continuous sync, with nobody at it. */
  automatic: z.boolean(),
  /** Lines to look in for its connection and device, as in lists of students: the name, its pinyin, initials. */
  search: z.string(),
});
/**
 * One row a run wrote on one side. A record of which both sides were written has two. One of which this PC's was kept while pulling has one of `none`: nothing was
 * written, `before` is what the server had, `after` what this PC keeps.
 */
export const runRow = z.object({
  /** Its place in the order of the run, which need not be without gaps. */
  place: z.number(),
  table: z.string(),
  key: z.record(z.string(), z.string()),
  label: z.string(),
  side: z.enum(['up', 'down', 'none']),
  op: z.enum(['add', 'update', 'delete']),
  ...versionsOf,
  choice: choiceKind.nullable(),
  /** Who had decided so in an earlier run, mostly on another device, and when; null where whoever carried this run out was the first. */
  decidedBefore: z.object({ who: z.string(), at: time }).nullable(),
  /** When both sides last agreed on the record before the run, and when each of them had changed it since. */
  times: z.object({ base: time.nullable(), local: time.nullable(), server: time.nullable() }),
  /** Who had changed it on each side; null where nobody had, or nobody knows. */
  by: z.object({ local: z.string().nullable(), server: z.string().nullable() }),
  /** Where somebody decided, or both sides had changed it: what each side held and what came of it. */
  fields: z.array(fieldDiff),
  /** What a changed reference pointed to and points to, by column, as those records are called now. */
  names,
  /** The same for `fields`, per side. */
  sideNames: z.record(z.string(), z.object({ base: cell, local: cell, server: cell, result: cell })),
});
export type RunRowItem = z.infer<typeof runRow>;

/** Which rows of a past run a list shows. */
const runFilter = z.strictObject({
  kinds: z.array(changeKind).optional(),
  directions: z.array(direction).optional(),
  tables: z.array(z.string()).optional(),
  /** `true`: only what somebody had decided, whatever it was; `false`: only the rest. */
  decided: z.boolean().optional(),
  chosen: z.array(choiceKind).optional(),
  search: input.optional(),
});
const inRun = inClass.extend({ runId: id });

/** Past runs: which there were, what one wrote, and the way to take it back. */
export const runMethods = {
  /** A page of the runs, newest first, and how many there are. */
  'run.list': method(
    inClass.extend({
      connectionId: id.optional(),
      offset: z.number().int().nonnegative().optional(),
      limit: z.number().int().min(1).max(500).optional(),
    }),
    z.object({ items: z.array(runItem), total: z.number() }),
  ),
  /** Runs, newest first, one row of which names every word that was typed, in pinyin and by initials too. */
  'run.find': method(inClass.extend({ search: z.string().max(200) }), z.object({ items: z.array(id) })),
  /** The list that takes a run back, to be carried out like any other in the way `runMode` says. */
  'run.undo': method(inClass.extend({ runId: id }), planSummary),
  /** A run without the rows it wrote: `run.index` says where they are, `run.rows` reads them. */
  'run.show': method(
    inRun,
    z.object({
      run: runItem,
      /** How many rows it wrote of each table, kind and direction. */
      summary: z.array(summaryCount),
      /** What the run left, with the reason. */
      left: z.array(leftRow),
      error: z.object({ code: z.string(), params }).nullable(),
    }),
  ),
  /** Places of the rows a filter keeps; by `plan` in the order of the run. None of a run that has not ended well. */
  'run.index': method(
    inRun.extend({ filter: runFilter.optional(), sort: sortBy.optional() }),
    z.object({ places: z.array(z.number()), total: z.number() }),
  ),
  /** Rows of a run at some places, in the order of the run. */
  'run.rows': method(inRun.extend({ places }), items(runRow)),
};
