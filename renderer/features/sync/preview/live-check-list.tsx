import { LoadingOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { ErrorCode } from '../../../../shared/errors.ts';
import { useFormat } from '../../../format.ts';
import { checkSign } from './check-sign.ts';
import { failedChecks, liveChecks, type LiveCheck } from './live-checks.ts';
import type { PreviewStore } from './preview-store.ts';
import styles from './summary.module.css';

/** What is checked while both sides are compared, filled in as each is answered. */
export function LiveCheckList(props: { readonly store: PreviewStore }) {
  const progress = props.store.use((state) => state.work?.progress ?? null);
  return <CheckList checks={liveChecks(progress)} />;
}

/** The pre-checks where one of them failed, marked; nothing where the error is about none of them. What can be done stands in its notice. */
export function FailedCheckList(props: { readonly code: ErrorCode; readonly alone?: boolean }) {
  const checks = failedChecks(props.code);
  return checks === null ? null : <CheckList checks={checks} alone={props.alone === true} />;
}

function CheckList(props: { readonly checks: readonly LiveCheck[]; readonly alone?: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul className={styles['checks']} data-alone={props.alone === true} aria-label={t('sync:check.label')}>
      {props.checks.map(({ id, state }) => (
        <li key={id} {...checkSign(state)}>
          {state === 'running' && <LoadingOutlined aria-hidden />}
          <span className="visually-hidden">{format.labelled(t(`sync:check.state.${state}`), '')}</span>
          {t(`sync:check.live.${id}`)}
        </li>
      ))}
    </ul>
  );
}
