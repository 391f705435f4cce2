import { useMemo, useState } from 'react';
import type { GridMarks } from '../../../ui/grid-types.ts';
import type { ChangeList } from './use-change-list.ts';

/** The rows chosen to be decided at once. */
export interface Marks extends GridMarks {
  /** Places in the plan. */
  readonly ordinals: ReadonlySet<number>;
  /** Whether every row shown is chosen. */
  readonly all: boolean;
  readonly onPicking: (picking: boolean) => void;
}

interface Held {
  readonly about: string;
  readonly ordinals: ReadonlySet<number>;
}

const none: ReadonlySet<number> = new Set();

/**
 * Follows which rows are chosen. Another filter (`about`) begins with none, and a row that has left the list is chosen no more: nothing is decided that cannot
 * be seen.
 */
export function useMarks(list: ChangeList, about: string): Marks {
  const [held, setHeld] = useState<Held>({ about, ordinals: none });
  const [picking, setPicking] = useState(false);
  const chosen = held.about === about ? held.ordinals : none;
  const { lineOf } = list;
  const ordinals = useMemo(() => {
    const shown = [...chosen].filter((ordinal) => lineOf(ordinal) >= 0);
    return shown.length === chosen.size ? chosen : new Set(shown);
  }, [chosen, lineOf]);
  return useMemo(() => {
    const put = (next: Iterable<number>): void => setHeld({ about, ordinals: new Set(next) });
    const at = (line: number): number | undefined => list.ordinalAt(line);
    const clear = (): void => {
      if (ordinals.size > 0) put([]);
    };
    return {
      ordinals,
      all: ordinals.size > 0 && ordinals.size === list.ordinals?.length,
      picking,
      isMarked: (line) => {
        const ordinal = at(line);
        return ordinal !== undefined && ordinals.has(ordinal);
      },
      onRange: (from, to) => {
        const lines = Array.from({ length: Math.abs(to - from) + 1 }, (_none, step) => Math.min(from, to) + step);
        put(lines.flatMap((line) => at(line) ?? []));
      },
      onToggle: (line) => {
        const ordinal = at(line);
        if (ordinal === undefined) return;
        const next = new Set(ordinals);
        if (!next.delete(ordinal)) next.add(ordinal);
        put(next);
      },
      onAll: () => put(list.ordinals ?? []),
      onClear: clear,
      onPicking: (wanted) => {
        setPicking(wanted);
        if (!wanted) clear();
      },
    };
  }, [ordinals, picking, list, about]);
}
