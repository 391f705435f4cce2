import { describe, expect, it } from 'vitest';
import { csvText, pastedText } from './csv.ts';

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
    'keeps %j from being a formula, saved or pasted',
    (text) => {
      const [, cell] = /^\uFEFF"?(.)/u.exec(csvText([[text]])) ?? [];
      expect(cell).toBe("'");
      expect(pastedText([['Li Wei', text]]).split('\t')[1]?.[0]).toBe("'");
    },
  );

  it('is pasted as cells: no tab and no line break within one', () => {
    const lines = [
      ['Name', 'Points'],
      ['Li\tWei\r\nof 5B', '-3'],
    ];
    expect(pastedText(lines)).toBe('Name\tPoints\nLi Wei of 5B\t-3');
  });

  it.each(['-3', '+2', '0', '12.5', '-0.25', 'a=b', '5B', '张三'])('leaves %j as it is', (text) => {
    expect(csvText([[text]])).toBe(`${mark}${text}\r\n`);
  });
});
