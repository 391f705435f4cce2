import { expect, test } from 'vitest';
import { errorExitCodes, type ErrorCode, type ErrorParams } from '../errors.ts';
import { errorParams } from './error-params.ts';
import { languageFor, type Language } from './language.ts';
import { createTexts, texts } from './text.ts';

type Tree = { readonly [key: string]: string | Tree };

/** Every text by its path, plural forms gathered under their common name. */
function flatten(tree: Tree, path = '', into = new Map<string, string[]>()): Map<string, string[]> {
  for (const [key, value] of Object.entries(tree)) {
    const here = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'string') {
      const name = here.replace(/_(zero|one|two|few|many|other)$/, '');
      into.set(name, [...(into.get(name) ?? []), value]);
    } else {
      flatten(value, here, into);
    }
  }
  return into;
}

function pluralForms(tree: Tree, path = '', into = new Map<string, Set<string>>()): Map<string, Set<string>> {
  for (const [key, value] of Object.entries(tree)) {
    const here = path === '' ? key : `${path}.${key}`;
    if (typeof value !== 'string') {
      pluralForms(value, here, into);
      continue;
    }
    const form = /^(.*)_(zero|one|two|few|many|other)$/.exec(here);
    const [name, kind] = [form?.[1], form?.[2]];
    if (name !== undefined && kind !== undefined) into.set(name, (into.get(name) ?? new Set()).add(kind));
  }
  return into;
}

function placeholders(values: readonly string[]): string[] {
  const names = values.flatMap((value) => [...value.matchAll(/\{\{\s*([^},\s]+)/g)].map((match) => match[1] ?? ''));
  return [...new Set(names)].toSorted();
}

const areas = Object.keys(texts.en) as (keyof typeof texts.en)[];

test.each(areas)('%s has the same keys in both languages (language)', (area) => {
  expect([...flatten(texts['zh-CN'][area]).keys()].toSorted()).toEqual([...flatten(texts.en[area]).keys()].toSorted());
});

test.each(areas)('%s has the same placeholders in both languages (language)', (area) => {
  const zh = flatten(texts['zh-CN'][area]);
  for (const [key, values] of flatten(texts.en[area]))
    expect({ key, names: placeholders(zh.get(key) ?? []) }).toEqual({ key, names: placeholders(values) });
});

test.each(areas)('%s has exactly the plural forms each language needs', (area) => {
  for (const [key, forms] of pluralForms(texts.en[area]))
    expect({ key, forms: [...forms].toSorted() }).toEqual({ key, forms: ['one', 'other'] });
  for (const [key, forms] of pluralForms(texts['zh-CN'][area]))
    expect({ key, hasOther: forms.has('other') }).toEqual({ key, hasOther: true });
});

/* Chinese that is meant: the name of the language and what can be typed into the search. */
const meant = ['language.zh-CN', 'search'];

test.each(areas)('%s has no empty text and no Chinese in English', (area) => {
  const entries = [...flatten(texts.en[area])].flatMap(([key, values]) => values.map((value) => ({ key, value })));
  expect(entries.filter(({ value }) => value.trim() === '')).toEqual([]);
  expect(entries.filter(({ key, value }) => /\p{Script=Han}/u.test(value) && !meant.includes(key))).toEqual([]);
});

test.each(areas)('%s sets no space beside a mark of Chinese, which brings its own', (area) => {
  const entries = [...flatten(texts['zh-CN'][area])].flatMap(([key, values]) =>
    values.map((value) => ({ key, value })),
  );
  expect(entries.filter(({ value }) => /[：，。；！？（）、] | [：，。；！？（）、]/.test(value))).toEqual([]);
});

/* Words one part of the app once used for what all others call otherwise: the code to join with, the one who looks after the network, the list, the app, and what was given: 积分 is
 * their sum alone. */
const otherNames =
  /加入码|信息老师|更改清单|本软件|应用|(?:新|结算|记录|全部|您)的积分|(?:添加|修改|删除|列出|预设|加减分|加减分的)原因|你(?!们)/;

test.each(areas)('%s calls things in Chinese as everywhere else', (area) => {
  const entries = [...flatten(texts['zh-CN'][area])].flatMap(([key, values]) =>
    values.map((value) => ({ key, value })),
  );
  expect(entries.filter(({ value }) => otherNames.test(value))).toEqual([]);
});

test.each(['en', 'zh-CN'] as const)('every error code has title, what was not changed and remedy in %s', (language) => {
  const codes = Object.keys(errorExitCodes) as ErrorCode[];
  expect(Object.keys(texts[language].errors).toSorted()).toEqual([...codes].toSorted());
  for (const code of codes) {
    const { title, unchanged, remedy } = texts[language].errors[code];
    expect(Math.min(title.length, unchanged.length, remedy.length)).toBeGreaterThan(1);
  }
});

test('a text is there at once, in the chosen language, with numbers and plurals of that language', () => {
  const en = createTexts('en');
  expect(en.t('common:badge.waiting', { count: 1 })).toBe('1 change waiting');
  expect(en.t('common:badge.waiting', { count: 1200 })).toBe('1,200 changes waiting');
  expect(createTexts('zh-CN').t('common:badge.waiting', { count: 12 })).toBe('12 项待同步');
});

test('a placeholder without a value never shows its own machinery', () => {
  expect(createTexts('en').t('errors:number-taken.title')).toBe('The number … is taken by ….');
});

test('what is not there any more is named where one knows what it was', () => {
  for (const language of ['en', 'zh-CN'] as const) {
    const { t } = createTexts(language);
    const title = (what?: string) => t('errors:not-found.title', errorParams(what === undefined ? {} : { what }));
    const plain = title();
    const named = [
      'student',
      'group',
      'reason',
      'class',
      'connection',
      'event',
      'settlement',
      'run',
      'device',
      'backup',
      'lost-value',
    ];
    for (const what of named) expect(title(what), what).not.toBe(plain);
    expect(title('a thing of a newer engine')).toBe(plain);
  }
  expect(createTexts('en').t('errors:not-found.title', errorParams({ what: 'student' }))).toBe(
    'This student is no longer here.',
  );
});

test('who holds the lock is told with the time of day since when; unknown, nobody is named', () => {
  const since = '2026-09-01T08:41:00Z';
  const at = new Date(since);
  for (const language of ['en', 'zh-CN'] as const) {
    const { t } = createTexts(language);
    const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(at);
    const told = t('errors:lock-held-by.title', { who: 'Office PC', since });
    expect(told).toContain('Office PC');
    expect(told).toContain(time);
    expect(t('errors:lock-held.title')).not.toMatch(/[…(（?？]/);
  }
});

test('what the server refused is told with the kind of record and the field in words people use', () => {
  const told = (language: Language, params: ErrorParams): string =>
    createTexts(language).t('errors:constraint-failed.title', errorParams(params));
  const points = { table: 'score_event', column: 'delta' };
  expect(told('en', points)).toBe('Points, points: the server refused a value that breaks one of its rules.');
  expect(told('zh-CN', points)).toBe('加减分·分值：服务器拒绝了违反其规则的值。');
  expect(told('en', { table: 'club', column: 'room' })).toMatch(/^Record, room: /);
});

test('where the server names no field, none is spoken of', () => {
  const told = (language: Language, params: ErrorParams): string =>
    createTexts(language).t('errors:constraint-failed.title', errorParams(params));
  expect(told('en', { table: 'student', constraint: 'no_benny' })).toBe(
    'Student: the server refused a change that breaks one of its rules.',
  );
  expect(told('zh-CN', { table: 'student' })).toBe('学生：服务器拒绝了违反其规则的改动。');
  expect(told('en', {})).toMatch(/^Record: the server refused/);
  // Also where the words are not told what it is about.
  expect(createTexts('en').t('errors:constraint-failed.title')).not.toMatch(/field|[…{]/);
});

test('nothing is said to be tried again by itself that is not', () => {
  expect(createTexts('en').t('errors:restarting.remedy')).toBe('Try again in a minute.');
  expect(createTexts('zh-CN').t('errors:restarting.remedy')).toBe('请过一分钟再试。');
});

test('a name with signs of markup stays as it was written', () => {
  expect(createTexts('en').t('common:switcher.label', { name: '<b>5B & {{x}}</b>' })).toContain('<b>5B & {{x}}</b>');
});

test('any Chinese is Simplified Chinese, what is unknown is English', () => {
  expect(languageFor(['zh-Hant-TW', 'en'])).toBe('zh-CN');
  expect(languageFor(['de-DE', 'zh'])).toBe('zh-CN');
  expect(languageFor(['fr'])).toBe('en');
  expect(languageFor([])).toBe('en');
});
