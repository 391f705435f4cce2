import { builtInReasons } from '../../shared/model/built-in-reasons.ts';
import en from '../../shared/text/en/built-in.json' with { type: 'json' };
import zh from '../../shared/text/zh-CN/built-in.json' with { type: 'json' };

/** What a stored text of a built-in reason is shown as in the languages of the app; nothing for any other text. */
export function builtInWords(text: string): readonly string[] {
  return builtInReasons.filter((reason) => reason.text === text).flatMap(({ key }) => [en.reason[key], zh.reason[key]]);
}
