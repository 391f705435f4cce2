import type { ErrorParams } from '../errors.ts';

/**
 * What fills the words of an error; `context` chooses words that name what it is about, the field where one is known, or the reason, where there are such
 * (`title_student`, `title_column`, `title_value-taken` beside `title`, and `remedy_entry-differs` beside `remedy`).
 */
export function errorParams(params: ErrorParams): ErrorParams & { readonly context?: string } {
  const { what, column, reason } = params;
  if (typeof what === 'string') return { ...params, context: what };
  if (typeof column === 'string') return { ...params, context: 'column' };
  return typeof reason === 'string' ? { ...params, context: reason } : params;
}
