import { z } from 'zod';
import { method } from './method.ts';
import { id, inClass, input, items, mostAtOnce, time } from './values.ts';

/** One student with the totals derived from the events. `search` holds name, number, pinyin and initials for finding; `sortKey` is surname-aware. */
export const studentItem = z.object({
  id,
  name: z.string(),
  number: z.string().nullable(),
  groupId: id.nullable(),
  group: z.string().nullable(),
  tags: z.array(z.string()),
  note: z.string().nullable(),
  deleted: z.boolean(),
  deletedAt: time.nullable(),
  deletedBy: z.string().nullable(),
  current: z.number(),
  allTime: z.number(),
  sortKey: z.string(),
  search: z.string(),
});
export type StudentItem = z.infer<typeof studentItem>;

export const groupItem = z.object({ id, name: z.string(), color: z.string(), sort: z.number(), students: z.number() });
export type GroupItem = z.infer<typeof groupItem>;

export const reasonItem = z.object({
  id,
  text: z.string(),
  delta: z.number(),
  category: z.string().nullable(),
  builtIn: z.boolean(),
  sort: z.number(),
});
export type ReasonItem = z.infer<typeof reasonItem>;

const nullable = input.nullable().optional();
/** What erasing took away here, and what it cannot reach by itself. */
export const erasureResult = z.object({
  erased: z.array(z.object({ table: z.string(), rows: z.number() })),
  backups: z.number(),
  /** `connection`: hears of it with its next run · `device`: has synced this class and hears of it when it does so again · `class-file`: the file here could not be written anew yet, which is tried again · `backup`: a copy that could not be cleaned. */
  unreached: z.array(
    z.object({
      kind: z.enum(['connection', 'device', 'class-file', 'backup', 'server-backups', 'exported-files']),
      name: z.string().nullable(),
      lastSeen: time.nullable(),
    }),
  ),
});
export type ErasureResult = z.infer<typeof erasureResult>;

const storedRow = z.record(z.string(), z.string().nullable());
/** All there is of one student, row by row as it is stored: values in canonical text, null is null. */
export const studentExport = z.object({
  student: storedRow,
  tables: z.record(z.string(), z.array(storedRow)),
});
export type StudentExport = z.infer<typeof studentExport>;

/** What may be given for a new student; `group` names a group and makes it when new, `groupId` picks one. */
const studentInput = z.object({
  name: input,
  number: nullable,
  group: nullable,
  groupId: id.nullable().optional(),
  note: nullable,
  tags: z.array(input).max(100).optional(),
});

export const rosterMethods = {
  'student.list': method(inClass.extend({ deleted: z.boolean().optional() }), items(studentItem)),
  'student.add': method(inClass.extend({ students: z.array(studentInput).min(1).max(mostAtOnce) }), items(studentItem)),
  'student.set': method(
    inClass.extend({
      id,
      change: studentInput.omit({ tags: true }).partial(),
      tag: z.array(input).max(100).optional(),
      untag: z.array(input).max(100).optional(),
    }),
    studentItem,
  ),
  'student.delete': method(inClass.extend({ ids: z.array(id).min(1).max(mostAtOnce) }), items(studentItem)),
  'student.restore': method(
    inClass.extend({ ids: z.array(id).min(1).max(mostAtOnce), number: input.nullable().optional() }),
    items(studentItem),
  ),
  'student.export': method(inClass.extend({ id }), studentExport),
  /** Removes a student and everything about him for good, here at once and on every server and device as they sync. Nothing brings it back. */
  'student.erase': method(inClass.extend({ id, confirm: z.literal(true) }), erasureResult),
  'group.list': method(inClass, items(groupItem)),
  'group.add': method(inClass.extend({ name: input, color: input.optional() }), groupItem),
  'group.set': method(
    inClass.extend({ id, change: z.object({ name: input, color: input, sort: z.number().int() }).partial() }),
    groupItem,
  ),
  'group.delete': method(inClass.extend({ id }), groupItem),
  'reason.list': method(inClass, items(reasonItem)),
  'reason.add': method(inClass.extend({ text: input, delta: z.number(), category: nullable }), reasonItem),
  'reason.set': method(
    inClass.extend({
      id,
      change: z
        .object({ text: input, delta: z.number(), category: input.nullable(), sort: z.number().int() })
        .partial(),
    }),
    reasonItem,
  ),
  'reason.delete': method(inClass.extend({ id }), reasonItem),
};
