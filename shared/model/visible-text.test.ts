import { describe, expect, it } from 'vitest';
import { clippedText, visibleJson, visibleLine, visibleText } from './visible-text.ts';

describe('text from data where people read it', () => {
  it.each([
    ['abc\u202Edef\u2066', 'abc\\u{202e}def\\u{2066}'],
    ['in\u200Bvisible\uFEFF', 'in\\u{200b}visible\\u{feff}'],
    ['lone \uD800', 'lone \\u{d800}'],
    ['bell \u0007', 'bell \\u{7}'],
  ])('shows what hides or reorders text: %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
    expect(visibleLine(text)).toBe(shown);
  });

  it('keeps line breaks where there is room for lines, and shows them where there is none', () => {
    expect(visibleText('two\nlines')).toBe('two\nlines');
    expect(visibleLine('two\nlines')).toBe('two\\u{a}lines');
  });

  it('leaves every script and joined emoji as they are', () => {
    for (const text of ['O’Brien', '李伟 𠮷野', 'محمد', '👩‍🚀', 'Amélie']) expect(visibleText(text)).toBe(text);
  });

  it('writes JSON that hides nothing and reads back the same', () => {
    const value = { name: 'abc\u202Ecod.exe', note: ['Li\u200BWei\n', '\u0085', '👩‍🚀', '\u2028'] };
    const json = visibleJson(value);
    expect(json).toContain('"abc\\u202ecod.exe"');
    expect(json).toBe(visibleText(json));
    expect(JSON.parse(json)).toEqual(value);
    expect(visibleJson({ name: '张三' })).toBe(JSON.stringify({ name: '张三' }, null, 2));
  });

  it('clips a long text and never through a character', () => {
    expect(clippedText('abc', 3)).toBe('abc');
    expect(clippedText('abcd', 3)).toBe('abc…');
    expect(clippedText('ab𠮷d', 3)).toBe('ab…');
  });
});
