import { expect, test } from 'vitest';
import type { StudentItem } from '../../../shared/contract/roster.ts';
import { filterStudents, letterSlots, sortStudents } from './find-students.ts';

function student(name: string, more: Partial<StudentItem>): StudentItem {
  return {
    id: name,
    name,
    number: null,
    groupId: null,
    group: null,
    tags: [],
    note: null,
    deleted: false,
    deletedAt: null,
    deletedBy: null,
    current: 0,
    allTime: 0,
    sortKey: name.toLowerCase(),
    search: name.toLowerCase(),
    ...more,
  };
}

const zhang = student('张三', {
  number: '10',
  sortKey: 'zhang san\n张三',
  search: '张三\nzhang san\nzhangsan\nzs\n10',
  current: 5,
});
const ada = student('Ada Park', { number: '9', search: 'ada park\nap\n9', current: 5, groupId: 'blue' });
const ben = student('Ben Ortiz', { search: 'ben ortiz\nbo', current: 7 });
const names = (list: readonly StudentItem[]): string[] => list.map((item) => item.name);

test('initials, pinyin and full-width digits find a student', () => {
  const all = [zhang, ada, ben];
  expect(names(filterStudents(all, { search: 'ZS', group: null }))).toEqual(['张三']);
  expect(names(filterStudents(all, { search: 'zhangs', group: null }))).toEqual(['张三']);
  expect(names(filterStudents(all, { search: '１０', group: null }))).toEqual(['张三']);
});

test('a group keeps its students, and none keeps those without one', () => {
  expect(names(filterStudents([zhang, ada, ben], { search: '', group: 'blue' }))).toEqual(['Ada Park']);
  expect(names(filterStudents([zhang, ada, ben], { search: '', group: 'none' }))).toEqual(['张三', 'Ben Ortiz']);
});

test('numbers sort as numbers and a student without one comes last', () => {
  expect(names(sortStudents([ben, zhang, ada], 'number'))).toEqual(['Ada Park', '张三', 'Ben Ortiz']);
});

test('equal points are ordered by name', () => {
  expect(names(sortStudents([zhang, ada, ben], 'points'))).toEqual(['Ben Ortiz', 'Ada Park', '张三']);
});

test('letters share a slot when there are more letters than slots', () => {
  const sorted = sortStudents([zhang, ada, ben], 'name');
  expect(letterSlots(sorted, 3).map((slot) => slot.letters.join(''))).toEqual(['A', 'B', 'Z']);
  expect(letterSlots(sorted, 2)).toEqual([
    { letters: ['A', 'B'], firstId: 'Ada Park' },
    { letters: ['Z'], firstId: '张三' },
  ]);
});
