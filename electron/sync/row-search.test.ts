import { expect, test } from 'vitest';
import { matchesSearch } from '../../shared/model/search-key.ts';
import { rowSearch } from './row-search.ts';

test.each(['张三', 'zs', 'zhang san', 'homework', '作业', 'zuoye', 'zy', '张三 · home'])(
  'F1: points are found by student and by reason, as it is stored and as it is shown: %j',
  (typed) => {
    expect(matchesSearch(rowSearch('张三 · Homework'), typed)).toBe(true);
  },
);

test('F1: a reason somebody wrote is found as it was written, and nothing else is found', () => {
  expect(matchesSearch(rowSearch('Li Wei · Swept the floor'), 'floor')).toBe(true);
  expect(matchesSearch(rowSearch('Li Wei · Swept the floor'), '作业')).toBe(false);
  expect(matchesSearch(rowSearch('Late', 'Too late'), '迟到')).toBe(true);
});
