import { expect, it } from 'vitest';
import { tableOf } from '../../shared/catalog/catalog.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { decodeContent, decodeTime, rowDecoder, rowTextDecoder } from './decode-row.ts';

it('makes canonical times of what the server writes in UTC', () => {
  expect(decodeTime('2026-11-20 08:00:00+00')).toBe('2026-11-20T08:00:00.000Z');
  expect(decodeTime('2026-11-20 08:00:00.1+00')).toBe('2026-11-20T08:00:00.100Z');
  expect(decodeTime('2026-11-20 08:00:00.123+00')).toBe('2026-11-20T08:00:00.123Z');
  expect(decodeTime('2026-11-20 08:00:00.123456+00')).toBe('2026-11-20T08:00:00.123456Z');
  expect(decodeTime(null)).toBeNull();
  for (const odd of ['infinity', '-infinity', '0044-03-15 12:00:00+00 BC', '294276-01-01 00:00:00+00', '', 'NaN'])
    expect(decodeTime(odd), odd).toBeNull();
});

it('names the columns of a row in the order of the catalog, from any place of a line on', () => {
  const table = tableOf(classroomCatalog, 'class_setting');
  expect(rowDecoder(table)(['x', 'y', 'theme', '{"b": 1.0, "a": [1, 2]}'], 2)).toEqual({
    key: 'theme',
    value: '{"a":[1,2],"b":1}',
  });
});

it('reads what a tombstone kept, also one from before a column was there', () => {
  const table = tableOf(classroomCatalog, 'student_tag');
  expect(decodeContent(table, '{"student_id": "s", "tag": "choir \\"x\\""}')).toEqual({
    student_id: 's',
    tag: 'choir "x"',
  });
  expect(decodeContent(table, '{"student_id": "s"}')).toEqual({ student_id: 's', tag: null });
  expect(decodeContent(table, null)).toBeNull();
});

it('makes the same text of a row as of the row it decodes, whatever its cells hold', () => {
  const cells = [
    null,
    '',
    'x',
    '"',
    '\\',
    'a\tb\nc\u0001\u007F',
    '李 Wei 😀',
    '\uD800',
    '\u2028',
    '{"b": 1.0}',
    '2026-11-20 08:00:00.5+00',
  ];
  for (const table of classroomCatalog.tables)
    for (const cell of cells)
      for (const other of cells) {
        const line = ['key', ...table.columns.map((_, index) => (index % 2 === 0 ? cell : other))];
        expect(rowTextDecoder(table)(line, 1)).toBe(JSON.stringify(rowDecoder(table)(line, 1)));
      }
});
