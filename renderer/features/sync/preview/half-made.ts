import { useState } from 'react';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import type { Picks } from './field-picks.ts';
import { recordOf, rowsIn, saysOf, standsAs } from './same-question.ts';
import type { PreviewStore } from './preview-store.ts';

/** What is picked for a question and not used yet: by field, a side of the whole record, or another value for what two records claim. */
export type HalfMade =
  | { readonly kind: 'fields'; readonly picks: Picks }
  | { readonly kind: 'side'; readonly side: 'local' | 'server' | null }
  | { readonly kind: 'claim'; readonly way: 'rename' | 'server' | 'adopt' | null; readonly typed: string };

/** What is picked and not used yet, by record: it outlives the panel, and the list where that is made again with the same question in it. */
export interface HalfMadeKeeper {
  /** What was picked for this very question; null where nothing was, or it asks something else by now. */
  readonly of: (row: PlanRowItem) => HalfMade | null;
  readonly keep: (row: PlanRowItem, half: HalfMade) => void;
  readonly forget: (rows: readonly PlanRowItem[]) => void;
  /** Looks for what is kept in a list that took the place of another. Answers the rows whose question is not in it any more; what was picked for them is forgotten. */
  readonly moveTo: (plan: PlanSummary) => Promise<readonly PlanRowItem[]>;
}

/** Half-made decisions kept, the latest ones: nobody has more than a few. */
const mostKept = 100;

/** Keeps half-made decisions of one preview. */
export function createHalfMade(): HalfMadeKeeper {
  const kept = new Map<string, { readonly row: PlanRowItem; readonly half: HalfMade }>();
  const isSame = (row: PlanRowItem, other: PlanRowItem): boolean =>
    saysOf(row) === saysOf(other) && standsAs(row) === standsAs(other);
  return {
    of: (row) => {
      const found = kept.get(recordOf(row));
      return found !== undefined && isSame(found.row, row) ? found.half : null;
    },
    keep: (row, half) => {
      kept.delete(recordOf(row));
      kept.set(recordOf(row), { row, half });
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    },
    forget: (rows) => {
      for (const row of rows) kept.delete(recordOf(row));
    },
    moveTo: async (plan) => {
      const asked = [...kept.values()];
      if (asked.length === 0) return [];
      const found = await rowsIn(
        plan,
        asked.map(({ row }) => row),
      );
      const gone = asked.filter(({ row }, index) => {
        const now = found[index] ?? null;
        return (now === null || !isSame(now, row)) && kept.get(recordOf(row))?.row === row;
      });
      for (const { row } of gone) kept.delete(recordOf(row));
      return gone.map(({ row }) => row);
    },
  };
}

/** What is picked for a question, from what was picked before, else from `initial`; a pick is kept beyond the panel. */
export function useHalfMade<Half extends HalfMade>(
  { half: keeper }: Pick<PreviewStore, 'half'>,
  row: PlanRowItem,
  initial: Half,
): readonly [Half, (next: Half) => void] {
  const [half, setHalf] = useState<Half>(() => {
    const before = keeper.of(row);
    return before !== null && isLike(before, initial) ? before : initial;
  });
  return [
    half,
    (next) => {
      keeper.keep(row, next);
      setHalf(next);
    },
  ];
}

function isLike<Half extends HalfMade>(half: HalfMade, like: Half): half is Half {
  return half.kind === like.kind;
}
