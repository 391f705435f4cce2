import { clip, displayWidth, printable } from './printable.ts';

/** One column: its heading, and whether it holds numbers (right-aligned). */
export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
}

/** Longest cell in terminal columns; ids (36) always fit. The last column, which holds sentences, may be longer. */
const cellLimit = 48;
const lastCellLimit = 200;

/** Rows under headings, columns aligned by what a terminal shows. Cells are made printable and clipped; null is shown as "–". */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly (string | number | null)[])[],
): readonly string[] {
  const cells = rows.map((row) =>
    row.map((cell, index) => {
      const limit = index === columns.length - 1 ? lastCellLimit : cellLimit;
      return cell === null ? '–' : clip(printable(String(cell)), limit);
    }),
  );
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...cells.map((row) => displayWidth(row[index] ?? ''))),
  );
  const line = (row: readonly string[]): string =>
    columns
      .map((column, index) => {
        const cell = row[index] ?? '';
        const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - displayWidth(cell)));
        return column.numeric === true ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => column.title)), ...cells.map(line)];
}
