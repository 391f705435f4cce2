import { builtInCategories, builtInReasons } from '../../shared/model/built-in-reasons.ts';
import { quickTexts } from '../../shared/text/shown-reason.ts';
import en from '../../shared/text/en/built-in.json' with { type: 'json' };
import zh from '../../shared/text/zh-CN/built-in.json' with { type: 'json' };

/** What a stored text of a built-in reason or its category, or of points given without one, is shown as in the languages of the app; nothing for any other text. */
export function builtInWords(text: string): readonly string[] {
  if (quickTexts.includes(text)) return quickTexts;
  const reasons = builtInReasons
    .filter((reason) => reason.text === text)
    .map(({ key }) => [en.reason[key], zh.reason[key]]);
  const categories = Object.entries(builtInCategories)
    .filter(([stored]) => stored === text)
    .map(([, key]) => [en.category[key], zh.category[key]]);
  return [...reasons, ...categories].flat();
}
