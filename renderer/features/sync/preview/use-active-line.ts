import { useEffect, useState } from 'react';
import type { ChangeList } from './use-change-list.ts';

/** The line the keyboard is on, and the row that stands there. */
export interface ActiveLine {
  /** −1 on the head of the list. */
  readonly active: number;
  /** The place in the plan of its row; undefined on the head of the list or of a part. */
  readonly ordinal: number | undefined;
  readonly setActive: (line: number) => void;
  /** Goes to a row as soon as the list has it. */
  readonly setRow: (ordinal: number) => void;
}

interface Place {
  readonly about: string;
  readonly line: number;
  readonly ordinal: number | undefined;
}

/**
 * Follows the line the keyboard is on. It stays on its row when the list is sorted or filtered.
 *
 * A row that leaves the list, such as a question answered where only questions are shown, hands over to the next question; where another filter keeps it out,
 * to the first row. What is taken over stays, so that keys and panel never come to be about a row that nobody chose.
 */
export function useActiveLine(list: ChangeList): ActiveLine {
  const [at, setAt] = useState<Place>({ about: list.about, line: 0, ordinal: undefined });
  const place = placeNow(list, at);
  // In the same pass: no picture is ever drawn in which the keys are on one row and the panel shows another.
  if (place !== at) setAt(place);
  const { line, ordinal } = place;
  const active = Math.max(-1, Math.min(line, list.lines - 1));
  const { want } = list;
  useEffect(() => {
    if (ordinal !== undefined) want(ordinal);
  }, [ordinal, want]);
  return {
    active,
    ordinal: list.lines === 0 ? undefined : ordinal,
    setRow: (to) => setAt({ about: list.about, line: 0, ordinal: to }),
    setActive: (to) => setAt({ about: list.about, line: to, ordinal: list.ordinalAt(to) }),
  };
}

/** Where the keyboard is in the list as it is now; the same object when nothing moved. */
function placeNow(list: Pick<ChangeList, 'about' | 'lines' | 'lineOf' | 'ordinalAt' | 'unresolved'>, at: Place): Place {
  if (list.lines === 0) return at;
  const { about } = list;
  if (at.ordinal === undefined) return at.about === about ? at : { ...at, about };
  const stands = list.lineOf(at.ordinal);
  if (stands >= 0) return stands === at.line && at.about === about ? at : { ...at, about, line: stands };
  const line = at.about === about ? successor(list, at.line) : (rowFrom(list, 0) ?? 0);
  return { about, line, ordinal: list.ordinalAt(line) };
}

/** The line that takes over from one that is gone: the next question, around the end; where nothing asks, the row now in its place. */
export function successor(list: Pick<ChangeList, 'lines' | 'ordinalAt' | 'unresolved'>, gone: number): number {
  const question = list.unresolved.find((line) => line >= gone) ?? list.unresolved[0];
  return question ?? rowFrom(list, gone) ?? list.lines - 1;
}

/** The first line at or after one that is a row; undefined when only heads of parts follow. */
function rowFrom(list: Pick<ChangeList, 'lines' | 'ordinalAt'>, from: number): number | undefined {
  for (let line = from; line < list.lines; line += 1) if (list.ordinalAt(line) !== undefined) return line;
  return undefined;
}
