import { expect, it } from 'vitest';
import { table } from './table.ts';

it('aligns columns by what a terminal shows, numbers to the right, without blanks at the end', () => {
  const lines = table(
    [{ title: 'Name' }, { title: 'Points', numeric: true }, { title: 'Note' }],
    [
      ['李伟', 5, null],
      ['Chen Yu', -12, 'a\nb'],
    ],
  );
  expect(lines).toEqual(['Name     Points  Note', '李伟          5  –', 'Chen Yu     -12  a\\u{a}b']);
});

it('clips long cells, the last column less', () => {
  const [, row] = table([{ title: 'A' }, { title: 'B' }], [['a'.repeat(60), 'b'.repeat(60)]]);
  expect(row).toBe(`${'a'.repeat(47)}…  ${'b'.repeat(60)}`);
});
