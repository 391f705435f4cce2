import { z } from 'zod';
import { method } from './method.ts';
import { id, inClass, input, items, mostAtOnce, time } from './values.ts';

/** One score event. `by` is null while no permission levels are set; `device` is the name of the installation that recorded it. */
export const scoreItem = z.object({
  id,
  studentId: id,
  student: z.string(),
  reasonId: id.nullable(),
  text: z.string(),
  delta: z.number(),
  note: z.string().nullable(),
  at: time,
  by: z.string().nullable(),
  device: z.string(),
  voided: z.boolean(),
});
export type ScoreItem = z.infer<typeof scoreItem>;

export const totalItem = z.object({
  id,
  name: z.string(),
  number: z.string().nullable(),
  current: z.number(),
  allTime: z.number(),
});

const students = z.array(id).min(1).max(mostAtOnce);

export const scoreMethods = {
  'score.add': method(
    inClass.extend({
      studentIds: students,
      award: z.union([z.object({ reasonId: id }), z.object({ delta: z.number(), text: input })]),
      note: input.nullable().optional(),
    }),
    items(scoreItem),
  ),
  'score.void': method(inClass.extend({ eventIds: z.array(id).min(1).max(mostAtOnce) }), items(scoreItem)),
  /** Newest first. With `eventIds`, only those of them that are still there, also of deleted students. */
  'score.list': method(
    inClass.extend({
      eventIds: z.array(id).max(mostAtOnce).optional(),
      studentId: id.optional(),
      search: input.optional(),
      voided: z.boolean().optional(),
      offset: z.number().int().nonnegative().optional(),
      limit: z.number().int().min(1).max(500).optional(),
    }),
    z.object({ items: z.array(scoreItem), total: z.number() }),
  ),
  'totals.list': method(inClass, items(totalItem)),
};
