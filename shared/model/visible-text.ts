/** What hides or reorders text: controls, separators of lines, joiners without effect, bidirectional marks, halves of characters. Joiners of emoji and scripts stay. */
const hiding = /[^\P{Cc}\n\t]|[\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]|\p{Cs}/gu;

/**
 * A text from data as a page may show it: what would hide or reorder text becomes a visible `\u{…}`, so that two names that differ look different. Line breaks and
 * tabs stay.
 */
export function visibleText(text: string): string {
  return text.replace(hiding, escapedCharacter);
}

/** The same on one line, as a terminal may show it: what would move the cursor becomes visible too. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(/[\n\t]/g, escapedCharacter);
}

/** A value as indented JSON that hides and reorders nothing for whoever opens the file: such characters are written as JSON's own `\uXXXX`, so that it reads back the same. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    hiding,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The start of a text of more than so many characters (UTF-16 units, never half a one), with "…". */
export function clippedText(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? 1 : 0;
  return `${text.slice(0, most - half)}…`;
}

/** More characters of a name than this help nobody. */
const longestShown = 200;

/** A text of a record as a list or a sentence shows it: nothing hidden in it, and not longer than anybody reads. */
export function shownText(text: string): string {
  return clippedText(visibleText(text), longestShown);
}

function escapedCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
