import { AppError } from '../shared/errors.ts';

/** Whatever was thrown, as the one error class; a fault of the page itself becomes `unexpected` and is reported to the window. */
export function toAppError(caught: unknown): AppError {
  if (caught instanceof AppError) return caught;
  reportError(caught);
  return new AppError('unexpected');
}
