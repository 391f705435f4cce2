import { useState } from 'react';
import type { ChangeList } from './use-change-list.ts';

/** The line the keyboard is on. It stays on its row when the list is sorted or filtered, and on its place when the row is gone. */
export function useActiveLine(list: ChangeList): {
  readonly active: number;
  readonly setActive: (line: number) => void;
} {
  const [at, setAt] = useState<{ readonly line: number; readonly ordinal: number | undefined }>({
    line: 0,
    ordinal: undefined,
  });
  const moved = at.ordinal === undefined ? -1 : list.lineOf(at.ordinal);
  const active = moved >= 0 ? moved : Math.max(-1, Math.min(at.line, list.lines - 1));
  return { active, setActive: (line) => setAt({ line, ordinal: list.ordinalAt(line) }) };
}
