import type { z } from 'zod';

/** One entry of the method table: what a call takes and what it answers, both parsed at the border. */
export interface Method<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly params: P;
  readonly result: R;
}

/** Declares a method with its types kept. */
export function method<P extends z.ZodType, R extends z.ZodType>(params: P, result: R): Method<P, R> {
  return { params, result };
}
