import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { shownText } from '../../../shared/model/visible-text.ts';
import { href, navigate } from '../../router.ts';
import { Busy } from '../../ui/busy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useClassItem } from '../app/app-store.ts';
import { ConnectionCard } from './connection-card.tsx';
import { connectionsStore } from './connections-store.ts';
import { Doors } from './doors.tsx';
import { RunHistory } from './run-history.tsx';
import { useShare } from './use-share.tsx';
import styles from './sync.module.css';

/** Where a class is shared: its connections and every sync so far; without a connection the ways to share it. */
export function Overview() {
  const { t } = useTranslation();
  const open = useClassItem();
  const { data, error } = connectionsStore.use();
  const share = useShare(open.id);
  useEffect(() => connectionsStore.show(open.id), [open.id]);
  if (data === null) {
    return (
      <Page title={t('sync:title')}>
        {error === null ? <Busy /> : <ErrorNotice error={error} onRetry={() => void connectionsStore.refresh()} />}
      </Page>
    );
  }
  if (data.length === 0) {
    return (
      <Page title={t('sync:share', { name: shownText(open.name) })}>
        <Doors open={null} sharing={share.busy} onShare={share.share} />
        {share.busy && (
          <p className={styles['quiet']} role="status">
            {t('sync:sharing')}
          </p>
        )}
        {share.error !== null && <ErrorNotice error={share.error} onRetry={share.share} />}
        <section className={styles['why']}>
          <h2>{t('sync:why.title')}</h2>
          <ul>
            {(['offline', 'preview', 'safe', 'yours'] as const).map((point) => (
              <li key={point}>{t(`sync:why.${point}`)}</li>
            ))}
          </ul>
          {open.sample && <p className={styles['quiet']}>{t('sync:why.sample')}</p>}
        </section>
        {share.dialog}
      </Page>
    );
  }
  const hasTwoWay = data.some((item) => item.mode === 'two-way');
  return (
    <Page
      title={t('sync:title')}
      detail={shownText(open.name)}
      actions={
        <>
          <Button onClick={() => navigate(href('sync/bin'))}>{t('sync:bin.title')}</Button>
          <Button onClick={() => navigate(href('sync/server'))}>
            {t(hasTwoWay ? 'sync:addCopy' : 'sync:addConnection')}
          </Button>
        </>
      }
    >
      {error !== null && <ErrorNotice error={error} onRetry={() => void connectionsStore.refresh()} />}
      {data.map((item) => (
        <ConnectionCard key={item.id} item={item} className={open.name} />
      ))}
      {share.error !== null && <ErrorNotice error={share.error} onRetry={share.share} />}
      <RunHistory classId={open.id} />
      {share.dialog}
    </Page>
  );
}
