import { z } from 'zod';
import { allAreas } from './areas.ts';
import { connectionItem } from './connection.ts';
import { builtinStatus } from './server.ts';
import { testStep } from './connection.ts';
import { id } from './values.ts';

/** Areas of a class that a change touched, so that a page re-reads only what it shows. */
export const area = z.enum(allAreas);
export type Area = z.infer<typeof area>;

/** Every event the engine pushes. */
export const events = {
  'app.changed': z.object({}),
  'class.changed': z.object({ classId: id, areas: z.array(area) }),
  'connection.changed': z.object({ connection: connectionItem }),
  'server.changed': builtinStatus,
  /** Somebody asked for the end of the app; the shell ends it in good order. */
  'app.quit': z.object({}),
  /** The engine thread was started again after a crash; calls in flight failed with `engine-crashed`. */
  'engine.restarted': z.object({}),
};
export type EventName = keyof typeof events;
export type EventData<E extends EventName> = z.output<(typeof events)[E]>;
/** An event with its number. Numbers grow by one per engine session; a client that missed some asks from its last number or re-reads everything. */
export type AppEvent = {
  [E in EventName]: { readonly seq: number; readonly name: E; readonly data: EventData<E> };
}[EventName];

/** Progress of one call in flight. `done` of `total` units of the phase; total null when not known. `table`: what is sent just now. */
export const progress = z.object({
  phase: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  table: z.string().optional(),
  step: testStep.optional(),
});
export type Progress = z.infer<typeof progress>;
