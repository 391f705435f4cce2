import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Result } from '../../../../shared/contract/contract.ts';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { call } from '../../../client.ts';
import type { Counts } from './brought-counts.ts';
import { toPlanFilter, type ChangeFilter } from './change-filter.ts';
import { layOut, type Layout, type Part } from './list-layout.ts';
import type { PreviewStore } from './preview-store.ts';
import { useRowStamp } from './row-cache.ts';
import { useAnswer } from './use-answer.ts';

/** The counts of what a filter keeps, as the draft stands. */
export type Tally = Result<'plan.tally'>;

/** The list as it is filtered and sorted, and where in it something still has to be decided. A line is a row or the head of a part. */
export interface ChangeList {
  /** What the rows shown were asked for: it changes with the filter, once its rows are there. */
  readonly about: string;
  /** Places in the plan, in the order shown; null until the first answer. */
  readonly ordinals: readonly number[] | null;
  /** How many lines the list has, rows and heads of parts. */
  readonly lines: number;
  /** The counts of what is shown; null until the first answer. */
  readonly tally: Tally | null;
  /** Lines that are not decided yet. */
  readonly unresolved: readonly number[];
  readonly row: (line: number) => PlanRowItem | undefined;
  readonly rowAt: (ordinal: number) => PlanRowItem | undefined;
  /** The place in the plan of the row of a line; undefined on the head of a part. */
  readonly ordinalAt: (line: number) => number | undefined;
  readonly partAt: (line: number) => Part | undefined;
  /** The line of a row, −1 when it is not shown. */
  readonly lineOf: (ordinal: number) => number;
  readonly onVisible: (first: number, last: number) => void;
  /** Reads a row that is needed wherever it stands. */
  readonly want: (ordinal: number) => void;
  /** Whether a row is on its way. */
  readonly isReading: (ordinal: number) => boolean;
}

/** Follows the list of a plan: its order from the engine, its rows page by page. */
export function useChangeList(store: PreviewStore, plan: PlanSummary, filter: ChangeFilter): ChangeList {
  const version = store.use((state) => state.version);
  const { planId, classId } = plan;
  const changing = filter.unresolved || filter.chosen !== null || filter.direction !== null;
  const { index, about } = useIndex(classId, planId, filter, changing ? version : 0, version);
  const layout = useMemo(() => layOut(index), [index]);
  const [visible, setVisible] = useState<{ readonly first: number; readonly last: number }>({ first: 0, last: -1 });
  const { rows } = store;
  useRowStamp(rows);
  useEffect(() => {
    rows.want(planId, version, layout.between(visible.first, visible.last));
  }, [rows, planId, version, layout, visible]);
  // After the rows, which are what a person waits for.
  const brought = useBrought(store, planId, filter, version);
  const asking = useAsking(plan, filter, version, brought);
  const tally = useTally(classId, planId, filter, version, brought);
  const unresolved = useMemo(() => questionsIn(layout, asking), [asking, layout]);
  const want = useCallback((ordinal: number) => rows.want(planId, version, [ordinal]), [rows, planId, version]);
  const onVisible = useCallback((first: number, last: number) => setVisible({ first, last }), []);
  const rowAt = useCallback((ordinal: number) => rows.get(planId, ordinal), [rows, planId]);
  const isReading = useCallback((ordinal: number) => rows.isReading(planId, ordinal), [rows, planId]);
  // The same list as long as its lines and counts are: rows that arrive are asked for, not held.
  return useMemo(
    () => ({
      about,
      ordinals: index?.ordinals ?? null,
      lines: layout.lines,
      tally,
      unresolved,
      row: (line) => {
        const ordinal = layout.ordinalAt(line);
        return ordinal === undefined ? undefined : rowAt(ordinal);
      },
      rowAt,
      ordinalAt: layout.ordinalAt,
      partAt: layout.partAt,
      lineOf: layout.lineOf,
      onVisible,
      want,
      isReading,
    }),
    [about, index, layout, tally, unresolved, rowAt, onVisible, want, isReading],
  );
}

function questionsIn(layout: Layout, open: readonly number[]): readonly number[] {
  return open
    .map((ordinal) => layout.lineOf(ordinal))
    .filter((line) => line >= 0)
    .toSorted((a, b) => a - b);
}

type Index = Result<'plan.index'>;

/** The places a filter keeps, and the filter they were asked for. The last answer stays until the next one is there. */
function useIndex(
  classId: string,
  planId: string,
  filter: ChangeFilter,
  version: number,
  now: number,
): { readonly index: Index | null; readonly about: string } {
  const question = JSON.stringify([toPlanFilter(filter), filter.sort, version]);
  const given = useAnswer(planId, question, now, async (asked) => {
    const [engineFilter, sort] = JSON.parse(asked) as [ReturnType<typeof toPlanFilter>, ChangeFilter['sort']];
    const index = await call('plan.index', { classId, planId, filter: engineFilter, sort });
    return { index, about: JSON.stringify(engineFilter) };
  });
  return given ?? { index: null, about: '' };
}

/** What the last decision brought about the list that is shown; null where anything else made it what it is. */
function useBrought({ counts }: PreviewStore, planId: string, filter: ChangeFilter, version: number): Counts | null {
  const shown = useMemo(() => toPlanFilter(filter), [filter]);
  useEffect(() => {
    counts.count(shown);
    return () => counts.count(null);
  }, [counts, shown]);
  return counts.of({ planId, version, filter: shown });
}

const nothing: readonly number[] = [];

/** Places of the rows of the list that still ask. */
function useAsking(
  { classId, planId, undecided }: PlanSummary,
  filter: ChangeFilter,
  version: number,
  brought: Counts | null,
): readonly number[] {
  const question = JSON.stringify([
    toPlanFilter({ ...filter, unresolved: true }),
    filter.sort,
    undecided === 0 ? 0 : version,
  ]);
  const ask = async (asked: string): Promise<readonly number[]> => {
    const [engineFilter, sort] = JSON.parse(asked) as [ReturnType<typeof toPlanFilter>, ChangeFilter['sort']];
    return (await call('plan.index', { classId, planId, filter: engineFilter, sort })).ordinals;
  };
  const asking = useAnswer(planId, question, version, ask, brought?.asking ?? null);
  return undecided === 0 ? nothing : (asking ?? nothing);
}

function useTally(
  classId: string,
  planId: string,
  filter: ChangeFilter,
  version: number,
  brought: Counts | null,
): Tally | null {
  const question = JSON.stringify([toPlanFilter(filter), version]);
  const ask = (asked: string): Promise<Tally> => {
    const [engineFilter] = JSON.parse(asked) as [ReturnType<typeof toPlanFilter>];
    return call('plan.tally', { classId, planId, filter: engineFilter });
  };
  return useAnswer(planId, question, version, ask, brought?.tally ?? null);
}
