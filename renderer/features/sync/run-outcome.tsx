import { CheckCircleOutlined, ClockCircleOutlined, CloseCircleOutlined, InfoCircleOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { RunResult } from '../../../shared/contract/sync.ts';
import styles from './sync.module.css';

const looks = {
  completed: { icon: CheckCircleOutlined, tone: 'ok' },
  undecided: { icon: CheckCircleOutlined, tone: 'ok' },
  stale: { icon: InfoCircleOutlined, tone: 'quiet' },
  refused: { icon: CloseCircleOutlined, tone: 'failed' },
  failed: { icon: CloseCircleOutlined, tone: 'failed' },
  cancelled: { icon: InfoCircleOutlined, tone: 'quiet' },
  checking: { icon: ClockCircleOutlined, tone: 'quiet' },
} as const;

/** How a run ended, in an icon and a word. */
export function RunOutcome(props: { readonly outcome: RunResult['outcome'] }) {
  const { t } = useTranslation();
  const { icon: Icon, tone } = looks[props.outcome];
  return (
    <span className={styles['runOutcome']} data-tone={tone}>
      <Icon aria-hidden /> {t(`sync:outcome.${props.outcome}.word`)}
    </span>
  );
}
