import type { ErrorParams } from '../errors.ts';

/**
 * What fills the words of an error; `context` chooses words that name what it is about, or the field where one is known, where there are such (`title_student`,
 * `title_column` beside `title`).
 */
export function errorParams(params: ErrorParams): ErrorParams & { readonly context?: string } {
  const { what, column } = params;
  if (typeof what === 'string') return { ...params, context: what };
  return typeof column === 'string' ? { ...params, context: 'column' } : params;
}
