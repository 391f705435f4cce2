import { z } from 'zod';
import { connectionItem } from './connection.ts';
import { method } from './method.ts';
import { inClass, time } from './values.ts';

/** State of the PostgreSQL that ships inside the app. */
export const builtinStatus = z.object({
  state: z.enum(['missing', 'stopped', 'starting', 'running', 'failed']),
  port: z.number().nullable(),
  /** Whether it runs on another port than the one the codes given out name: what holds that one must end, or others need a new code. */
  portChanged: z.boolean(),
  version: z.string().nullable(),
  startedAt: time.nullable(),
  /** Whether it goes on when the app closes. */
  keepRunning: z.boolean(),
  code: z.string().nullable(),
});
export type BuiltinStatus = z.infer<typeof builtinStatus>;

export const serverMethods = {
  'server.status': method(z.object({}), builtinStatus),
  'server.start': method(z.object({ keepRunning: z.boolean().optional() }), builtinStatus),
  /** Stops it on purpose: it does not come back with the app, only when somebody starts or uses it. */
  'server.stop': method(z.object({}), builtinStatus),
  /** "Share from this PC": starts the built-in server, sets it up, connects the class and, unless it was there, makes a first plan possible. */
  'server.share': method(inClass, z.object({ connection: connectionItem, code: z.string() })),
  /** A code with which another device joins this class. */
  'server.joinCode': method(inClass, z.object({ code: z.string() })),
};
