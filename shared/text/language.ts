/** The languages of the app. */
export const languages = ['en', 'zh-CN'] as const;
/** One of the languages of the app. */
export type Language = (typeof languages)[number];

/** The app's language for what a system or browser prefers, best first: any Chinese is Simplified Chinese, all else English. */
export function languageFor(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const main = tag.toLowerCase().split(/[-_]/)[0];
    if (main === 'zh') return 'zh-CN';
    if (main === 'en') return 'en';
  }
  return 'en';
}
