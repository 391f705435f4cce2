import type { i18n } from 'i18next';
import en from './en/class.json' with { type: 'json' };
import zh from './zh-CN/class.json' with { type: 'json' };
import { builtInCategories, builtInReasonKey } from '../model/built-in-reasons.ts';

/** What an event given without a reason is stored as, in the language of the PC it was given on. */
export const quickTexts: readonly string[] = [en.quickText, zh.quickText];

/**
 * The text of a reason, or of an event given with it, as a person reads it: a built-in one nobody has renamed speaks the language of the app, and so do points that
 * were given without a reason.
 */
export function shownReason(texts: Pick<i18n, 't'>, reasonId: string | null, text: string): string {
  if (reasonId === null && quickTexts.includes(text)) return texts.t('class:quickText');
  const key = builtInReasonKey(reasonId, text);
  return key === null ? text : texts.t(`built-in:reason.${key}`);
}

/** The category of a built-in reason in the language of the app; of any other reason as it is. */
export function shownCategory(texts: Pick<i18n, 't'>, builtIn: boolean, category: string): string {
  const known = Object.entries(builtInCategories).find(([stored]) => stored === category);
  return builtIn && known !== undefined ? texts.t(`built-in:category.${known[1]}`) : category;
}
