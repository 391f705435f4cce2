import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BuiltinStatus } from '../../../shared/contract/server.ts';
import { errorFromJson } from '../../../shared/errors.ts';
import { call, client } from '../../client.ts';
import { useAction } from '../../use-action.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import styles from './sync.module.css';

/** How the server inside this app stands; it starts with the app, and is started and stopped by hand too. */
export function ServerState() {
  const { t } = useTranslation();
  const [status, setStatus] = useState<BuiltinStatus | null>(null);
  const [asks, setAsks] = useState(false);
  const action = useAction();
  useEffect(() => {
    let shown = true;
    const take = (next: BuiltinStatus): void => {
      if (shown) setStatus(next);
    };
    call('server.status', {}).then(take, () => {});
    const stop = client().onEvent((event) => {
      if (event.name === 'server.changed') take(event.data);
    });
    return () => {
      shown = false;
      stop();
    };
  }, []);
  if (status === null) return null;
  const start = (): void => void action.run(async () => setStatus(await call('server.start', {})));
  return (
    <>
      <p className={styles['quiet']}>
        {t(`sync:builtin.${status.state}`)}{' '}
        {(status.state === 'stopped' || status.state === 'failed') && (
          <Button loading={action.busy} onClick={start}>
            {t('sync:builtin.start')}
          </Button>
        )}
        {status.state === 'running' && <Button onClick={() => setAsks(true)}>{t('sync:builtin.stop')}</Button>}
      </p>
      {status.portChanged && <p role="note">{t('sync:builtin.portChanged')}</p>}
      {status.state === 'failed' && status.code !== null && (
        <ErrorNotice error={errorFromJson({ code: status.code })} />
      )}
      <Confirm
        open={asks}
        danger
        title={t('sync:builtin.stopTitle')}
        action={t('sync:builtin.stop')}
        onConfirm={async () => setStatus(await call('server.stop', {}))}
        onClose={() => setAsks(false)}
      >
        {t('sync:builtin.stopText')}
      </Confirm>
      {action.error !== null && <ErrorNotice error={action.error} onClose={action.clear} />}
    </>
  );
}
