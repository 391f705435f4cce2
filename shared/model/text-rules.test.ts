import { describe, expect, it } from 'vitest';
import { isBlank } from './text-limits.ts';
import { hexColor, optionalNote, optionalText, requiredText, shortText } from './text-rules.ts';

const refusal = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('texts from people', () => {
  it('lose what nobody sees at their ends, and nothing else', () => {
    expect(requiredText('name', '\u3000 Ada\r\nPark\t')).toBe('Ada Park');
    expect(requiredText('name', '👩‍👩‍👧 \u202eabc')).toBe('👩‍👩‍👧 \u202eabc');
    expect(optionalNote(' a\nb ')).toBe('a\nb');
  });

  it('count characters as people do, not as computers do', () => {
    expect(requiredText('name', '😀'.repeat(200))).toHaveLength(400);
    expect(refusal(() => requiredText('name', '😀'.repeat(201)))).toBe('name-too-long');
  });

  it('that show nothing count as nothing', () => {
    for (const blank of ['', ' ', '\u200b\u200d', '\u3164', '\u2800', '\t\n']) {
      expect(isBlank(blank)).toBe(true);
      expect(optionalText('number', blank)).toBeNull();
      expect(shortText('text', blank)).toBe('');
      expect(refusal(() => requiredText('tag', blank))).toBe('blank-name');
    }
  });

  it('have a limit that the error names', () => {
    expect(refusal(() => optionalText('number', '1'.repeat(41)))).toBe('number-too-long');
    expect(refusal(() => optionalText('category', 'x'.repeat(51)))).toBe('text-too-long');
    expect(refusal(() => shortText('text', 'x'.repeat(201)))).toBe('text-too-long');
    expect(refusal(() => optionalNote('x'.repeat(2_001)))).toBe('text-too-long');
  });

  it('that no database could hold are refused', () => {
    for (const text of ['a\0', '\ud800', 'x\udc00y']) {
      expect(refusal(() => requiredText('name', text))).toBe('text-invalid');
      expect(refusal(() => optionalText('number', text))).toBe('text-invalid');
      expect(refusal(() => optionalNote(text))).toBe('text-invalid');
    }
  });

  it('that are colours have six digits', () => {
    expect(hexColor('#A0b1C2')).toBe('#a0b1c2');
    for (const text of ['red', '#fff', '#1234567', 'url(x)'])
      expect(refusal(() => hexColor(text))).toBe('text-invalid');
  });
});
