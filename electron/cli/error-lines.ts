import type { ErrorJson } from '../../shared/errors.ts';
import type { Words } from './words.ts';

/** A failure in words: what happened, what was not changed, what to do. A usage error says what was wrong with the command. */
export function errorLines(words: Words, error: ErrorJson): readonly string[] {
  if (error.code !== 'usage') return words.errorLines(error);
  const { problem, suggestion } = error.params;
  return [
    words.name('usage', String(problem), error.params),
    ...(typeof suggestion === 'string' ? [words.t('usage.suggestion', { suggestion })] : []),
    words.t('usage.see-help'),
  ];
}
