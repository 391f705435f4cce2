import { useCallback, useEffect, useMemo, useState } from 'react';
import type { RunRowItem } from '../../../shared/contract/run.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { call } from '../../client.ts';
import { onAreasChanged } from '../../follow-engine.ts';
import { useApp } from '../app/app-store.ts';
import type { ChangeFilter } from './preview/change-filter.ts';
import { createCacheOf, useRowStamp } from './preview/row-cache.ts';
import { useAnswer } from './preview/use-answer.ts';
import { toRunFilter } from './run-filter.ts';

/** The rows of a past run as they are filtered and sorted; only those in sight are read. */
export interface RunList {
  /** How many rows the filter keeps; null until the first answer. */
  readonly total: number | null;
  /** Whether what is there answers the filter as it is now. */
  readonly isRead: boolean;
  /** The row of a line; undefined while it is being read. */
  readonly row: (line: number) => RunRowItem | undefined;
  readonly placeAt: (line: number) => number | undefined;
  /** The line of a row, −1 where it is not shown. */
  readonly lineOf: (place: number) => number;
  readonly rowAt: (place: number) => RunRowItem | undefined;
  readonly onVisible: (first: number, last: number) => void;
}

/** Follows the rows of a past run: their order from the engine, themselves page by page. `wanted`: a row that is needed wherever it stands. */
export function useRunList(classId: string, runId: string, filter: ChangeFilter, wanted: number | null): RunList {
  const rows = useMemo(
    () =>
      createCacheOf<RunRowItem>(
        async (asked, places) => (await call('run.rows', { classId, runId: asked, places: [...places] })).items,
        { placeOf: ({ place }) => place, shown: shownRow },
      ),
    [classId],
  );
  useRowStamp(rows);
  const version = useVersion(classId);
  const question = JSON.stringify([toRunFilter(filter), filter.sort]);
  const answer = useAnswer(runId, question, version, async (asked) => {
    const [engineFilter, sort] = JSON.parse(asked) as [ReturnType<typeof toRunFilter>, ChangeFilter['sort']];
    return { about: asked, places: (await call('run.index', { classId, runId, filter: engineFilter, sort })).places };
  });
  const places = answer?.places ?? null;
  const lines = useMemo(() => new Map((places ?? []).map((place, line) => [place, line])), [places]);
  const [visible, setVisible] = useState({ first: 0, last: -1 });
  const onVisible = useCallback((first: number, last: number) => setVisible({ first, last }), []);
  useEffect(() => {
    const inSight = (places ?? []).slice(visible.first, visible.last + 1);
    rows.want(runId, version, wanted === null ? inSight : [...new Set([...inSight, wanted])]);
  }, [rows, runId, version, places, visible, wanted]);
  const rowAt = (place: number): RunRowItem | undefined => rows.get(runId, place);
  const placeAt = (line: number): number | undefined => places?.[line];
  return {
    total: places?.length ?? null,
    isRead: answer?.about === question,
    row: (line) => {
      const place = placeAt(line);
      return place === undefined ? undefined : rowAt(place);
    },
    placeAt,
    lineOf: (place) => lines.get(place) ?? -1,
    rowAt,
    onVisible,
  };
}

/** Rows of a past run never change: it grows when what did not come, because the line or the engine broke, may be asked for again. */
function useVersion(classId: string): number {
  const [version, setVersion] = useState(1);
  const connected = useApp((state) => state.connected);
  useEffect(() => {
    const grow = (): void => setVersion((before) => before + 1);
    if (connected) grow();
    return onAreasChanged((changed, areas) => {
      if (changed === classId && areas.includes('runs')) grow();
    });
  }, [classId, connected]);
  return version;
}

/** A row whose names are safe to show. */
function shownRow(row: RunRowItem): RunRowItem {
  const { local, server } = row.by;
  const orNull = (text: string | null): string | null => (text === null ? null : shownText(text));
  return { ...row, by: { local: orNull(local), server: orNull(server) } };
}
