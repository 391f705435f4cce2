import { CloseOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ConnectionItem } from '../../../../shared/contract/connection.ts';
import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { useFormat } from '../../../format.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { heardPercent } from './phase-text.ts';
import { primaryMode } from './primary-mode.ts';
import type { PreviewState, Said } from './preview-state.ts';
import type { PreviewStore } from './preview-store.ts';
import styles from './bulk.module.css';

/** What a decision about many rows came to, with its undo; while it goes on, how far it is; and why one was not taken. */
export function BulkNote(props: {
  readonly store: PreviewStore;
  readonly plan: PlanSummary;
  /** No detail is shown, which would say why a decision was not taken. */
  readonly alone: boolean;
}) {
  const { t } = useTranslation();
  const { store, plan } = props;
  const said = store.use((state) => state.said);
  const deciding = store.use((state) => state.deciding);
  const refusal = store.use((state) => state.refusal);
  const text = useSaidText()(said);
  if (deciding !== null) return <Deciding {...deciding} />;
  if (refusal !== null && props.alone) return <ErrorNotice error={refusal} onClose={() => store.dismiss('refusal')} />;
  if ((said?.kind !== 'many' && said?.kind !== 'anew') || text === null) return null;
  return (
    <div className={styles['note']}>
      <span>{text}</span>
      {/* Only what it is about: after a later decision, or where nothing was decided, this would take back something else. */}
      {said.kind === 'many' && said.entry?.planId === plan.planId && said.entry.number === plan.lastEntry && (
        <Button size="small" onClick={() => void store.step('undo')}>
          {t('sync:run.undo')}
        </Button>
      )}
      <Button
        size="small"
        type="text"
        aria-label={t('common:close')}
        icon={<CloseOutlined aria-hidden />}
        onClick={() => store.dismiss('said')}
      />
    </div>
  );
}

/** How far a decision about many rows is. Its counts grow too quickly to be heard: of them only every tenth part of the way is said. */
function Deciding({ done, total }: NonNullable<PreviewState['deciding']>) {
  const { t } = useTranslation();
  const { number } = useFormat();
  return (
    <div className={styles['note']}>
      <span>{t('sync:bulk.deciding', { done: number(done), total: number(total) })}</span>
      <span className="visually-hidden" role="status">
        {t('sync:bulk.decidingHeard', { percent: heardPercent(done, total) })}
      </span>
    </div>
  );
}

/** The words for what was just said about the list; null where there is nothing to tell but the counts. */
export function useSaidText(): (said: Said | null) => string | null {
  const { t } = useTranslation();
  const format = useFormat();
  return (said) => {
    if (said === null) return null;
    if (said.kind !== 'many') return t(`sync:bulk.${said.kind}`);
    const { decided, left, rule } = said;
    const done =
      rule === null ? t('sync:bulk.ticked', { count: decided }) : t(`sync:bulk.done.${rule}`, { count: decided });
    if (left === 0) return done;
    return format.sentences(done, t(rule === 'newer' ? 'sync:bulk.leftClock' : 'sync:bulk.left', { count: left }));
  };
}

/** Says what an undo, a redo or a decision came to, and what is left to do. */
export function Announcer(props: {
  readonly store: PreviewStore;
  readonly plan: PlanSummary;
  readonly mode: ConnectionItem['mode'];
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { ready } = props.plan;
  // What the primary button says.
  const count = ready[primaryMode(props.plan, props.mode)];
  const said = props.store.use((state) => state.said);
  const text = useSaidText()(said);
  const counts = t('sync:run.ready', { count, leave: ready.leave });
  return (
    <span className="visually-hidden" role="status">
      {format.sentences(text, counts)}
    </span>
  );
}
