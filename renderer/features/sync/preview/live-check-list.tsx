import { CheckOutlined, LoadingOutlined, MinusOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../format.ts';
import { liveChecks, type LiveCheck } from './live-checks.ts';
import type { PreviewStore } from './preview-store.ts';
import styles from './summary.module.css';

/** What is checked while both sides are compared, filled in as each is answered. */
export function LiveCheckList(props: { readonly store: PreviewStore }) {
  const { t } = useTranslation();
  const format = useFormat();
  const progress = props.store.use((state) => state.work?.progress ?? null);
  const read = progress?.phase === 'observe' && progress.done > 0 ? format.number(progress.done) : null;
  return (
    <ul className={styles['checks']} aria-label={t('sync:check.label')}>
      {liveChecks(progress).map(({ id, state }) => (
        <li key={id} className={styles['check']} data-state={state}>
          <StateIcon state={state} />
          <span>
            <span className="visually-hidden">{format.labelled(t(`sync:check.state.${state}`), '')}</span>
            {t(`sync:check.live.${id}`)}
            {id === 'read' && read !== null && ` ${read}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function StateIcon({ state }: Pick<LiveCheck, 'state'>) {
  const shared = { className: styles['checkIcon'] ?? '', 'data-state': state, 'aria-hidden': true };
  if (state === 'ok') return <CheckOutlined {...shared} />;
  return state === 'running' ? <LoadingOutlined {...shared} /> : <MinusOutlined {...shared} />;
}
