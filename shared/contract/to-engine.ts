import { z } from 'zod';
import type { ToEngine } from './wire.ts';

const callId = z.string().min(1).max(64);

/** What a shell accepts from a caller; everything else of the message is dropped. */
const toEngine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), id: callId, method: z.string().max(100), params: z.unknown() }),
  z.object({ kind: z.literal('cancel'), id: callId }),
  z.object({
    kind: z.literal('hello'),
    session: z.string().max(64).nullable(),
    lastSeq: z.number().int().nonnegative(),
  }),
]);

/** The message of a caller, or undefined when it is none. Parameters are judged later, by the method they are for. */
export function parseToEngine(message: unknown): ToEngine | undefined {
  const parsed = toEngine.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}
