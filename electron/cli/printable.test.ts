import { describe, expect, it } from 'vitest';
import { clip, displayWidth, printable } from './printable.ts';

describe('text from data on a terminal', () => {
  it.each([
    ['a\u001B[2Jb', 'a\\u{1b}[2Jb'],
    ['two\nlines\r', 'two\\u{a}lines\\u{d}'],
    ['abc\u202Edef\u2066', 'abc\\u{202e}def\\u{2066}'],
    ['in\u200Bvisible\uFEFF', 'in\\u{200b}visible\\u{feff}'],
    ['lone \uD800', 'lone \\u{d800}'],
  ])('shows what would move the cursor, hide or reorder text: %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('leaves every script and joined emoji as they are', () => {
    for (const text of ['O’Brien', '李伟 𠮷野', 'محمد', '👩‍🚀', 'Amélie']) expect(printable(text)).toBe(text);
  });

  it.each([
    ['abc', 3],
    ['李伟', 4],
    ['𠮷', 2],
    ['👩‍🚀', 2],
    ['é', 1],
    ['ｱ', 1],
    ['', 0],
  ])('counts the columns of %s', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  it('clips by columns and never through a character', () => {
    expect(clip('李伟李伟', 5)).toBe('李伟…');
    expect(clip('👩‍🚀👩‍🚀👩‍🚀', 4)).toBe('👩‍🚀…');
    expect(clip('abcdef', 6)).toBe('abcdef');
    expect(clip('abcdefg', 6)).toBe('abcde…');
  });
});
