import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../shared/contract/contract.ts';
import { call } from '../../client.ts';
import { useFormat, type Format } from '../../format.ts';
import { useAction } from '../../use-action.ts';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Grid } from '../../ui/grid.tsx';
import type { GridColumn } from '../../ui/grid-types.ts';
import { Panel } from '../../ui/page.tsx';
import styles from './settings.module.css';

type LogLine = Result<'app.log'>['items'][number];

/** What the app wrote down, for the IT person. Names and passwords are never in it. */
export function LogView() {
  const { t } = useTranslation();
  const format = useFormat();
  const [lines, setLines] = useState<readonly LogLine[] | null>(null);
  const action = useAction();
  const read = (): void =>
    void action.run(async () => {
      const { items } = await call('app.log', { limit: 1000 });
      setLines(items.toReversed());
    });
  const copy = (): void => {
    const text = (lines ?? [])
      .map((line) => `${line.at} ${line.level} ${line.event} ${JSON.stringify(line.data)}`)
      .join('\n');
    void action.run(() => navigator.clipboard.writeText(text));
  };
  return (
    <Panel
      title={t('settings:log.title')}
      extra={
        <div className={styles['buttons']}>
          {lines !== null && <Button onClick={copy}>{t('settings:log.copy')}</Button>}
          <Button onClick={read} loading={action.busy}>
            {lines === null ? t('settings:log.show') : t('settings:log.refresh')}
          </Button>
        </div>
      }
    >
      <p className={styles['quiet']}>{t('settings:log.hint')}</p>
      {action.error !== null && <ErrorNotice error={action.error} />}
      {lines !== null && (
        <div className={styles['log']}>
          <Grid
            label={t('settings:log.title')}
            columns={logColumns(t, format)}
            rowCount={lines.length}
            row={(index) => lines[index]}
            rowKey={(line) => String(line.seq)}
            rowHeight={36}
            empty={<Empty title={t('settings:log.empty')} />}
          />
        </div>
      )}
    </Panel>
  );
}

function logColumns(t: TFunction, format: Format): readonly GridColumn<LogLine>[] {
  return [
    {
      id: 'at',
      header: t('settings:log.at'),
      width: '190px',
      from: 560,
      cell: (line) => <span className={styles['quiet']}>{format.full(line.at)}</span>,
    },
    {
      id: 'level',
      header: t('settings:log.level'),
      width: '84px',
      from: 420,
      cell: (line) => t(`settings:log.levels.${line.level}`),
    },
    { id: 'event', header: t('settings:log.event'), width: 'minmax(120px, 1fr)', cell: (line) => line.event },
    {
      id: 'data',
      header: t('settings:log.data'),
      width: 'minmax(100px, 2fr)',
      from: 700,
      cell: (line) => <span className={styles['quiet']}>{JSON.stringify(line.data)}</span>,
    },
  ];
}
