import { CloseOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../shared/contract/contract.ts';
import { shownText, visibleText } from '../../../shared/model/visible-text.ts';
import { useFormat } from '../../format.ts';
import { setQuery, useRoute } from '../../router.ts';
import { Empty } from '../../ui/empty.tsx';
import { Grid } from '../../ui/grid.tsx';
import type { GridColumn } from '../../ui/grid-types.ts';
import { SearchBox } from '../../ui/search-box.tsx';
import { useEscape } from '../../ui/use-escape.ts';
import { Pieces } from './preview/change-columns.tsx';
import { KindMark } from './preview/kind-mark.tsx';
import { filterFrom, isFiltered, noFilter } from './preview/change-filter.ts';
import type { Words } from './preview/field-words.ts';
import { FilterChips, FilterMenu } from './preview/filter-menu.tsx';
import { BeforeAndAfter } from './preview/fields-table.tsx';
import { ListExport } from './preview/list-export.tsx';
import { paperWords, pointsApart } from './preview/paper-words.ts';
import { MatrixPanel } from './preview/matrix-panel.tsx';
import { sortBy } from './preview/sort-by.ts';
import { thingWord } from './preview/what-changes.ts';
import { filterRun, runSummary } from './run-filter.ts';
import { isRestored, runRowPieces } from './run-row-words.ts';
import { shownLabel } from './shown-label.ts';
import changeStyles from './preview/changes.module.css';
import detailStyles from './preview/detail.module.css';

type RunDetails = Result<'run.show'>;
type RunRow = RunDetails['rows'][number];

/** The rows of a run as the preview shows a list: counts that filter, search, the grid, one row in detail, and the way to hand the list out. */
export function RunRows(props: { readonly details: RunDetails; readonly title: string }) {
  const { t } = useTranslation();
  const words: Words = { t, format: useFormat() };
  const { run, rows, left, error } = props.details;
  const { query } = useRoute();
  const filter = filterFrom(query);
  const [chosen, setChosen] = useState<RunRow | null>(null);
  const work = useRef<HTMLDivElement>(null);
  // The focus goes back to the list, not to the top of the page.
  const close = (): void => {
    setChosen(null);
    work.current?.querySelector<HTMLElement>('[role="grid"]')?.focus();
  };
  const summary = useMemo(() => runSummary(rows), [rows]);
  const shown = filterRun(rows, filter);
  const current = chosen === null ? -1 : shown.indexOf(chosen);
  if (rows.length === 0) return <Empty title={t('sync:history.noRows')} />;
  return (
    <>
      <MatrixPanel summary={summary} filter={filter} questions={null} />
      <div ref={work} className={changeStyles['work']} data-detail={current >= 0}>
        <section className={changeStyles['list']} aria-label={t('sync:history.rows')}>
          <div className={changeStyles['tools']} role="group" aria-label={t('sync:list.tools')}>
            <SearchBox
              value={filter.search}
              onChange={(q) => setQuery({ q })}
              placeholder={t('sync:list.search')}
              label={t('sync:list.searchLabel')}
            />
            <FilterMenu filter={filter} summary={summary} past />
            <span className={changeStyles['left']}>
              <span role="status">{isFiltered(filter) ? t('sync:list.found', { count: shown.length }) : ''}</span>
              <ListExport
                name={`tallybook-${run.startedAt.slice(0, 16).replaceAll(':', '-')}`}
                title={props.title}
                about={`${shownText(run.device)} ⇄ ${shownText(run.connection)} · ${words.format.full(run.startedAt)}`}
                hint={t(isFiltered(filter) ? 'sync:export.filtered' : 'sync:export.all')}
                read={() => Promise.resolve(handOut(shown, words, { run, rows: shown, left, error }))}
              />
            </span>
            <FilterChips filter={filter} summary={summary} past />
          </div>
          <Grid
            label={t('sync:history.rows')}
            columns={columns({ ...words, most: 100 })}
            rowCount={shown.length}
            row={(index) => shown[index]}
            rowKey={(row) => `${row.table} ${JSON.stringify(row.key)} ${row.side}`}
            rowKind={(row) => row.op}
            sort={filter.sort.by === 'plan' ? null : filter.sort}
            onSort={(column) => sortBy(column, filter)}
            onOpen={setChosen}
            onKey={(event) => {
              if (event.key !== 'Escape' || chosen === null) return false;
              close();
              return true;
            }}
            current={current < 0 ? null : current}
            empty={
              <Empty title={t('sync:list.nothing.title')} text={t('sync:list.nothing.text')}>
                {isFiltered(filter) && (
                  <Button onClick={() => setQuery(noFilter)}>{t('sync:list.nothing.clear')}</Button>
                )}
              </Empty>
            }
          />
        </section>
        {chosen !== null && current >= 0 && (
          <RunRowDetail row={chosen} words={{ ...words, plain: true, most: 400 }} onClose={close} />
        )}
      </div>
    </>
  );
}

/** One row: each field before and after, and how a question about it was settled. */
function RunRowDetail(props: { readonly row: RunRow; readonly words: Words; readonly onClose: () => void }) {
  const { row, words, onClose } = props;
  const { t } = words;
  const choice = choiceWord(row, t);
  const box = useRef<HTMLElement>(null);
  useEscape(box, onClose);
  return (
    <section
      ref={box}
      tabIndex={-1}
      className={detailStyles['detail']}
      aria-label={t('sync:detail.label', { record: shownText(recordOf(row, t)) })}
    >
      <div className={detailStyles['detailHead']}>
        <h2>{shownText(recordOf(row, t))}</h2>
        <Button
          type="text"
          aria-label={t('sync:detail.close')}
          icon={<CloseOutlined aria-hidden />}
          onClick={onClose}
        />
      </div>
      <p className={detailStyles['quiet']}>
        {words.format.sentences(
          t(`sync:history.wrote.${opWord(row)}.${row.side}`),
          choice === '' ? null : t('sync:history.settled', { choice }),
        )}
      </p>
      <BeforeAndAfter row={row} words={words} />
    </section>
  );
}

function columns(words: Words): readonly GridColumn<RunRow>[] {
  const { t } = words;
  return [
    {
      id: 'change',
      header: t('sync:column.change'),
      width: '112px',
      sortable: true,
      cell: (row) => <KindMark row={{ kind: row.op, direction: row.side, choice: null, restored: isRestored(row) }} />,
    },
    {
      id: 'record',
      header: t('sync:column.record'),
      width: 'minmax(120px, 1fr)',
      sortable: true,
      cell: (row) => (
        <strong
          className={changeStyles['record']}
          data-struck={row.op === 'delete'}
          title={shownText(recordOf(row, t))}
        >
          {shownText(recordOf(row, t))}
        </strong>
      ),
    },
    {
      id: 'what',
      header: t('sync:column.what'),
      width: 'minmax(120px, 2fr)',
      from: 480,
      cell: (row) => <Pieces pieces={runRowPieces(row, words)} />,
    },
    {
      id: 'choice',
      header: t('sync:column.decision'),
      width: '120px',
      from: 620,
      cell: (row) => <span className={changeStyles['quiet']}>{choiceWord(row, t)}</span>,
    },
  ];
}

function recordOf(row: RunRow, t: TFunction): string {
  const label = visibleText(shownLabel({ ...row, row: row.after ?? row.before }, { t }));
  return row.table === 'student' ? label : `${thingWord(row.table, { t })} · ${label}`;
}

/** What a run did to a row, as the list of changes calls it. */
function opWord(row: RunRow): RunRow['op'] | 'restored' {
  return isRestored(row) ? 'restored' : row.op;
}

/** How the question about a row was settled; empty where there was none. */
function choiceWord(row: RunRow, t: TFunction): string {
  switch (row.choice) {
    case 'local':
    case 'server':
    case 'merge':
    case 'rename':
    case 'both':
    case 'adopt':
      return t(`sync:decision.${row.choice}`);
    default:
      return '';
  }
}

/** The rows as they are handed out on paper or in a file. */
function handOut(rows: readonly RunRow[], shown: Words, document: unknown) {
  const words = paperWords(shown);
  const { t } = words;
  return {
    heads: [
      t('sync:column.change'),
      t('sync:list.direction'),
      t('sync:column.record'),
      t('history:points'),
      t('sync:column.what'),
      t('sync:column.decision'),
    ],
    lines: rows.map((row) => [
      t(`sync:kind.${opWord(row)}`),
      t(`sync:direction.${row.side}`),
      recordOf(row, t),
      ...pointsApart(row.table, runRowPieces(row, words)),
      choiceWord(row, t),
    ]),
    document,
  };
}
