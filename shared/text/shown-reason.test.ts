import { describe, expect, it } from 'vitest';
import { builtInReasons } from '../model/built-in-reasons.ts';
import { shownCategory, shownReason } from './shown-reason.ts';
import { createTexts } from './text.ts';

describe('a reason on the page', () => {
  it('speaks the language of the app when it is built in and nobody has renamed it', () => {
    const [homework] = builtInReasons;
    expect(shownReason(createTexts('zh-CN'), homework?.id ?? '', 'Homework')).toBe('作业');
    expect(shownReason(createTexts('en'), homework?.id ?? '', 'Homework')).toBe('Homework');
    expect(shownReason(createTexts('zh-CN'), homework?.id ?? '', 'Hausaufgabe')).toBe('Hausaufgabe');
    expect(shownReason(createTexts('zh-CN'), null, 'Homework')).toBe('Homework');
  });

  it('says of points given without a reason what they are in that language, whatever language they were given in', () => {
    for (const text of ['Quick points', '快速加减分']) {
      expect(shownReason(createTexts('zh-CN'), null, text)).toBe('快速加减分');
      expect(shownReason(createTexts('en'), null, text)).toBe('Quick points');
    }
    expect(shownReason(createTexts('zh-CN'), 'a reason of somebody', 'Quick points')).toBe('Quick points');
  });

  it('has its category in that language too', () => {
    expect(shownCategory(createTexts('zh-CN'), true, 'Study')).toBe('学习');
    expect(shownCategory(createTexts('zh-CN'), false, 'Study')).toBe('Study');
    expect(shownCategory(createTexts('zh-CN'), true, 'Order')).toBe('Order');
  });
});
