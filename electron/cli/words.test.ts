import { describe, expect, it } from 'vitest';
import { errorExitCodes } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { texts } from '../../shared/text/text.ts';
import { errorLines } from './error-lines.ts';
import { environmentLanguage, wordsOf, type CliKey } from './words.ts';

function leaves(tree: object, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(tree).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? leaves(value, `${path}${name}.`)
      : [[`${path}${name}`, String(value)] as const],
  );
}

const placeholders = (text: string): readonly string[] =>
  (text.match(/\{\{\s*\w+/g) ?? []).toSorted((a, b) => (a < b ? -1 : 1));

describe('the words of the command line', () => {
  it('have the same keys and placeholders in both languages', () => {
    const chinese = new Map(leaves(texts['zh-CN'].cli));
    const english = leaves(texts.en.cli);
    expect([...chinese.keys()]).toEqual(english.map(([key]) => key));
    for (const [key, text] of english)
      expect([key, placeholders(chinese.get(key) ?? '')]).toEqual([key, placeholders(text)]);
  });

  it.each(['en', 'zh-CN'] as const)('are there for one and for several (%s)', (language) => {
    const { t } = wordsOf(language);
    const counted = leaves(texts[language].cli).flatMap(([key]) => /^(.+)_other$/.exec(key)?.[1] ?? []);
    expect(counted).toContain('plan.undecided');
    for (const key of counted as CliKey[])
      for (const count of [1, 2]) expect([key, t(key, { count })]).not.toEqual([key, key]);
  });

  it('say for every error what happened, what was not changed and what to do', () => {
    for (const language of ['en', 'zh-CN'] as const) {
      for (const code of Object.keys(errorExitCodes) as ErrorCode[]) {
        const lines = errorLines(wordsOf(language), { code, params: {} });
        expect(lines.length, `${language} ${code}`).toBeGreaterThanOrEqual(2);
        expect(lines.join(' '), `${language} ${code}`).not.toMatch(/\{\{|undefined/);
      }
    }
  });

  it('name what is not there, and do not call several connections none', () => {
    const words = wordsOf('en');
    for (const what of ['student', 'class', 'connection', 'event', 'run', 'device', 'lost-value', 'role'])
      expect(words.errorTitle({ code: 'not-found', params: { what } }), what).toMatch(/\bno such\b/);
    expect(words.errorTitle({ code: 'not-found', params: { what: 'a thing of a newer engine' } })).not.toBe('');
    expect(words.errorTitle({ code: 'connection-needed', params: { count: 0 } })).toContain('no connection yet');
    expect(words.errorTitle({ code: 'connection-needed', params: { count: 2 } })).toContain('has 2 connections');
  });

  it('tell what helps where a lost value cannot be put back, by what is in its way', () => {
    for (const language of ['en', 'zh-CN'] as const) {
      const told = (reason: string): string | undefined =>
        errorLines(wordsOf(language), { code: 'put-back-refused', params: { reason } }).at(-1);
      expect(told('value-taken')).toBe(told('parent-gone'));
      // Nothing has to be restored: the entry is there.
      expect(told('entry-differs')).not.toBe(told('parent-gone'));
    }
  });

  it('are made safe for a terminal whatever fills them', () => {
    const words = wordsOf('en');
    expect(words.t('notice.device-named', { name: 'a\u001B[31mb' })).not.toContain('\u001B');
    expect(words.name('table', 'new\u202Etable')).not.toContain('\u202E');
    expect(words.errorTitle({ code: 'a-code-of-a-newer-engine', params: {} })).toBe('a-code-of-a-newer-engine');
  });

  it.each([
    [{ LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
    [{ LANG: 'zh_TW' }, 'zh-CN'],
    [{ LANG: 'de_DE.UTF-8' }, 'en'],
    [{ LC_ALL: 'zh_CN', LANG: 'en_US' }, 'zh-CN'],
    [{ LC_ALL: '', LANG: 'en_GB' }, 'en'],
    [{}, 'en'],
  ])('follow the environment %j', (env, language) => {
    expect(environmentLanguage(env)).toBe(language);
  });
});
