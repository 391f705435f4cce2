import { describe, expect, it } from 'vitest';
import { matchesSearch, nameKeys, searchKey } from './search-key.ts';

/** Names in the order of a class list. */
const sorted = (...names: readonly string[]): readonly string[] =>
  names.toSorted((a, b) => (nameKeys(a).sortKey < nameKeys(b).sortKey ? -1 : 1));

describe('names', () => {
  it.each([
    ['单雄信', 'shan'],
    ['曾国藩', 'zeng'],
    ['仇英', 'qiu'],
    ['解缙', 'xie'],
    ['区志强', 'ou'],
    ['任盈盈', 'ren'],
    ['查良镛', 'zha'],
    ['尉迟恭', 'yu chi'],
    ['欧阳修', 'ou yang'],
    ['长孙无忌', 'zhang sun'],
  ])('like %s are sorted by how the surname is read: %s', (name, surname) => {
    expect(nameKeys(name).sortKey.startsWith(`${surname} `)).toBe(true);
  });

  it('stand in one order, whatever their script', () => {
    expect(sorted('张三', 'Zoë Hart', '单小雨', 'ada park', '区志强', 'Ben Ortiz', '李安', '连阿', '仇英')).toEqual([
      'ada park',
      'Ben Ortiz',
      '李安',
      '连阿',
      '区志强',
      '仇英',
      '单小雨',
      '张三',
      'Zoë Hart',
    ]);
  });

  it('with numbers in them are sorted by the number', () => {
    expect(sorted('Student 10', 'Student 9', 'Student 1')).toEqual(['Student 1', 'Student 9', 'Student 10']);
  });

  it('that sound alike always stand in the same order', () => {
    expect(sorted('张伟', '章伟', '张威')).toEqual(sorted('章伟', '张威', '张伟'));
  });

  it.each([
    ['张三', null, ['张', '三', 'zs', 'zhang', 'zhangsan', 'zhang san', 'ZS', ' zs ']],
    ['单小雨', '30', ['sxy', 'shan', '30', 'shanxiaoyu']],
    ['Zoë Hart', null, ['zoë', 'zoe', 'zh', 'hart', 'ZOE H']],
    ['Li 伟', null, ['lw', 'wei', '伟']],
    ['ＡＤＡ', '１２', ['ada', '12']],
    ['吕布', null, ['lv']],
  ])('like %s (%s) are found by what people type', (name, number, typed) => {
    const key = searchKey(name, number);
    expect(typed.filter((text) => !matchesSearch(key, text))).toEqual([]);
  });

  it('are not found by something else', () => {
    expect(matchesSearch(searchKey('张三', '12'), 'dan')).toBe(false);
    expect(matchesSearch(searchKey('单小雨', '12'), 'dan')).toBe(false);
    expect(matchesSearch(searchKey('张三', '1'), 'san1')).toBe(false);
  });

  it('of every kind have keys that are text', () => {
    for (const name of ['👩‍👩‍👧', '𠮷野家', 'محمد', '', ' ', '1', '%_\\']) {
      expect(nameKeys(name).sortKey.isWellFormed()).toBe(true);
      expect(matchesSearch(searchKey(name, null), name)).toBe(true);
    }
  });
});
