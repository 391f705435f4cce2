import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../shared/contract/contract.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { call } from '../../client.ts';
import { useFormat, type Format } from '../../format.ts';
import { href, navigate, setQuery, useRoute } from '../../router.ts';
import { Busy } from '../../ui/busy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Grid } from '../../ui/grid.tsx';
import type { GridColumn } from '../../ui/grid-types.ts';
import { MenuButton } from '../../ui/menu-button.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { filterRuns, outcomes, runFilterFrom, type RunFilter } from './filter-runs.ts';
import { ListExport } from './preview/list-export.tsx';
import { countsText } from './preview/run-result.tsx';
import { RunOutcome } from './run-outcome.tsx';
import { runsStore } from './runs-store.ts';
import { secondsOf } from './seconds-of.ts';
import { useConnectionName } from './use-connection-name.ts';
import styles from './sync.module.css';

type RunItem = Result<'run.list'>['items'][number];

/** Every sync so far; one opens read-only. */
export function RunHistory(props: { readonly classId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error } = runsStore.use();
  useEffect(() => runsStore.show(props.classId), [props.classId]);
  const filter = runFilterFrom(useRoute().query);
  const byRow = useFoundByRow(props.classId, filter.search);
  const connectionName = useConnectionName();
  const line = (run: RunItem): readonly string[] => lineOf(run, connectionName(run), t, format);
  const shown = filterRuns(data ?? [], filter, line, byRow);
  return (
    <section className={styles['history']} aria-label={t('sync:history.title')}>
      <h2>{t('sync:history.title')}</h2>
      {error !== null && <ErrorNotice error={error} onRetry={() => void runsStore.refresh()} />}
      {data === null && error === null && <Busy />}
      {data !== null && data.length > 0 && <Tools filter={filter} shown={shown} line={line} />}
      {data !== null && (
        <Grid
          label={t('sync:history.title')}
          columns={columns(t, format, connectionName)}
          rowCount={shown.length}
          row={(index) => shown[index]}
          rowKey={(run) => run.runId}
          onOpen={(run) => navigate(href(`sync/run/${run.runId}`))}
          empty={
            data.length === 0 ? (
              <Empty title={t('sync:history.empty.title')} text={t('sync:history.empty.text')} />
            ) : (
              <Empty title={t('sync:history.nothing.title')} text={t('sync:history.nothing.text')} />
            )
          }
        />
      )}
    </section>
  );
}

const nowhere: ReadonlySet<string> = new Set();

/** The syncs a row of which names what was typed: the engine has their rows. What it found before stays out as soon as something else is typed. */
function useFoundByRow(classId: string, search: string): ReadonlySet<string> {
  const [found, setFound] = useState({ search: '', runs: nowhere });
  useEffect(() => {
    if (search.trim() === '') return undefined;
    const stop = new AbortController();
    call('run.find', { classId, search }, { signal: stop.signal }).then(
      ({ items }) => setFound({ search, runs: new Set(items) }),
      // Their own lines are searched all the same.
      () => undefined,
    );
    return () => stop.abort();
  }, [classId, search]);
  return found.search === search ? found.runs : nowhere;
}

/** Search and filter, kept in the address, and the way to hand the history out as it is filtered. */
function Tools(props: {
  readonly filter: RunFilter;
  readonly shown: readonly RunItem[];
  readonly line: (run: RunItem) => readonly string[];
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { filter, shown } = props;
  const isFiltered = filter.outcome !== null || filter.search !== '';
  const name = (outcome: RunFilter['outcome']): string =>
    outcome === null ? t('sync:history.anyOutcome') : t(`sync:outcome.${outcome}.word`);
  return (
    <div className={styles['historyTools']} role="group" aria-label={t('sync:history.tools')}>
      <SearchBox
        value={filter.search}
        onChange={(q) => setQuery({ q })}
        placeholder={t('sync:history.search')}
        label={t('sync:history.searchLabel')}
      />
      <MenuButton
        label={t('sync:history.outcome')}
        shown={name(filter.outcome)}
        items={[null, ...outcomes].map((outcome) => ({ key: outcome ?? 'any', label: name(outcome) }))}
        selected={filter.outcome ?? 'any'}
        onSelect={(key) => setQuery({ outcome: key === 'any' ? null : key })}
      />
      <span role="status">{isFiltered ? t('sync:history.found', { count: shown.length }) : ''}</span>
      <ListExport
        name="tallybook-syncs"
        title={t('sync:history.title')}
        about={[shown.at(-1), shown[0]].map((run) => (run === undefined ? '' : format.full(run.startedAt))).join(' – ')}
        hint={t('sync:history.title')}
        read={() =>
          Promise.resolve({
            heads: heads.map((head) => t(`sync:history.${head}`)),
            lines: shown.map(props.line),
            document: shown,
          })
        }
      />
    </div>
  );
}

const heads = ['when', 'mode', 'outcome', 'counts', 'decided', 'connection', 'device', 'took'] as const;

/** A run as people read it, cell by cell: to search in and to hand out. */
function lineOf(run: RunItem, connection: string, t: TFunction, format: Format): readonly string[] {
  return [
    format.full(run.startedAt),
    modeText(run, t),
    t(`sync:outcome.${run.outcome}.word`),
    countsText(run, t, format),
    format.number(run.decided),
    connection,
    shownText(run.device),
    tookText(run, t, format),
  ];
}

function modeText(run: RunItem, t: TFunction): string {
  if (run.purpose !== 'sync') return t(`sync:history.purpose.${run.purpose}`);
  const mode = t(`sync:mode.${run.mode}`);
  return run.automatic ? t('sync:history.automatic', { mode }) : mode;
}

function tookText({ durationMs }: RunItem, t: TFunction, format: Format): string {
  if (durationMs === null) return '–';
  return t('sync:history.seconds', { seconds: format.number(secondsOf(durationMs)) });
}

function columns(
  t: TFunction,
  format: Format,
  connectionName: (run: RunItem) => string,
): readonly GridColumn<RunItem>[] {
  return [
    {
      id: 'when',
      header: t('sync:history.when'),
      width: 'minmax(96px, 120px)',
      cell: (run) => format.when(run.startedAt),
    },
    {
      id: 'mode',
      header: t('sync:history.mode'),
      width: 'minmax(110px, 132px)',
      from: 560,
      cell: (run) => modeText(run, t),
    },
    {
      id: 'outcome',
      header: t('sync:history.outcome'),
      width: 'minmax(120px, 150px)',
      cell: (run) => <RunOutcome outcome={run.outcome} />,
    },
    {
      id: 'counts',
      header: t('sync:history.counts'),
      width: 'minmax(180px, 4fr)',
      from: 480,
      cell: (run) => {
        const text = countsText(run, t, format);
        return (
          <span className={styles['twoLines']} title={text}>
            {text}
          </span>
        );
      },
    },
    {
      id: 'decided',
      header: t('sync:history.decided'),
      width: '116px',
      from: 700,
      align: 'end',
      cell: (run) => format.number(run.decided),
    },
    {
      id: 'connection',
      header: t('sync:history.connection'),
      width: 'minmax(100px, 1.4fr)',
      from: 900,
      cell: (run) => <span className={styles['cut']}>{connectionName(run)}</span>,
    },
    {
      id: 'device',
      header: t('sync:history.device'),
      width: 'minmax(90px, 1fr)',
      from: 1200,
      cell: (run) => <span className={styles['cut']}>{shownText(run.device)}</span>,
    },
    {
      id: 'took',
      header: t('sync:history.took'),
      width: '80px',
      from: 720,
      align: 'end',
      cell: (run) => tookText(run, t, format),
    },
  ];
}
