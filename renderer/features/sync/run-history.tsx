import type { TFunction } from 'i18next';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../shared/contract/contract.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { useFormat, type Format } from '../../format.ts';
import { href, navigate } from '../../router.ts';
import { Busy } from '../../ui/busy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Grid } from '../../ui/grid.tsx';
import type { GridColumn } from '../../ui/grid-types.ts';
import { countsText } from './preview/run-result.tsx';
import { RunOutcome } from './run-outcome.tsx';
import { runsStore } from './runs-store.ts';
import styles from './sync.module.css';

type RunItem = Result<'run.list'>['items'][number];

/** Every sync so far; one opens read-only. */
export function RunHistory(props: { readonly classId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error } = runsStore.use();
  useEffect(() => runsStore.show(props.classId), [props.classId]);
  return (
    <section className={styles['history']} aria-label={t('sync:history.title')}>
      <h2>{t('sync:history.title')}</h2>
      {error !== null && <ErrorNotice error={error} onRetry={() => void runsStore.refresh()} />}
      {data === null && error === null && <Busy />}
      {data !== null && (
        <Grid
          label={t('sync:history.title')}
          columns={columns(t, format)}
          rowCount={data.length}
          row={(index) => data[index]}
          rowKey={(run) => run.runId}
          onOpen={(run) => navigate(href(`sync/run/${run.runId}`))}
          empty={<Empty title={t('sync:history.empty.title')} text={t('sync:history.empty.text')} />}
        />
      )}
    </section>
  );
}

function columns(t: TFunction, format: Format): readonly GridColumn<RunItem>[] {
  return [
    {
      id: 'when',
      header: t('sync:history.when'),
      width: 'minmax(110px, 150px)',
      cell: (run) => format.when(run.startedAt),
    },
    {
      id: 'mode',
      header: t('sync:history.mode'),
      width: 'minmax(110px, 150px)',
      from: 560,
      cell: (run) => {
        if (run.purpose !== 'sync') return t(`sync:history.purpose.${run.purpose}`);
        const mode = t(`sync:mode.${run.mode}`);
        return run.automatic ? t('sync:history.automatic', { mode }) : mode;
      },
    },
    {
      id: 'outcome',
      header: t('sync:history.outcome'),
      width: 'minmax(120px, 160px)',
      cell: (run) => <RunOutcome outcome={run.outcome} />,
    },
    {
      id: 'counts',
      header: t('sync:history.counts'),
      width: 'minmax(180px, 3fr)',
      from: 480,
      cell: (run) => {
        const text = countsText(run.counts, t, format);
        return (
          <span className={styles['cut']} title={text}>
            {text}
          </span>
        );
      },
    },
    {
      id: 'connection',
      header: t('sync:history.connection'),
      width: 'minmax(90px, 1fr)',
      from: 860,
      cell: (run) => <span className={styles['cut']}>{shownText(run.connection)}</span>,
    },
    {
      id: 'device',
      header: t('sync:history.device'),
      width: 'minmax(90px, 1fr)',
      from: 980,
      cell: (run) => <span className={styles['cut']}>{shownText(run.device)}</span>,
    },
    {
      id: 'took',
      header: t('sync:history.took'),
      width: '80px',
      from: 720,
      align: 'end',
      cell: (run) =>
        run.durationMs === null
          ? '–'
          : t('sync:history.seconds', { seconds: format.number(Math.round(run.durationMs / 100) / 10) }),
    },
  ];
}
