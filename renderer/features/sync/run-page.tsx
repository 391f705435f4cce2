import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../shared/contract/contract.ts';
import { errorFromJson, type AppError } from '../../../shared/errors.ts';
import { call } from '../../client.ts';
import { useFormat } from '../../format.ts';
import { href, navigate } from '../../router.ts';
import { toAppError } from '../../to-app-error.ts';
import { Busy } from '../../ui/busy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Grid } from '../../ui/grid.tsx';
import type { GridColumn } from '../../ui/grid-types.ts';
import { Page } from '../../ui/page.tsx';
import { useClassItem } from '../app/app-store.ts';
import { KindMark, Pieces } from './preview/change-columns.tsx';
import { countsText } from './preview/run-result.tsx';
import { thingWord } from './preview/what-changes.ts';
import type { Words } from './preview/field-words.ts';
import { runRowPieces } from './run-row-words.ts';
import { RunOutcome } from './run-outcome.tsx';
import styles from './sync.module.css';
import changeStyles from './preview/changes.module.css';

type RunDetails = Result<'run.show'>;
type RunRow = RunDetails['rows'][number];

/** One sync, read-only: when, who, how it ended, and every row it wrote. */
export function RunPage(props: { readonly runId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const open = useClassItem();
  const { details, error } = useRun(open.id, props.runId);
  const back = <Button onClick={() => navigate(href('sync'))}>{t('sync:preview.back')}</Button>;
  if (details === null) {
    return (
      <Page title={t('sync:history.one')} actions={back}>
        {error === null ? <Busy /> : <ErrorNotice error={error} />}
      </Page>
    );
  }
  const { run, rows } = details;
  return (
    <Page
      fill
      title={t('sync:history.of', { mode: t(`sync:modeName.${run.mode}`), time: format.when(run.startedAt) })}
      detail={<RunOutcome outcome={run.outcome} />}
      actions={back}
    >
      <p className={styles['quiet']}>
        {[...new Set([run.device, run.connection, countsText(run.counts, t, format)])]
          .filter((part) => part !== '')
          .join(' · ')}
      </p>
      {details.error !== null && <ErrorNotice error={errorFromJson(details.error)} />}
      <div className={`${styles['fill']} ${changeStyles['list']}`}>
        <Grid
          label={t('sync:history.rows')}
          columns={columns({ t, format })}
          rowCount={rows.length}
          row={(index) => rows[index]}
          rowKey={(row) => `${row.table} ${JSON.stringify(row.key)} ${row.side}`}
          rowKind={(row) => row.op}
          empty={<Empty title={t('sync:history.noRows')} />}
        />
      </div>
    </Page>
  );
}

function useRun(
  classId: string,
  runId: string,
): { readonly details: RunDetails | null; readonly error: AppError | null } {
  const [state, setState] = useState<{ readonly details: RunDetails | null; readonly error: AppError | null }>({
    details: null,
    error: null,
  });
  useEffect(() => {
    let shown = true;
    call('run.show', { classId, runId }).then(
      (details) => {
        if (shown) setState({ details, error: null });
      },
      (caught: unknown) => {
        if (shown) setState({ details: null, error: toAppError(caught) });
      },
    );
    return () => {
      shown = false;
    };
  }, [classId, runId]);
  return state;
}

function columns(words: Words): readonly GridColumn<RunRow>[] {
  const { t } = words;
  return [
    {
      id: 'change',
      header: t('sync:column.change'),
      width: '112px',
      cell: (row) => <KindMark row={{ kind: row.op, direction: row.side, choice: null, restored: false }} />,
    },
    {
      id: 'record',
      header: t('sync:column.record'),
      width: 'minmax(120px, 1fr)',
      cell: (row) => <strong className={changeStyles['record']}>{recordOf(row, t)}</strong>,
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
      cell: (row) => <span className={styles['quiet']}>{choiceWord(row, t)}</span>,
    },
  ];
}

function recordOf(row: RunRow, t: TFunction): string {
  return row.table === 'student' ? row.label : `${thingWord(row.table, { t })} · ${row.label}`;
}

function choiceWord(row: RunRow, t: TFunction): string {
  switch (row.choice) {
    case 'local':
    case 'server':
    case 'merge':
    case 'rename':
      return t(`sync:decision.${row.choice}`);
    default:
      return '';
  }
}
