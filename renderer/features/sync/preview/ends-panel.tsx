import { CheckOutlined, CloseOutlined, ExclamationOutlined, LoadingOutlined, SwapOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { errorFromJson } from '../../../../shared/errors.ts';
import { useFormat } from '../../../format.ts';
import { checkLines, type CheckLine } from './plan-checks.ts';
import styles from './summary.module.css';

/** Both ends in words, and what was checked before the list was made; the checks fold away where everything is well. */
export function EndsPanel(props: { readonly plan: PlanSummary }) {
  const { t } = useTranslation();
  const { plan } = props;
  const [open, setOpen] = useState(false);
  const lines = checkLines(plan.checks);
  const allWell = lines.every((line) => line.state === 'ok');
  return (
    <section className={styles['ends']} aria-label={t('sync:ends.label', plan.ends)}>
      <div className={styles['end']}>
        <span className={styles['quiet']}>{t('sync:ends.here')}</span>
        <strong>{plan.ends.local}</strong>
      </div>
      <SwapOutlined className={styles['swap'] ?? ''} aria-hidden />
      <div className={styles['end']}>
        <span className={styles['quiet']}>{t('sync:ends.server')}</span>
        <strong>{plan.ends.server}</strong>
      </div>
      {allWell && !open ? (
        <Button type="text" className={styles['checksFold'] ?? ''} aria-expanded={false} onClick={() => setOpen(true)}>
          <CheckOutlined className={styles['checkIcon'] ?? ''} data-state="ok" aria-hidden />
          {t('sync:check.allWell')}
        </Button>
      ) : (
        <ul className={styles['checks']} aria-label={t('sync:check.label')}>
          {lines.map((line) => (
            <Check key={line.id} line={line} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Check(props: { readonly line: CheckLine }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { line } = props;
  const { code, params } = line.worst;
  const error = code === null ? null : errorFromJson({ code, params });
  const remedy = error === null ? undefined : t(`errors:${error.code}.remedy`, error.params);
  const offset = Number(line.worst.params['offsetMs'] ?? 0);
  const seconds = format.number(Math.round(Math.abs(offset) / 1000));
  return (
    <li className={styles['check']} data-state={line.state} title={remedy}>
      <StateIcon state={line.state} />
      <span>
        <span className="visually-hidden">{t(`sync:check.state.${line.state}`)}: </span>
        {checkText(
          line,
          { offset, seconds, title: error === null ? '' : t(`errors:${error.code}.title`, error.params) },
          t,
        )}
        {remedy !== undefined && <span className="visually-hidden"> {remedy}</span>}
      </span>
    </li>
  );
}

function StateIcon(props: { readonly state: CheckLine['state'] }) {
  const shared = { className: styles['checkIcon'] ?? '', 'data-state': props.state, 'aria-hidden': true };
  switch (props.state) {
    case 'ok':
      return <CheckOutlined {...shared} />;
    case 'warning':
      return <ExclamationOutlined {...shared} />;
    case 'failed':
      return <CloseOutlined {...shared} />;
    case 'waiting':
    case 'running':
      return <LoadingOutlined {...shared} />;
  }
}

/** The words of a line. An offset above zero means that the server's clock is ahead of this PC's. */
function checkText(
  line: CheckLine,
  facts: { readonly offset: number; readonly seconds: string; readonly title: string },
  t: TFunction,
): string {
  if (line.state === 'ok') return t(`sync:check.ok.${line.id}`);
  if (line.id !== 'clock') return facts.title === '' ? t(`sync:check.ok.${line.id}`) : facts.title;
  return t(facts.offset > 0 ? 'sync:check.behind' : 'sync:check.ahead', { seconds: facts.seconds });
}
