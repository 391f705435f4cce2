import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PreviewStore } from './preview-store.ts';
import styles from './run.module.css';

/** The server was put back to an older state: one decision for all rows it is about that were not decided by themselves. */
export function RestoredNotice(props: { readonly store: PreviewStore }) {
  const { t } = useTranslation();
  const { store } = props;
  const plan = store.use((state) => state.plan);
  const busy = store.use((state) => state.work !== null);
  const count = plan?.restored?.undecided ?? 0;
  if (plan === null || count === 0 || plan.state !== 'open') return null;
  return (
    <section className={styles['note']} aria-label={t('sync:restored.title')}>
      <div className={styles['outcomeText']}>
        <h2>{t('sync:restored.title')}</h2>
        <p>{t('sync:restored.text', { count })}</p>
      </div>
      <div className={styles['outcomeActions']}>
        <Button disabled={busy} onClick={() => void store.decide({ target: { restored: 'take-server' } })}>
          {t('sync:restored.take')}
        </Button>
        <Button
          type="primary"
          disabled={busy}
          onClick={() => void store.decide({ target: { restored: 'send-newer' } })}
        >
          {t('sync:restored.send')}
        </Button>
      </div>
    </section>
  );
}
