import { useRef, useState } from 'react';
import type { GridPlace } from './grid-keys.ts';
import type { GridProps } from './grid-types.ts';

/** Where the keyboard is in a grid, and the row that stands there. */
export interface KeptPlace extends GridPlace {
  /** Undefined while the row is being read, and on the head; null as long as nobody came to the grid. */
  readonly key: string | null | undefined;
}

/** The rows of a grid as they stand now; the key of one that is not read is unknown. */
interface RowsNow {
  readonly count: number;
  readonly keyAt: (row: number) => string | undefined;
}

/**
 * Where the keyboard is after the rows have changed: on the row it was on, wherever that stands now. A row that is gone hands over to what took its place, but not
 * the cell: a key that was meant for its button must not press that of another row. The same object when nothing moved.
 */
export function placeNow(at: KeptPlace, rows: RowsNow): KeptPlace {
  if (at.row < 0 || at.key === null || rows.count === 0) return at;
  const row = Math.min(at.row, rows.count - 1);
  const there = rows.keyAt(row);
  if (at.key === undefined) return there === undefined ? at : { ...at, row, key: there };
  if (there === at.key) return row === at.row ? at : { ...at, row };
  const found = rowWithKey(at.key, row, rows);
  if (found !== null) return { ...at, row: found };
  return there === undefined ? at : { row, column: -1, key: there };
}

/** The row with a key, looked for from a place outwards: rows seldom move far. */
function rowWithKey(key: string, near: number, { count, keyAt }: RowsNow): number | null {
  for (let step = 0; near - step >= 0 || near + step < count; step += 1) {
    if (near - step >= 0 && keyAt(near - step) === key) return near - step;
    if (near + step < count && keyAt(near + step) === key) return near + step;
  }
  return null;
}

/** The place a grid keeps by itself. */
export interface PlaceKeeper {
  readonly place: GridPlace;
  readonly go: (to: GridPlace) => void;
  /** Somebody came to the grid: from now on the keyboard stays on the row it is on. */
  readonly onFocus: () => void;
  /** Where a range of rows that is chosen begins; null where none was begun or its row is gone. */
  readonly anchor: () => number | null;
  readonly setAnchor: (row: number | null) => void;
}

/** Keeps the keyboard of a grid on its row, and the beginning of a range on its own. */
export function useKeptPlace<Row>({ rowCount, row, rowKey }: GridProps<Row>): PlaceKeeper {
  const [at, setAt] = useState<KeptPlace>({ row: 0, column: -1, key: null });
  const begun = useRef<{ readonly row: number; readonly key: string | undefined } | null>(null);
  const keyAt = (index: number): string | undefined => {
    const found = row(index);
    return found === undefined ? undefined : rowKey(found);
  };
  const rows: RowsNow = { count: rowCount, keyAt };
  const place = placeNow(at, rows);
  // In the same pass: no picture is ever drawn in which the keyboard is on a row nobody chose.
  if (place !== at) setAt(place);
  return {
    place,
    go: (to) => setAt({ ...to, key: to.row < 0 ? undefined : keyAt(to.row) }),
    onFocus: () => setAt((was) => (was.key === null ? { ...was, key: undefined } : was)),
    anchor: () => {
      const from = begun.current;
      if (from === null || from.key === undefined) return from?.row ?? null;
      return rowWithKey(from.key, Math.min(from.row, rowCount - 1), rows);
    },
    setAnchor: (index) => {
      begun.current = index === null ? null : { row: index, key: keyAt(index) };
    },
  };
}
