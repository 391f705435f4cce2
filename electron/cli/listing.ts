import type { Answer } from './answer.ts';
import { table } from './table.ts';
import type { Column } from './table.ts';
import type { CliKey, Words } from './words.ts';

/** A column of a listing: its heading's key, what of an item it shows, whether it holds numbers. */
export interface ListColumn<T> {
  readonly title: CliKey;
  readonly numeric?: boolean;
  cell(item: T, words: Words): string | number | null;
}

/** The answer of a listing: `{ "items": [ … ] }`, for people a table or the sentence that there is nothing. */
export function listing<T>(
  items: readonly T[],
  shape: (item: T) => object,
  columns: readonly ListColumn<T>[],
  empty: CliKey = 'list.empty',
): Answer {
  return { json: { items: items.map(shape) }, lines: (words) => listLines(items, columns, words, empty) };
}

/** The lines of a listing. */
export function listLines<T>(
  items: readonly T[],
  columns: readonly ListColumn<T>[],
  words: Words,
  empty: CliKey = 'list.empty',
): readonly string[] {
  if (items.length === 0) return [words.t(empty)];
  const heads = columns.map((column): Column => ({ title: words.t(column.title), numeric: column.numeric ?? false }));
  return table(
    heads,
    items.map((item) => columns.map((column) => column.cell(item, words))),
  );
}
