import { createInstance, type i18n } from 'i18next';
import enBuiltIn from './en/built-in.json' with { type: 'json' };
import enClass from './en/class.json' with { type: 'json' };
import enCli from './en/cli.json' with { type: 'json' };
import enCommon from './en/common.json' with { type: 'json' };
import enErrors from './en/errors.json' with { type: 'json' };
import enFirstStart from './en/first-start.json' with { type: 'json' };
import enHistory from './en/history.json' with { type: 'json' };
import enReasons from './en/reasons.json' with { type: 'json' };
import enSettings from './en/settings.json' with { type: 'json' };
import enShell from './en/shell.json' with { type: 'json' };
import enStudents from './en/students.json' with { type: 'json' };
import enSync from './en/sync.json' with { type: 'json' };
import zhBuiltIn from './zh-CN/built-in.json' with { type: 'json' };
import zhClass from './zh-CN/class.json' with { type: 'json' };
import zhCli from './zh-CN/cli.json' with { type: 'json' };
import zhCommon from './zh-CN/common.json' with { type: 'json' };
import zhErrors from './zh-CN/errors.json' with { type: 'json' };
import zhFirstStart from './zh-CN/first-start.json' with { type: 'json' };
import zhHistory from './zh-CN/history.json' with { type: 'json' };
import zhReasons from './zh-CN/reasons.json' with { type: 'json' };
import zhSettings from './zh-CN/settings.json' with { type: 'json' };
import zhShell from './zh-CN/shell.json' with { type: 'json' };
import zhStudents from './zh-CN/students.json' with { type: 'json' };
import zhSync from './zh-CN/sync.json' with { type: 'json' };
import type { Language } from './language.ts';

const en = {
  'built-in': enBuiltIn,
  class: enClass,
  cli: enCli,
  common: enCommon,
  errors: enErrors,
  'first-start': enFirstStart,
  history: enHistory,
  reasons: enReasons,
  settings: enSettings,
  shell: enShell,
  students: enStudents,
  sync: enSync,
};

const zh = {
  'built-in': zhBuiltIn,
  class: zhClass,
  cli: zhCli,
  common: zhCommon,
  errors: zhErrors,
  'first-start': zhFirstStart,
  history: zhHistory,
  reasons: zhReasons,
  settings: zhSettings,
  shell: zhShell,
  students: zhStudents,
  sync: zhSync,
};

/** Every text of the app by language and area. */
export const texts = { en, 'zh-CN': zh } as const satisfies Record<Language, Record<keyof typeof en, object>>;

declare module 'i18next' {
  interface CustomTypeOptions {
    // All areas, so that `t('class:…')` is typed without naming an area first.
    defaultNS: [
      'common',
      'class',
      'cli',
      'errors',
      'first-start',
      'history',
      'reasons',
      'settings',
      'shell',
      'students',
      'sync',
    ];
    returnNull: false;
    resources: typeof en;
  }
}

/**
 * The texts of one language, ready at once, for the page, the menus and the command line: `t('class:selected', { count: 2 })`.
 *
 * A placeholder without a value becomes `…`: a text must never show its own machinery.
 * Beside the formats of i18next a placeholder may be `clock` (the time of day of a moment in ISO 8601), `thing` (what people call the records of a table) and
 * `field` (what they call a column).
 */
export function createTexts(language: Language): i18n {
  const instance = createInstance();
  void instance.init({
    lng: language,
    fallbackLng: 'en',
    supportedLngs: ['en', 'zh-CN'],
    ns: Object.keys(en),
    defaultNS: 'common',
    resources: texts,
    initAsync: false,
    returnNull: false,
    interpolation: { escapeValue: false },
    missingInterpolationHandler: (_text, found: readonly string[]) =>
      unnamed(language, found[1]?.split(',')[1]?.trim()),
  });
  instance.services.formatter?.add('clock', (value: unknown) => timeOfDay(value, language));
  instance.services.formatter?.add(
    'thing',
    (value: unknown) => nameIn(texts[language].sync.thing, value) ?? unnamed(language, 'thing'),
  );
  instance.services.formatter?.add(
    'field',
    (value: unknown) => nameIn(texts[language].sync.field, value) ?? String(value),
  );
  return instance;
}

function timeOfDay(value: unknown, language: Language): string {
  const at = typeof value === 'string' ? new Date(value) : new Date(Number.NaN);
  return Number.isNaN(at.getTime()) ? '…' : new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(at);
}

/** What a group of texts calls a name; undefined where it does not know it. */
function nameIn(group: Readonly<Record<string, string>>, name: unknown): string | undefined {
  return typeof name === 'string' && Object.hasOwn(group, name) ? group[name] : undefined;
}

/** What stands for a name that is not known. */
function unnamed(language: Language, format: string | undefined): string {
  return format === 'thing' || format === 'field' ? texts[language].sync[format].other : '…';
}
