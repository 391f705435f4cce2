import { z } from 'zod';
import { method } from './method.ts';
import { id, inClass, input, items, time } from './values.ts';

const row = z.record(z.string(), z.string().nullable());

/** A value that was overwritten or deleted by a run: whose it was, where and when. */
export const lostItem = z.object({
  id,
  table: z.string(),
  key: z.record(z.string(), z.string()),
  label: z.string(),
  row,
  /** The record as it is here now; null when there is none. */
  current: row.nullable(),
  /** Whether the record is exactly this here again: there is nothing to put back. */
  same: z.boolean(),
  /** What references that differ point to, as those records are called now: `before` here now, `after` in the lost value. */
  names: z.record(z.string(), z.object({ before: z.string().nullable(), after: z.string().nullable() })),
  /** Which side lost it. */
  side: z.enum(['local', 'server']),
  /** Device of the one who wrote it, where that is known. */
  by: z.string().nullable(),
  at: time,
  /** The run that overwrote it; null when putting another value back did. */
  runId: id.nullable(),
});
export type LostItem = z.infer<typeof lostItem>;

export const binMethods = {
  /** Lost values, latest first; `after` is the id of the last one already known. */
  'bin.list': method(
    inClass.extend({
      search: input.optional(),
      after: id.optional(),
      limit: z.number().int().min(1).max(200).optional(),
    }),
    items(lostItem).extend({ total: z.number() }),
  ),
  /** Makes the record here what it was: a change like any other, which the next list of changes shows. What it replaces is kept in turn. */
  'bin.restore': method(inClass.extend({ id }), z.object({ changed: z.boolean() })),
  /** Forgets lost values for good. */
  'bin.forget': method(inClass.extend({ ids: z.array(id).min(1).max(10_000) }), z.object({ forgotten: z.number() })),
};
