import { AppError } from '../shared/errors.ts';

/** Whatever was thrown, as the one error class; a fault of the page itself becomes `unexpected` and goes to the console. */
export function toAppError(caught: unknown): AppError {
  if (caught instanceof AppError) return caught;
  console.error(caught);
  return new AppError('unexpected');
}
