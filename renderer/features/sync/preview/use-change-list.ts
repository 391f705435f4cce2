import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { call } from '../../../client.ts';
import { toPlanFilter, type ChangeFilter } from './change-filter.ts';
import type { PreviewStore } from './preview-store.ts';
import { useRowStamp } from './row-cache.ts';

/** The list as it is filtered and sorted, and where in it something still has to be decided. */
export interface ChangeList {
  /** Places in the plan, in the order shown; null until the first answer. */
  readonly ordinals: readonly number[] | null;
  /** Positions in the list that are not decided yet. */
  readonly unresolved: readonly number[];
  readonly row: (index: number) => PlanRowItem | undefined;
  readonly rowAt: (ordinal: number) => PlanRowItem | undefined;
  readonly positionOf: (ordinal: number) => number;
  readonly onVisible: (first: number, last: number) => void;
}

/** Follows the list of a plan: its order from the engine, its rows page by page. `wanted` is a row needed wherever it stands. */
export function useChangeList(
  store: PreviewStore,
  plan: PlanSummary,
  filter: ChangeFilter,
  wanted: number | null,
): ChangeList {
  const version = store.use((state) => state.version);
  const { planId, classId } = plan;
  const ordinals = useIndex(classId, planId, filter, filter.unresolved ? version : 0);
  const open = useIndex(classId, planId, { ...filter, unresolved: true }, plan.undecided === 0 ? 0 : version);
  const positions = useMemo(() => new Map((ordinals ?? []).map((ordinal, index) => [ordinal, index])), [ordinals]);
  const unresolved = useMemo(
    () =>
      plan.undecided === 0
        ? []
        : (open ?? []).flatMap((ordinal) => positions.get(ordinal) ?? []).toSorted((a, b) => a - b),
    [open, positions, plan.undecided],
  );
  const [visible, setVisible] = useState<{ readonly first: number; readonly last: number }>({ first: 0, last: -1 });
  const { rows } = store;
  useRowStamp(rows);
  useEffect(() => {
    const shown = (ordinals ?? []).slice(visible.first, visible.last + 1);
    rows.want(planId, version, wanted === null ? shown : [...shown, wanted]);
  }, [rows, planId, version, ordinals, visible, wanted]);
  const onVisible = useCallback((first: number, last: number) => setVisible({ first, last }), []);
  const rowAt = (ordinal: number): PlanRowItem | undefined => rows.get(planId, ordinal);
  return {
    ordinals,
    unresolved,
    row: (index) => {
      const ordinal = ordinals?.[index];
      return ordinal === undefined ? undefined : rowAt(ordinal);
    },
    rowAt,
    positionOf: (ordinal) => positions.get(ordinal) ?? -1,
    onVisible,
  };
}

/** The places a filter keeps. The last answer stays until the next one is there. */
function useIndex(classId: string, planId: string, filter: ChangeFilter, version: number): readonly number[] | null {
  const [index, setIndex] = useState<{ readonly planId: string; readonly ordinals: readonly number[] } | null>(null);
  // The version is part of the question: a later one asks again.
  const asked = JSON.stringify([toPlanFilter(filter), filter.sort, version]);
  const latest = useRef(0);
  useEffect(() => {
    latest.current += 1;
    const turn = latest.current;
    const [engineFilter, sort] = JSON.parse(asked) as [ReturnType<typeof toPlanFilter>, ChangeFilter['sort']];
    call('plan.index', { classId, planId, filter: engineFilter, sort }).then(
      ({ ordinals }) => {
        if (turn === latest.current) setIndex({ planId, ordinals });
      },
      // The plan is gone: whoever shows it learns that by itself and comes back with another one.
      () => {},
    );
  }, [classId, planId, asked]);
  return index?.planId === planId ? index.ordinals : null;
}
