import type { AppError } from '../../../../shared/errors.ts';
import { clippedText, visibleText } from '../../../../shared/model/visible-text.ts';

/** Who has a value that was typed, by name, where that is why a decision was not taken; null otherwise, and as soon as something else is typed. */
export function holderOf(
  refusal: Pick<AppError, 'code' | 'params'> | null,
  field: string,
  value: string | null | undefined,
): string | null {
  if (refusal === null || !isTaken(refusal) || refusal.params['column'] !== field) return null;
  return refusal.params['value'] === value ? clippedText(visibleText(String(refusal.params['holder'])), 80) : null;
}

/** Whether a decision was not taken because of a value that another record has: its field says so. */
export function isTaken({ code, params }: Pick<AppError, 'code' | 'params'>): boolean {
  return code === 'resolve-invalid' && params['reason'] === 'value-taken' && typeof params['holder'] === 'string';
}
