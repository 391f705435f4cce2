import { visibleLine } from '../../shared/model/visible-text.ts';

const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1B000}-\u{1B2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\uFE0F/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A text from data as a terminal may show it on one line: what would move the cursor, hide or reorder text becomes a visible `\u{…}`. */
export function printable(text: string): string {
  return visibleLine(text);
}

/** Columns of a terminal a text takes; a wide character (Chinese, emoji) takes two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text))
    width += /^\p{M}+$/u.test(segment) ? 0 : wide.test(segment) ? 2 : 1;
  return width;
}

/** The text in at most `columns` columns, its end replaced by "…" when it is longer. */
export function clip(text: string, columns: number): string {
  if (text.length * 2 <= columns || displayWidth(text) <= columns) return text;
  let clipped = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += displayWidth(segment);
    if (width > columns - 1) break;
    clipped += segment;
  }
  return `${clipped}…`;
}
