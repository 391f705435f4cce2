import type { ErrorJson, ErrorParams } from '../../shared/errors.ts';
import type { Words } from './words.ts';

/** A failure in words: what happened, what was not changed, what to do. A usage error says what was wrong with the command. */
export function errorLines(words: Words, error: ErrorJson): readonly string[] {
  if (error.code === 'resolve-invalid') return [...words.errorLines(error), resolveProblem(words, error.params)];
  if (error.code !== 'usage') return words.errorLines(error);
  const { problem, suggestion } = error.params;
  return [
    words.name('usage', String(problem ?? 'wrong-usage'), error.params),
    ...(typeof suggestion === 'string' ? [words.t('usage.suggestion', { suggestion })] : []),
    words.t('usage.see-help'),
  ];
}

function resolveProblem(words: Words, params: ErrorParams): string {
  const place = params['place'] ?? params['table'] ?? '';
  const reason = words.name('resolve', String(params['reason'] ?? ''), params);
  return place === '' ? reason : `${String(place)}: ${reason}`;
}
