import { z } from 'zod';

/** As many students, or entries of theirs, as one call takes: more than any class has, and few enough for one piece of work. */
export const mostAtOnce = 10_000;

/** A UUID in lower-case text. */
export const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
/** ISO 8601 UTC text. */
export const time = z.string().max(40);
/** Text from people before the store has judged it: bounded here only so that nothing absurd crosses the border. */
export const input = z.string().max(20_000);
/** Names the class a call is about. */
export const inClass = z.object({ classId: id });
/** A listing. */
export function items<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item) });
}
/** A call that answers nothing but "done". */
export const done = z.object({ done: z.literal(true) });

/** How a run ended. */
export const runOutcome = z.enum(['completed', 'undecided', 'stale', 'refused', 'failed', 'cancelled', 'checking']);
