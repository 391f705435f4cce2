/** The most characters (code points) a text from people may have, by what it is. */
export const textLimits = { name: 200, number: 40, text: 200, category: 50, tag: 50, note: 2_000, device: 60 } as const;

/** What a text from people is, for its limit and for the error that names it. */
export type TextField = keyof typeof textLimits;

/** Whether a text shows nothing: empty, or only spaces, control and format characters and the letters that are drawn as nothing. */
export function isBlank(text: string): boolean {
  // Nearly all begin with a letter, and some are very long.
  if (/^[!-~]/.test(text)) return false;
  return /^[\s\p{Cc}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]*$/u.test(text);
}
