import { z } from 'zod';
import { languages } from '../text/language.ts';
import { method } from './method.ts';
import { id, inClass, input, items, mostAtOnce } from './values.ts';
import { connectionItem, connectionInput } from './connection.ts';
import { runResult } from './sync.ts';

/** One class on this device. */
export const classItem = z.object({
  id,
  name: z.string(),
  students: z.number(),
  archived: z.boolean(),
  sample: z.boolean(),
});
export type ClassItem = z.infer<typeof classItem>;

/** How safe a class is, for the badge: its two-way connection if any, changes not sent yet, rows that need a person. */
export const classStatus = z.object({
  classId: id,
  connection: connectionItem.nullable(),
  waiting: z.number(),
  /** Score events recorded here in the last seven days, for "128 points since Monday". */
  recentEvents: z.number(),
});
export type ClassStatus = z.infer<typeof classStatus>;

/** A class found on a server. */
export const remoteClass = z.object({ id, name: z.string(), students: z.number(), here: z.boolean() });

/** Where to look for classes: a saved connection, or the values of a form. */
export const connectionSource = z.union([z.object({ connectionId: id }), z.object({ connection: connectionInput })]);

export const classMethods = {
  /** `language`: the one whoever makes it reads, in which a sample's groups and notes are written; else the one chosen on this device, or the system's. */
  'class.create': method(
    z.object({
      name: input,
      students: z.array(input).max(mostAtOnce).optional(),
      sample: z.boolean().optional(),
      language: z.enum(languages).optional(),
    }),
    classItem,
  ),
  'class.list': method(z.object({}), items(classItem)),
  'class.open': method(inClass, classStatus),
  'class.status': method(inClass, classStatus),
  'class.rename': method(inClass.extend({ name: input }), classItem),
  'class.archive': method(inClass.extend({ archived: z.boolean() }), classItem),
  'class.remote': method(connectionSource, items(remoteClass)),
  /** Makes the local file of a class on a server and connects it; pulls at once unless `pull` is false (the page shows the preview instead). */
  'class.join': method(
    z.object({
      remoteClassId: id.optional(),
      remoteClassName: input.optional(),
      connection: connectionInput,
      pull: z.boolean().optional(),
    }),
    z.object({ class: classItem, connection: connectionItem, run: runResult.nullable() }),
  ),
  /** As `class.join`; a class that is here already is connected again (`reconnected`), and nothing is pulled. */
  'class.joinCode': method(
    z.object({ code: input, pull: z.boolean().optional() }),
    z.object({ class: classItem, connection: connectionItem, run: runResult.nullable(), reconnected: z.boolean() }),
  ),
};
