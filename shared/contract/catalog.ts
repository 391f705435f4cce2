import { z } from 'zod';
import type { Catalog } from '../catalog/catalog.ts';
import type { InferenceNote } from '../catalog/inference-note.ts';
import { connectionSource } from './class.ts';
import { method } from './method.ts';

const note = z.object({
  kind: z.enum(['guess', 'problem']),
  table: z.string().nullable(),
  column: z.string().nullable(),
  why: z.custom<InferenceNote['why']>((value) => typeof value === 'string'),
  detail: z.string().nullable(),
});

export const catalogMethods = {
  /** Makes the draft of a catalog from a schema of a server, with why it says what it says. Null where no table could be taken over. */
  'catalog.infer': method(
    z.object({ source: connectionSource, schema: z.string().min(1).max(63) }),
    z.object({
      catalog: z.custom<Catalog>((value) => typeof value === 'object' && value !== null).nullable(),
      notes: z.array(note),
    }),
  ),
};
