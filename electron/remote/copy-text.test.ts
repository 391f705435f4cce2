import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { copyLine, copyRows, parseCopyLine } from './copy-text.ts';

it('gives back every cell it wrote, also tabs, line ends, backslashes and NULL', () => {
  const cells = ['plain', '', null, '\\N', 'a\tb\nc\rd\\e', '\\', '李伟 🎈', '\\t'];
  expect(parseCopyLine(copyLine(cells).slice(0, -1))).toEqual(cells);
});

it('reads what PostgreSQL escapes beyond that', () => {
  expect(parseCopyLine('\\b\\f\\v\\\\N\t\\N')).toEqual(['\b\f\v\\N', null]);
});

it('puts rows together across the borders of chunks, in lists of a size', async () => {
  const bytes = Buffer.from([1, 2, 3].map((n) => copyLine([String(n), '李伟'])).join(''));
  const chunks = [...bytes].map((byte) => Buffer.from([byte]));
  const lists: unknown[] = [];
  for await (const rows of copyRows(Readable.from(chunks), 2)) lists.push(rows);
  expect(lists).toEqual([
    [
      ['1', '李伟'],
      ['2', '李伟'],
    ],
    [['3', '李伟']],
  ]);
});
