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
