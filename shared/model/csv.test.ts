import { describe, expect, it } from 'vitest';
import { csvText } from './csv.ts';

const mark = '\uFEFF';

describe('a table as comma-separated text', () => {
  it('quotes what needs quotes and ends every line as spreadsheets expect', () => {
    expect(
      csvText([
        ['Name', 'Note'],
        ['Li, Wei', 'said "hi"'],
        ['two\nlines', ''],
      ]),
    ).toBe(`${mark}Name,Note\r\n"Li, Wei","said ""hi"""\r\n"two\nlines",\r\n`);
  });

  it.each(['=1+1', '+cmd|calc', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '  =1', '\u200B=1', '\u202E=1', '＝1', '|x', '%x'])(
    'keeps %j from being a formula',
    (text) => {
      const [, cell] = /^\uFEFF"?(.)/u.exec(csvText([[text]])) ?? [];
      expect(cell).toBe("'");
    },
  );

  it.each(['-3', '+2', '0', '12.5', '-0.25', 'a=b', '5B', '张三'])('leaves %j as it is', (text) => {
    expect(csvText([[text]])).toBe(`${mark}${text}\r\n`);
  });
});
