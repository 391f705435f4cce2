import { expect, test } from 'vitest';
import { optionalText, requiredText } from '../../../shared/model/text-rules.ts';
import { blocks, parseNames } from './parse-names.ts';

const read = (text: string) => parseNames(text).students.map(({ name, number, group }) => [name, number, group]);

test('one name per line, empty lines left out', () => {
  expect(read('Ada Park\n\n  张三 \r\nBen O’Neil')).toEqual([
    ['Ada Park', null, null],
    ['张三', null, null],
    ['Ben O’Neil', null, null],
  ]);
});

test('a number may stand before or after the name', () => {
  expect(read('1 Ada Park\n2. 张三\n3、李四\nBen Ortiz 4\n５ 王五')).toEqual([
    ['Ada Park', '1', null],
    ['张三', '2', null],
    ['李四', '3', null],
    ['Ben Ortiz', '4', null],
    ['王五', '5', null],
  ]);
});

test('columns from a spreadsheet: number, name and group in either order, without the header', () => {
  expect(read('学号\t姓名\t小组\n01\t张三\t红队\n02\t李四\t')).toEqual([
    ['张三', '01', '红队'],
    ['李四', '02', null],
  ]);
  expect(read('5 张三\tRed')).toEqual([['张三', '5', 'Red']]);
  expect(read('Name,Number\nAda Park,7')).toEqual([['Ada Park', '7', null]]);
});

test('names on one line are taken apart, a name with its number is not', () => {
  expect(read('张三、李四、王五').map(([name]) => name)).toEqual(['张三', '李四', '王五']);
  expect(read('Ada, Ben, Chen').map(([name]) => name)).toEqual(['Ada', 'Ben', 'Chen']);
  expect(read('Ada Park, 7')).toEqual([['Ada Park', '7', null]]);
});

test('a number twice or taken stands in the way, the same name twice does not', () => {
  const { problems } = parseNames('1 Ada\n1 Ben\n2 Ada\n9 Chen', new Set(['9']));
  expect(problems.map(({ line, kind }) => [line, kind])).toEqual([
    [2, 'number-twice'],
    [3, 'same-name'],
    [4, 'number-taken'],
  ]);
  expect(problems.map(blocks)).toEqual([true, false, true]);
});

test('a name of 300 characters is refused and one of quotes, markup and emoji is taken as it is', () => {
  expect(parseNames('x'.repeat(300)).problems[0]?.kind).toBe('name-too-long');
  expect(read('<b>"O\'Neil"</b> 😀')).toEqual([['<b>"O\'Neil"</b> 😀', null, null]]);
});

test('a line with a number alone is said and left out', () => {
  expect(parseNames('Ada\n12')).toMatchObject({
    students: [{ name: 'Ada' }],
    problems: [{ line: 2, kind: 'no-name' }],
  });
});

test('a name that shows nothing is said and left out, and so is a group', () => {
  expect(parseNames('13 \u200b\u200b\nAda\tRed\n14\t\u2060\tBlue\nBen\t\u200b')).toMatchObject({
    students: [
      { name: 'Ada', group: 'Red' },
      { name: 'Blue', number: '14', group: null },
      { name: 'Ben', group: null },
    ],
    problems: [{ line: 1, kind: 'no-name' }],
  });
});

test('a group longer than a class can hold stands in the way', () => {
  const { problems } = parseNames(`1\tAda\t${'x'.repeat(201)}`);
  expect(problems.map(({ line, kind }) => [line, kind])).toEqual([[1, 'group-too-long']]);
  expect(problems.map(blocks)).toEqual([true]);
});

test('null characters and halves of characters, which no class can hold, are left out of what is read', () => {
  expect(read('1 A\0d\0a\n2 Ben\ud83d')).toEqual([
    ['Ada', '1', null],
    ['Ben', '2', null],
  ]);
});

test.each(['13 \u200b\u200b', 'A\0da', 'Ben\ud83d', `Ada\t\u3164`, 'Ada,\u2800,7'])(
  'whatever is read from %j is taken by a class',
  (text) => {
    for (const { name, number, group } of parseNames(text).students) {
      expect(requiredText('name', name)).toBe(name);
      expect(optionalText('number', number)).toBe(number);
      expect(optionalText('name', group)).toBe(group);
    }
  },
);
