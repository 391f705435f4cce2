import type { i18n } from 'i18next';
import { AppError } from '../../shared/errors.ts';
import { errorParams } from '../../shared/text/error-params.ts';
import { shownParams } from '../../shared/text/shown-params.ts';

/** An error in the words of the catalogue: what happened and what to do. Anything unexpected is only called that. */
export function errorText(error: unknown, texts: i18n): string {
  const { code, params: given } = error instanceof AppError ? error : new AppError('unexpected');
  const params = errorParams(shownParams(given));
  return `${texts.t(`errors:${code}.title`, params)} ${texts.t(`errors:${code}.remedy`, params)}`;
}
