import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { useFormat } from '../../../format.ts';
import { ReasonButton } from '../../../ui/reason-button.tsx';
import type { PreviewStore } from './preview-store.ts';
import styles from './detail.module.css';

/** The buttons below a question: decide later, take it back, use what is picked. */
export function ChoiceActions(props: {
  readonly store: PreviewStore;
  readonly row: PlanRowItem;
  readonly canEdit: boolean;
  /** Null when something is still missing. */
  readonly onUse: (() => void) | null;
  readonly missing: string;
  /** What is picked is what was decided: there is nothing to use any more until something else is picked. */
  readonly used: boolean;
  /** What comes of it, always in sight. */
  readonly result?: ReactNode;
  /** Another way to decide, between putting off and using what is picked. */
  readonly more?: ReactNode;
}) {
  const { t } = useTranslation();
  const { lead } = useFormat();
  const { store, row, used } = props;
  const target = { ordinals: [row.ordinal] };
  if (!props.canEdit) return props.result;
  return (
    <div className={styles['detailActions']}>
      {props.result}
      {props.result === undefined && row.choice === 'skip' && (
        <p className={styles['result']}>
          {lead(t('sync:detail.result'))}
          <strong>{t('sync:decision.skip')}</strong>
        </p>
      )}
      {row.choice === null ? (
        <Button onClick={() => void store.decide({ target, choice: 'skip' })}>{t('sync:detail.later')}</Button>
      ) : (
        <Button onClick={() => void store.decide({ target, choice: null })}>{t('sync:detail.takeBack')}</Button>
      )}
      {props.more}
      <ReasonButton
        type="primary"
        className={styles['use'] ?? ''}
        why={used ? t('sync:detail.usedHint') : props.onUse === null ? props.missing : null}
        onClick={() => props.onUse?.()}
      >
        {t(used ? 'sync:detail.used' : 'sync:detail.use')}
      </ReasonButton>
    </div>
  );
}
