import type { ErrorParams } from '../errors.ts';

/** What fills the words of an error; `context` chooses words that name what it is about, where there are such (`title_student` beside `title`). */
export function errorParams(params: ErrorParams): ErrorParams & { readonly context?: string } {
  const { what } = params;
  return typeof what === 'string' ? { ...params, context: what } : params;
}
