import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../shared/contract/contract.ts';
import type { AppError } from '../../../shared/errors.ts';
import { call } from '../../client.ts';
import { useFormat } from '../../format.ts';
import { toAppError } from '../../to-app-error.ts';
import { Busy } from '../../ui/busy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import styles from './settings.module.css';

/** Where everything lies and how large it is. */
export function DataFolder() {
  const { t } = useTranslation();
  const format = useFormat();
  const [info, setInfo] = useState<Result<'app.dataInfo'> | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const read = useCallback(() => {
    call('app.dataInfo', {}).then(setInfo, (caught: unknown) => setError(toAppError(caught)));
  }, []);
  useEffect(read, [read]);
  if (error !== null) {
    return (
      <ErrorNotice
        error={error}
        onRetry={() => {
          setError(null);
          read();
        }}
      />
    );
  }
  if (info === null) return <Busy />;
  return (
    <>
      <dl className={styles['facts']}>
        <dt>{t('settings:data.folder')}</dt>
        <dd className={styles['path']}>{info.folder}</dd>
        <dt>{t('settings:data.used')}</dt>
        <dd>{format.bytes(info.usedBytes)}</dd>
        <dt>{t('settings:data.free')}</dt>
        <dd>{format.bytes(info.freeBytes)}</dd>
      </dl>
    </>
  );
}
