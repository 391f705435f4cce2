import { Button } from 'antd';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../shared/contract/contract.ts';
import type { RunRowItem } from '../../../shared/contract/run.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { useFormat } from '../../format.ts';
import { setQuery, useRoute } from '../../router.ts';
import { Empty } from '../../ui/empty.tsx';
import { Grid } from '../../ui/grid.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { filterFrom, isFiltered, noFilter, type ChangeFilter } from './preview/change-filter.ts';
import { FilterChips, FilterMenu } from './preview/filter-menu.tsx';
import { ListExport } from './preview/list-export.tsx';
import { MatrixPanel } from './preview/matrix-panel.tsx';
import { sortBy } from './preview/sort-by.ts';
import { isErasure } from './preview/what-changes.ts';
import { runColumns } from './run-columns.tsx';
import { handOutRun } from './run-export.ts';
import { pastFilter } from './run-filter.ts';
import { RunRowDetail } from './run-row-detail.tsx';
import { insteadOfOp } from './run-row-text.ts';
import { useRunList, type RunList } from './use-run-list.ts';
import changeStyles from './preview/changes.module.css';

type RunDetails = Result<'run.show'>;

interface RunRowsProps {
  readonly classId: string;
  readonly details: RunDetails;
  readonly title: string;
  /** What its connection is called. */
  readonly connection: string;
  /** When a sync began that took the whole of this one back; null where it stands. */
  readonly takenBackAt: string | null;
}

/** The rows of a run, where it wrote any. Of one that is still being found out nothing is asked: what it wrote is known once it has ended. */
export function RunRows(props: RunRowsProps) {
  const { t } = useTranslation();
  const { run, summary, error, left } = props.details;
  if (run.outcome === 'checking')
    return <Empty title={t('sync:outcome.checking.title')} text={t('sync:outcome.checking.text')} />;
  // What was only kept here was written nowhere, and was decided.
  if (summary.length === 0 && run.decided === 0)
    // Where it is said above why, it is not said once more in the place of rows.
    return error === null && left.length === 0 ? <Empty title={t('sync:history.noRows')} /> : null;
  return <WrittenRows {...props} />;
}

/** The rows of a run as the preview shows a list: counts that filter, search, the grid, one row in detail, and the way to hand the list out. */
function WrittenRows(props: RunRowsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { run, summary } = props.details;
  const filter = pastFilter(filterFrom(useRoute().query));
  const [chosen, setChosen] = useState<number | null>(null);
  const list = useRunList(props.classId, run.runId, filter, chosen);
  const work = useRef<HTMLDivElement>(null);
  // The focus goes back to the list, not to the top of the page.
  const close = (): void => {
    setChosen(null);
    work.current?.querySelector<HTMLElement>('[role="grid"]')?.focus();
  };
  // Who made a change says nothing of taking it back.
  const isWhoTold = run.purpose !== 'undo';
  const columns = useMemo(() => runColumns({ t, format, most: 100 }, run, isWhoTold), [t, format, run, isWhoTold]);
  const current = chosen === null ? -1 : list.lineOf(chosen);
  const row = chosen === null || current < 0 ? undefined : list.rowAt(chosen);
  return (
    <>
      {summary.length > 0 && (
        <MatrixPanel summary={summary} filter={filter} questions={null} takesBack={run.purpose === 'undo'} />
      )}
      <div ref={work} className={changeStyles['work']} data-detail={row !== undefined}>
        <section className={changeStyles['list']} aria-label={t('sync:history.rows')}>
          <RunTools {...props} list={list} filter={filter} />
          <Grid
            label={t('sync:history.rows')}
            columns={columns}
            rowCount={list.total ?? 0}
            row={list.row}
            rowKey={({ place }) => String(place)}
            rowKind={(row) => edgeOf(row, run.purpose)}
            onVisible={list.onVisible}
            sort={filter.sort.by === 'plan' ? null : filter.sort}
            onSort={(column) => sortBy(column, filter)}
            onOpen={({ place }) => setChosen(place)}
            onOpenUnread={(line) => setChosen(list.placeAt(line) ?? null)}
            onKey={(event) => {
              if (event.key !== 'Escape' || chosen === null) return false;
              close();
              return true;
            }}
            current={current < 0 ? null : current}
            empty={list.isRead ? <NothingFound filter={filter} /> : undefined}
          />
        </section>
        {row !== undefined && (
          <RunRowDetail
            row={row}
            words={{ t, format, plain: true, most: 400 }}
            run={run}
            takenBackAt={props.takenBackAt}
            isWhoTold={isWhoTold}
            onClose={close}
          />
        )}
      </div>
    </>
  );
}

/** The kind a row shows at its edge. */
function edgeOf(row: RunRowItem, purpose: RunDetails['run']['purpose']): string {
  const goes = isErasure({ table: row.table, kind: row.op }) || insteadOfOp(row, purpose) !== null;
  return goes ? 'delete' : row.op;
}

function NothingFound({ filter }: { readonly filter: ChangeFilter }) {
  const { t } = useTranslation();
  return (
    <Empty title={t('sync:list.nothing.title')} text={t('sync:list.nothing.text')}>
      {isFiltered(filter) && <Button onClick={() => setQuery(noFilter)}>{t('sync:list.nothing.clear')}</Button>}
    </Empty>
  );
}

/** Search, filters, how many rows they keep, and the ways to hand the list out. */
function RunTools(props: RunRowsProps & { readonly list: RunList; readonly filter: ChangeFilter }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { classId, details, title, connection, list, filter } = props;
  const { run, summary } = details;
  const { total } = list;
  return (
    <div className={changeStyles['tools']} role="group" aria-label={t('sync:list.tools')}>
      <SearchBox
        value={filter.search}
        onChange={(q) => setQuery({ q })}
        placeholder={t('sync:list.search')}
        label={t('sync:list.searchLabel')}
      />
      <FilterMenu filter={filter} summary={summary} past />
      <span className={changeStyles['left']}>
        <span role="status">{isFiltered(filter) && total !== null ? t('sync:list.found', { count: total }) : ''}</span>
        <ListExport
          name={`tallybook-${run.startedAt.slice(0, 16).replaceAll(':', '-')}`}
          title={title}
          about={`${shownText(run.device)} ⇄ ${connection} · ${format.full(run.startedAt)}`}
          hint={t(isFiltered(filter) ? 'sync:export.filtered' : 'sync:export.all')}
          read={() => handOutRun(classId, details, filter, { t, format })}
        />
      </span>
      <FilterChips filter={filter} summary={summary} past />
    </div>
  );
}
