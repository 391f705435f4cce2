import { Button, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { href, navigate, setQuery, useRoute } from '../../router.ts';
import { Page } from '../../ui/page.tsx';
import { useApp } from '../app/app-store.ts';
import { CodeForm } from './code-form.tsx';
import { JoinServer } from './join-server.tsx';
import styles from './connect.module.css';

/** Join a class with a code from another PC, or from a school server. */
export function JoinPage() {
  const { t } = useTranslation();
  const { query } = useRoute();
  const hasClass = useApp((state) => state.classId !== null);
  const way = query.get('with') === 'server' ? 'server' : 'code';
  return (
    <div className={styles['bare']}>
      <Page
        title={t('sync:join.title')}
        actions={<Button onClick={() => navigate(href(hasClass ? 'class' : 'start'))}>{t('common:back')}</Button>}
      >
        <p className={styles['quiet']}>{t('sync:join.text')}</p>
        <Segmented
          className={styles['ways'] ?? ''}
          aria-label={t('sync:join.way')}
          value={way}
          options={[
            { value: 'code', label: t('sync:join.byCode') },
            { value: 'server', label: t('sync:join.byServer') },
          ]}
          onChange={(value) => setQuery({ with: value === 'server' ? 'server' : null })}
        />
        {way === 'code' ? (
          <section className={styles['form']} aria-label={t('sync:join.byCode')}>
            <h2>{t('sync:join.byCode')}</h2>
            <CodeForm hint={t('sync:code.hintFirst')} />
          </section>
        ) : (
          <JoinServer />
        )}
      </Page>
    </div>
  );
}
