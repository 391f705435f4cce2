import { builtInReasons } from '../../shared/model/built-in-reasons.ts';
import { quickTexts } from '../../shared/text/shown-reason.ts';
import en from '../../shared/text/en/built-in.json' with { type: 'json' };
import zh from '../../shared/text/zh-CN/built-in.json' with { type: 'json' };

/** What a stored text of a built-in reason, or of points given without one, is shown as in the languages of the app; nothing for any other text. */
export function builtInWords(text: string): readonly string[] {
  if (quickTexts.includes(text)) return quickTexts;
  return builtInReasons.filter((reason) => reason.text === text).flatMap(({ key }) => [en.reason[key], zh.reason[key]]);
}
