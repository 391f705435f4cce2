import type { Words } from './field-words.ts';
import type { Piece } from './what-changes.ts';

/**
 * The words of a list that leaves the screen: every time with its day and none by how long ago it was, which is true for a minute only; points without the
 * plus sign a spreadsheet takes for the begin of a formula.
 */
export function paperWords(words: Words): Words {
  const signed = (value: number): string => String(value).replace('-', '−');
  return { ...words, paper: true, format: { ...words.format, when: words.format.full, signed } };
}

/** Kinds of records a line of which begins with the points it gives or takes, and by how many of them the sum changes. */
const counts: Readonly<Record<string, 1 | -1>> = { score_event: 1, redemption: 1, score_void: -1 };

/** A line on paper in two cells: the points, as a number a spreadsheet adds up (empty where it is about something else), and the rest of what happens. */
export function pointsApart(table: string, pieces: readonly Piece[]): readonly [points: string, what: string] {
  const [first, ...others] = pieces;
  const text = (of: readonly Piece[]): string => of.map((piece) => piece.text).join('');
  const way = counts[table];
  const points = Number(first?.text.replace('−', '-') ?? '');
  if (way === undefined || first === undefined || first.kind === 'plain' || !Number.isSafeInteger(points))
    return ['', text(pieces)];
  return [String(points === 0 ? 0 : way * points), text(others).trimStart()];
}
