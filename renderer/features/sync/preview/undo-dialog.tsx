import { Checkbox } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { AskedRows } from './asked-rows.tsx';
import { insteadOfKind } from './fixed-words.ts';
import { GuardLines, type Guard } from './guard-dialog.tsx';
import type { PreviewStore } from './preview-store.ts';
import { useTickedRows } from './use-ticked-rows.ts';
import styles from './run.module.css';

/** The last word before a run is taken back that gave points: whose they are and how many, as nothing makes them count again by itself. */
export function UndoDialog(props: { readonly store: PreviewStore }) {
  const { store } = props;
  const asked = store.use((state) => state.replaceAsked);
  const plan = store.use((state) => state.plan);
  if (plan === null || plan.purpose !== 'undo' || asked?.planId !== plan.planId) return null;
  return <Asked key={plan.planId} store={store} plan={plan} />;
}

function Asked(props: { readonly store: PreviewStore; readonly plan: PlanSummary }) {
  const { t } = useTranslation();
  const { store, plan } = props;
  const { rows, error } = useTickedRows(plan, (row) => insteadOfKind(row, plan.purpose) === 'undone');
  const [checked, setChecked] = useState(false);
  const { planId, runMode } = plan;
  const run = (): void => {
    if (runMode !== null) void store.run(planId, runMode, plan.guards.length > 0 ? { allowMassChange: true } : {});
  };
  // Nothing of what is ticked ends points: there is nothing to ask.
  const none = rows?.length === 0;
  useEffect(() => {
    if (none && runMode !== null) void store.run(planId, runMode, {});
  }, [none, planId, runMode, store]);
  // Whether there is a question at all is known only now: one that goes again would take a tick and the focus with it.
  if (none || (rows === null && error === null)) return null;
  return (
    <Confirm
      open
      danger
      title={rows === null ? t('sync:undo.title') : t('sync:undo.ask', { count: rows.length })}
      action={t('sync:undo.run', { count: runMode === null ? 0 : plan.ready[runMode] })}
      disabled={rows === null || (plan.guards.length > 0 && !checked)}
      onConfirm={() => {
        run();
        return Promise.resolve();
      }}
      onClose={() => store.dismiss('replaceAsked')}
    >
      <div className={styles['asked']}>
        <p>{t('sync:undo.forGood')}</p>
        {error !== null && <ErrorNotice error={error} />}
        {rows !== null && <AskedRows label={t('sync:undo.undoneLabel')} rows={rows} purpose="undo" />}
        <GuardLines tripped={besidesPoints(plan)} undoes />
        {plan.guards.length > 0 && (
          <Checkbox checked={checked} onChange={(event) => setChecked(event.target.checked)}>
            {t('sync:guard.checked')}
          </Checkbox>
        )}
      </div>
    </Confirm>
  );
}

/** What is more than usual in a list beside the points it ends, each once: of these the question tells by itself. */
function besidesPoints({ guards }: PlanSummary): readonly Guard[] {
  const others = guards.filter(({ id, table }) => id !== 'mass-delete' || table !== 'score_event');
  const known = new Map(others.map(({ id, table, count }) => [`${id} ${table} ${count}`, { kind: id, table, count }]));
  return [...known.values()];
}
