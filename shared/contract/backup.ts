import { z } from 'zod';
import { classItem } from './class.ts';
import { method } from './method.ts';
import { inClass, items, time } from './values.ts';

const ofBackup = inClass.extend({ at: time });

export const backupMethods = {
  /** The copies of a class that were made by themselves, newest first; `at` names one. */
  'backup.list': method(inClass, items(z.object({ at: time, bytes: z.bigint() }))),
  /** What a copy holds, and per table how many rows of today it does not have (`gone`), has beside (`back`) or has otherwise (`changed`). */
  'backup.show': method(
    ofBackup,
    z.object({
      at: time,
      students: z.number(),
      studentsNow: z.number(),
      /** Of what was sent to a server since: `again` it comes with the next sync, `sent-only` it does not by itself; `never` synced, there is none. */
      shared: z.enum(['never', 'again', 'sent-only']),
      tables: z.array(z.object({ table: z.string(), gone: z.number(), back: z.number(), changed: z.number() })),
    }),
  ),
  /** Goes back to a copy (a copy of today is made first), or makes a class of its own from it. Answers the class as it is then. */
  'backup.restore': method(ofBackup.extend({ as: z.enum(['in-place', 'copy']) }), classItem),
  /** Every record of a class as a JSON document, a part at a time: `next` is given back as `after` until it is null. Texts join to the document. */
  'backup.export': method(
    inClass.extend({ after: z.string().optional() }),
    z.object({ text: z.string(), next: z.string().nullable() }),
  ),
};
