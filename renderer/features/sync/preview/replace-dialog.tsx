import { Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { shownText } from '../../../../shared/model/visible-text.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { AskedRows } from './asked-rows.tsx';
import { isUnsent } from './fixed-words.ts';
import type { AskedOf } from './preview-state.ts';
import type { PreviewStore } from './preview-store.ts';
import { useTickedRows } from './use-ticked-rows.ts';
import styles from './run.module.css';

/** The last word before this PC becomes what the server is: every change that was never sent and goes, who else sees it, and what is kept. */
export function ReplaceDialog(props: { readonly store: PreviewStore }) {
  const { t } = useTranslation();
  const { store } = props;
  const asked = store.use((state) => state.replaceAsked);
  const plan = store.use((state) => state.plan);
  // As in every question of this kind: the next one begins unticked.
  const [looked, setLooked] = useState<AskedOf | null>(null);
  const checked = asked !== null && looked === asked;
  const close = (): void => {
    setLooked(null);
    store.dismiss('replaceAsked');
  };
  if (plan === null || plan.purpose !== 'replace') return null;
  const count = Number(plan.checks.find((check) => check.id === 'unsent')?.params['count'] ?? 0);
  const others = plan.checks.find((check) => check.id === 'others')?.params['connections'];
  return (
    <Confirm
      open={asked !== null}
      danger
      title={t('sync:replace.ask', { count: plan.ready.pull })}
      action={t('sync:replace.run', { count: plan.ready.pull })}
      disabled={!checked}
      onConfirm={() => {
        if (asked !== null && plan.runMode !== null)
          void store.run(asked.planId, plan.runMode, { allowMassChange: true });
        return Promise.resolve();
      }}
      onClose={close}
    >
      <div className={styles['asked']}>
        <p>{count === 0 ? t('sync:replace.nothingUnsent') : t('sync:replace.dropped', { count })}</p>
        {asked !== null && count > 0 && <Dropped key={plan.planId} plan={plan} />}
        {others !== undefined && <p>{t('sync:replace.others', { connections: shownText(String(others)) })}</p>}
        <p>{t('sync:replace.kept')}</p>
        <Checkbox checked={checked} onChange={(event) => setLooked(event.target.checked ? asked : null)}>
          {t('sync:guard.checked')}
        </Checkbox>
      </div>
    </Confirm>
  );
}

/** The changes of this PC that go, by name. */
function Dropped(props: { readonly plan: PlanSummary }) {
  const { t } = useTranslation();
  const { plan } = props;
  const { rows, error } = useTickedRows(plan, isUnsent);
  if (error !== null) return <ErrorNotice error={error} />;
  if (rows === null) return null;
  return <AskedRows label={t('sync:replace.droppedLabel')} rows={rows} purpose="replace" />;
}
