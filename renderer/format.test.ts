import { expect, test } from 'vitest';
import { formatFor } from './format.ts';

test('lists end as people of the language end them, with the spaces of the language', () => {
  expect(formatFor('en').list(['9 added', '4 changed', '1 deleted'])).toBe('9 added, 4 changed, and 1 deleted');
  expect(formatFor('en').sentences('One.', null, 'Two.')).toBe('One. Two.');
  const { list, series, sentences } = formatFor('zh-CN');
  expect(sentences('两边都改了。', null, '已合并。')).toBe('两边都改了。已合并。');
  expect(list(['新增 9', '修改 4', '删除 1'])).toBe('新增 9、修改 4 和删除 1');
  expect(list(['姓名', '学号'])).toBe('姓名和学号');
  expect(list(['Anna', 'Ben', '李四'])).toBe('Anna、Ben 和李四');
  expect(series(['姓名', '学号'])).toBe('姓名，学号');
});

test('what leads to something else on its line has one space after it, none after a mark of Chinese that brings its own', () => {
  const { lead, labelled } = formatFor('en');
  expect(lead('Result:')).toBe('Result: ');
  expect(labelled('note', 'sits in front')).toBe('note: sits in front');
  const chinese = formatFor('zh-CN');
  expect(['结果：', '已合并。', '还是“李四”？', '本机'].map(chinese.lead)).toEqual([
    '结果：',
    '已合并。',
    '还是“李四”？',
    '本机 ',
  ]);
  expect(chinese.labelled('备注', '坐前排')).toBe('备注：坐前排');
});
