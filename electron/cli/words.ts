import type { i18n } from 'i18next';
import { AppError } from '../../shared/errors.ts';
import type { ErrorJson, ErrorParams } from '../../shared/errors.ts';
import { errorParams } from '../../shared/text/error-params.ts';
import { languageFor } from '../../shared/text/language.ts';
import type { Language } from '../../shared/text/language.ts';
import { createTexts } from '../../shared/text/text.ts';
import type { texts } from '../../shared/text/text.ts';
import { printable } from './printable.ts';

type Keys<T, Prefix extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Prefix}${K}` : Keys<T[K], `${Prefix}${K}.`>;
}[keyof T & string];
type WithoutPlural<K> = K extends `${infer Stem}_${'one' | 'other'}` ? Stem : K;

/** A key of the command line's texts. */
export type CliKey = WithoutPlural<Keys<(typeof texts)['en']['cli']>>;

/** Groups of names for codes that come from the engine. */
type NameGroup =
  | 'outcome'
  | 'kind'
  | 'direction'
  | 'table'
  | 'state'
  | 'status'
  | 'left'
  | 'choice'
  | 'check'
  | 'rule'
  | 'step'
  | 'conflict'
  | 'phase'
  | 'usage'
  | 'resolve'
  | 'unreached'
  | 'difference';

/** The texts of one language. */
export interface Words {
  readonly language: Language;
  /** The text of a key with its `{{placeholders}}` filled. */
  t(key: CliKey, params?: ErrorParams): string;
  /** The text of `group.name`, or the name itself where there is none: for codes that come from the engine. */
  name(group: NameGroup, name: string, params?: ErrorParams): string;
  /** What happened, in one line. */
  errorTitle(error: ErrorLike): string;
  /** What happened, what was not changed, what to do. */
  errorLines(error: ErrorJson): readonly string[];
}

/** An error or the finding of a check, whose code may be newer than this command line. */
export interface ErrorLike {
  readonly code: string;
  readonly params: ErrorParams;
}

/** The language of `--lang`. Anything but `en` and `zh-CN` (or a Chinese locale's name) is a usage error. */
export function languageOption(given: string): Language {
  if (/^(en|zh)([-_].*)?$/i.test(given)) return languageFor([given]);
  throw new AppError('usage', { problem: 'not-one-of', argument: '--lang', choices: 'en, zh-CN' });
}

/** The language of a terminal's environment; English unless it says Chinese. */
export function environmentLanguage(env: Readonly<Record<string, string | undefined>>): Language {
  return languageFor([env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].filter(isText));
}

/** The texts of a language. Whatever fills a placeholder is made safe for a terminal first. */
export function wordsOf(language: Language): Words {
  const texts = createTexts(language);
  const lookUp = (key: string, params: ErrorParams): string | undefined =>
    isTextKey(texts, key, safe(params)) ? texts.t(key, safe(params)) : undefined;
  const errorTitle = ({ code, params }: ErrorLike): string =>
    lookUp(`cli:missing.${meantBy({ code, params })}`, params) ??
    lookUp(`errors:${code}.title`, errorParams(params)) ??
    printable(code);
  return {
    language,
    t: (key, params = {}) => lookUp(`cli:${key}`, params) ?? key,
    name: (group, name, params = {}) => lookUp(`cli:${group}.${name}`, params) ?? printable(name),
    errorTitle,
    errorLines: (error) =>
      [
        errorTitle(error),
        lookUp(`errors:${error.code}.unchanged`, error.params),
        // Some remedies of the page are buttons; here they are commands.
        lookUp(`cli:remedy.${meantBy(error)}`, error.params) ??
          lookUp(`cli:remedy.${error.code}`, error.params) ??
          lookUp(`errors:${error.code}.remedy`, errorParams(error.params)),
      ].filter(isText),
  };
}

/** What was not found, or not said, by name: the page shows where it was looked for, a command does not. */
function meantBy({ code, params }: ErrorLike): string {
  const what = String(params['what'] ?? '');
  switch (code) {
    case 'not-found':
      return what;
    case 'connection-needed':
      return Number(params['count'] ?? 0) > 1 ? 'several-connections' : '';
    case 'needs-pin':
      return `${String(params['level'] ?? 'admin')}-pin`;
    case 'consent-needed':
      return what === 'erase' ? 'erase-consent' : '';
    default:
      return '';
  }
}

/** Keys put together from codes of the engine are checked when they are used; the type stands for any of them. A text with a form for one and for several is only there for a number. */
function isTextKey(texts: i18n, key: string, params: ReturnType<typeof safe>): key is 'cli:list.empty' {
  return texts.exists(key, params);
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

function safe(params: ErrorParams): Record<string, string | number | boolean | null> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? printable(value) : value]),
  );
}
