import { language, theme } from '../../shared/contract/app.ts';
import type { AppState } from '../../shared/contract/app.ts';
import { languageFor } from '../../shared/text/language.ts';
import type { Language } from '../../shared/text/language.ts';
import type { AppStore } from '../store/app-store.ts';

/** Names of the settings this device keeps. */
export const settingKeys = { language: 'language', theme: 'theme', lastClass: 'last-class' } as const;

/** The language someone chose here; null until then. A value of a newer app counts as none. */
export function chosenLanguage(app: AppStore): Language | null {
  return language.nullable().catch(null).parse(app.setting(settingKeys.language));
}

/** The language to write in when nobody is there to be asked: the chosen one, else the system's. */
export function writingLanguage(app: AppStore): Language {
  return chosenLanguage(app) ?? languageFor([Intl.DateTimeFormat().resolvedOptions().locale]);
}

/** The theme someone chose here, else the system's. */
export function chosenTheme(app: AppStore): AppState['theme'] {
  return theme.catch('system').parse(app.setting(settingKeys.theme));
}

/** The class opened last, if it still is on this device. */
export function lastClass(app: AppStore): string | null {
  const id = app.setting(settingKeys.lastClass);
  return app.classes().some((entry) => entry.id === id) ? id : null;
}
