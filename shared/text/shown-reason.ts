import type { i18n } from 'i18next';
import { builtInCategories, builtInReasonKey } from '../model/built-in-reasons.ts';

/** The text of a reason, or of an event given with it, as a person reads it: a built-in one nobody has renamed speaks the language of the app. */
export function shownReason(texts: Pick<i18n, 't'>, reasonId: string | null, text: string): string {
  const key = builtInReasonKey(reasonId, text);
  return key === null ? text : texts.t(`built-in:reason.${key}`);
}

/** The category of a built-in reason in the language of the app; of any other reason as it is. */
export function shownCategory(texts: Pick<i18n, 't'>, builtIn: boolean, category: string): string {
  const known = Object.entries(builtInCategories).find(([stored]) => stored === category);
  return builtIn && known !== undefined ? texts.t(`built-in:category.${known[1]}`) : category;
}
