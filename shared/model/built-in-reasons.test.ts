import { describe, expect, it } from 'vitest';
import en from '../text/en/built-in.json' with { type: 'json' };
import zh from '../text/zh-CN/built-in.json' with { type: 'json' };
import { builtInCategories, builtInReasonKey, builtInReasons } from './built-in-reasons.ts';

describe('the built-in reasons', () => {
  it('are what they were when they were released', () => {
    expect(builtInReasons.map(({ id, text, delta, category }) => [id.slice(-4), text, delta, category])).toEqual([
      ['0001', 'Homework', 2, 'Study'],
      ['0002', 'Helped', 1, 'Together'],
      ['0003', 'Answered', 1, 'Study'],
      ['0004', 'Late', -1, 'Conduct'],
      ['0005', 'Good question', 1, 'Study'],
      ['0006', 'Progress', 2, 'Study'],
      ['0007', 'Teamwork', 2, 'Together'],
      ['0008', 'Classroom duty', 1, 'Together'],
      ['0009', 'Disruptive', -1, 'Conduct'],
      ['000a', 'No homework', -2, 'Study'],
    ]);
    expect(builtInReasons[0]?.id).toBe('019b76da-a800-7000-8000-000000000001');
  });

  it('have words in every language', () => {
    const keys = builtInReasons.map(({ key }) => key).toSorted();
    for (const words of [en, zh]) {
      expect(Object.keys(words.reason).toSorted()).toEqual(keys);
      expect(Object.keys(words.category).toSorted()).toEqual(Object.values(builtInCategories).toSorted());
    }
  });

  it('are shown in words until someone gives them a text of their own', () => {
    const [homework] = builtInReasons;
    expect(builtInReasonKey(homework?.id ?? '', 'Homework')).toBe('homework');
    expect(builtInReasonKey(homework?.id ?? '', 'Homework done')).toBeNull();
    expect(builtInReasonKey(null, 'Homework')).toBeNull();
  });
});
