import { Button } from 'antd';
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

const firstShown = 5;

/** Where everything lies, how large it is, and the backups in it. */
export function DataFolder() {
  const { t } = useTranslation();
  const format = useFormat();
  const [info, setInfo] = useState<Result<'app.dataInfo'> | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const [all, setAll] = useState(false);
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
  const backups = info.backups.toSorted((a, b) => b.at.localeCompare(a.at));
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
      <h3 className={styles['sub']}>{t('settings:data.backups')}</h3>
      {backups.length === 0 ? (
        <p className={styles['quiet']}>{t('settings:data.noBackups')}</p>
      ) : (
        <ul className={styles['lines']}>
          {backups.slice(0, all ? undefined : firstShown).map((backup) => (
            <li key={backup.file} className={styles['line']}>
              <span className={styles['size']}>{format.when(backup.at)}</span>
              <span className={styles['path']}>{fileName(backup.file)}</span>
              <span className={styles['size']}>{format.bytes(backup.bytes)}</span>
            </li>
          ))}
        </ul>
      )}
      {!all && backups.length > firstShown && (
        <Button type="link" onClick={() => setAll(true)}>
          {t('settings:data.moreBackups', { count: backups.length - firstShown })}
        </Button>
      )}
    </>
  );
}

/** The last part of a path; the folder stands above the list. */
function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
