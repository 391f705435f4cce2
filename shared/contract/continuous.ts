import { z } from 'zod';
import { connectionItem, everyMinutes, roundWaits } from './connection.ts';
import { method } from './method.ts';
import { runResult } from './sync.ts';
import { done, id, inClass } from './values.ts';

const ofConnection = inClass.extend({ connectionId: id });

/**
 * How a round of continuous sync ended. `synced`: a run was carried out; `nothing`: there was nothing to carry out; `waits`: somebody is at the list; `again`:
 * somebody else was quicker; `failed`: it could not be done just now and is tried again by itself; `halted`: only a person can go on.
 */
export const roundResult = z.object({
  outcome: z.enum(['synced', 'nothing', 'waits', 'again', 'failed', 'halted']),
  waits: roundWaits.nullable(),
  run: runResult.nullable(),
  /** Conflicts that wait for a person. */
  conflicts: z.number(),
  error: z
    .object({
      code: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    })
    .nullable(),
});
export type RoundResult = z.infer<typeof roundResult>;

export const continuousMethods = {
  /** Keeps a connection in sync by itself from now on, every so many minutes (five unless it was chosen before), or not (`on: false`); pauses it, or goes on, also after it was halted. */
  'continuous.set': method(
    ofConnection.extend({
      change: z.object({
        on: z.boolean().optional(),
        everyMinutes: everyMinutes.optional(),
        paused: z.boolean().optional(),
      }),
    }),
    connectionItem,
  ),
  /** One round, now: carries out what needs no decision, and nothing else. Of any connection, also one that is not kept in sync. */
  'continuous.round': method(ofConnection, roundResult),
  /**
   * Somebody is at the list of changes of a connection, or has left it (`here: false`). It is not touched under the hands of anybody; who says nothing for two
   * minutes is taken to be gone. `viewer` tells those at one list apart: a random id of each window's page.
   */
  'continuous.attend': method(ofConnection.extend({ viewer: z.string().min(1).max(100), here: z.boolean() }), done),
};
