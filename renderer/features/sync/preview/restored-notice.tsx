import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PreviewStore } from './preview-store.ts';
import styles from './run.module.css';

/** The server was put back to an older state: one decision for all rows it is about, which each can still be decided by itself. */
export function RestoredNotice(props: { readonly store: PreviewStore }) {
  const { t } = useTranslation();
  const { store } = props;
  const plan = store.use((state) => state.plan);
  if (plan === null || plan.restored === null || plan.undecided === 0 || plan.state !== 'open') return null;
  const count = plan.restored.rows;
  return (
    <section className={styles['note']} aria-label={t('sync:restored.title')}>
      <div className={styles['outcomeText']}>
        <h2>{t('sync:restored.title')}</h2>
        <p>{t('sync:restored.text', { count })}</p>
      </div>
      <div className={styles['outcomeActions']}>
        <Button onClick={() => void store.decide({ target: { restored: 'take-server' } })}>
          {t('sync:restored.take')}
        </Button>
        <Button type="primary" onClick={() => void store.decide({ target: { restored: 'send-newer' } })}>
          {t('sync:restored.send')}
        </Button>
      </div>
    </section>
  );
}
